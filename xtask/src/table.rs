//! Columns of text.

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Lays rows out below their headings.
pub(crate) fn table(headings: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, (heading, _))| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.max().unwrap_or(0).max(heading.chars().count())
        })
        .collect();
    let mut out = line(headings, &widths, |column| headings.get(column).map_or("", |(heading, _)| heading));
    for row in rows {
        out += &line(headings, &widths, |column| row.get(column).map_or("", String::as_str));
    }
    out
}

fn line<'a>(headings: &[(&str, Align)], widths: &[usize], cell: impl Fn(usize) -> &'a str) -> String {
    let cells: Vec<String> = headings
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, ((_, align), width))| match align {
            Align::Left => format!("{:<width$}", cell(column)),
            Align::Right => format!("{:>width$}", cell(column)),
        })
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

/// Bytes as people read them.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut scaled = count;
    let mut rest = 0;
    let mut unit = 0;
    while scaled >= 1024 && unit + 1 < UNITS.len() {
        rest = (scaled % 1024) * 10 / 1024;
        scaled /= 1024;
        unit += 1;
    }
    if unit == 0 { format!("{scaled} B") } else { format!("{scaled}.{rest} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".to_owned(), "10".to_owned()], vec!["bcd".to_owned(), "7".to_owned()]];
        let text = table(&[("unit", Align::Left), ("n", Align::Right)], &rows);
        assert_eq!(text, "unit   n\na     10\nbcd    7\n");
    }

    #[test]
    fn sizes() {
        for (count, text) in [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_572_864, "1.5 MiB")] {
            assert_eq!(bytes(count), text);
        }
    }
}
