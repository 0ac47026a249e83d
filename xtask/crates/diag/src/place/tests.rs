use crate::line_column;

#[test]
fn counts_lines_and_characters() {
    let text = "ab\nä: ö\r\n\nz";
    let cases = [
        (0, (1, 1)),
        (2, (1, 3)),
        (3, (2, 1)),
        (5, (2, 2)),
        (4, (2, 1)),
        (11, (3, 1)),
        (12, (4, 1)),
        (99, (4, 2)),
    ];
    for (offset, expected) in cases {
        assert_eq!(line_column(text, offset), expected, "offset {offset}");
    }
}
