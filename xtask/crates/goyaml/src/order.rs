//! The order of the keys of a map.

use std::cmp::Ordering;

/// The order in which the library writes the keys of a map: numbers within texts by their value, letters after
/// everything else (`keyList.Less` of its `representer.go`).
pub fn natural_order(left: &str, right: &str) -> Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let Some(at) = left.iter().zip(&right).position(|(left, right)| left != right) else {
        return left.len().cmp(&right.len());
    };
    let (Some(&ours), Some(&theirs)) = (left.get(at), right.get(at)) else { return Ordering::Equal };
    let after_digit = at.checked_sub(1).and_then(|at| left.get(at)).is_some_and(|before| before.is_numeric());
    match (ours.is_alphabetic(), theirs.is_alphabetic()) {
        (true, true) => return ours.cmp(&theirs),
        (letter, other) if letter || other => {
            return if letter == after_digit { Ordering::Less } else { Ordering::Greater };
        }
        _ => {}
    }
    let zero = ours == '0' || theirs == '0';
    let before = left.get(..at).unwrap_or_default().iter().rev().take_while(|before| before.is_numeric());
    let base = i64::from(zero && before.into_iter().any(|before| *before != '0'));
    let (our_number, our_length) = number(&left, at, base);
    let (their_number, their_length) = number(&right, at, base);
    our_number.cmp(&their_number).then(our_length.cmp(&their_length)).then(ours.cmp(&theirs))
}

fn number(text: &[char], at: usize, base: i64) -> (i64, usize) {
    let digits = text.get(at..).unwrap_or_default().iter().take_while(|digit| digit.is_numeric());
    let mut length = 0;
    let value = digits.fold(base, |value, digit| {
        length += 1;
        let code = i64::from(u32::from(*digit)) - i64::from(u32::from('0'));
        value.wrapping_mul(10).wrapping_add(code)
    });
    (value, length)
}
