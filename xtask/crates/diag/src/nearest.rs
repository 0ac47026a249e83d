//! "Did you mean": the candidate a mistyped word is closest to.

/// The candidate with the smallest edit distance to `word`, unless all are too far to be meant.
///
/// Distance is optimal string alignment (insert, delete, replace, swap of neighbours) over characters, ASCII case
/// ignored; a third of the word's length may differ, at least one character. Of equally near candidates the first wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().collect();
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().collect();
        // The lengths alone already put it out of reach.
        if letters.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &letters);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn distance(from: &[char], to: &[char]) -> usize {
    let same = |a: &char, b: &char| a.eq_ignore_ascii_case(b);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (cell(&last, j + 1) + 1).min(cell(&row, j) + 1);
            cost = cost.min(cell(&last, j) + usize::from(!same(a, b)));
            let swapped = i > 0
                && j > 0
                && from.get(i - 1).is_some_and(|previous| same(previous, b))
                && to.get(j - 1).is_some_and(|previous| same(a, previous));
            if swapped {
                cost = cost.min(cell(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(from.len())
}

#[cfg(test)]
mod tests;
