use super::*;

fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

const HEADINGS: [(&str, Align); 2] = [("unit", Align::Left), ("n", Align::Right)];

#[test]
fn columns_line_up() {
    assert_eq!(table(&HEADINGS, &rows(&[&["a", "10"], &["bcd", "7"]])), "unit   n\na     10\nbcd    7\n");
}

#[test]
fn nothing_trails_a_line() {
    let text = table(&[("a", Align::Left), ("b", Align::Left)], &rows(&[&["x", ""], &["y", "long"]]));
    assert_eq!(text, "a  b\nx\ny  long\n");
}

#[test]
fn width_counts_characters() {
    assert_eq!(
        table(&HEADINGS, &rows(&[&["größe", "1"], &["abcde", "2"]])),
        "unit   n\ngröße  1\nabcde  2\n"
    );
}

#[test]
fn rows_that_are_short_or_long_do_no_harm() {
    assert_eq!(table(&HEADINGS, &rows(&[&["a"], &["b", "1", "2"]])), "unit  n\na\nb     1\n");
    assert_eq!(table(&HEADINGS, &[]), "unit  n\n");
}

#[test]
fn sizes() {
    for (count, text) in [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1_572_864, "1.5 MiB"),
        (u64::from(u32::MAX), "3.9 GiB"),
        (u64::MAX, "16777215.9 TiB"),
    ] {
        assert_eq!(bytes(count), text);
    }
}

#[test]
fn one_is_not_many() {
    assert_eq!([count(0, "unit"), count(1, "unit"), count(2, "unit")], ["0 units", "1 unit", "2 units"]);
}
