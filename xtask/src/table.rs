//! Columns of text.

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Lays rows out below their headings; a column is as wide as its longest cell.
pub(crate) fn table(headings: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headings.iter().map(|(heading, _)| heading.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let aligns = || headings.iter().map(|(_, align)| *align).zip(widths.iter().copied());
    let mut out = line(aligns(), headings.iter().map(|(heading, _)| *heading));
    for row in rows {
        out += &line(aligns(), row.iter().map(String::as_str));
    }
    out
}

fn line<'a>(columns: impl Iterator<Item = (Align, usize)>, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = columns
        .zip(cells)
        .map(|((align, width), cell)| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        })
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

/// Bytes as people read them, cut to one decimal.
pub(crate) fn bytes(count: u64) -> String {
    let mut scaled = count;
    let mut rest = 0;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if scaled < 1024 {
            break;
        }
        rest = (scaled % 1024) * 10 / 1024;
        scaled /= 1024;
        unit = larger;
    }
    if unit == "B" { format!("{scaled} B") } else { format!("{scaled}.{rest} {unit}") }
}

/// A number of things: `1 unit`, `2 units`.
pub(crate) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests;
