//! Which styles can hold a text: `analyzeScalar` of the library's `emitter.go`, for block context.

/// The styles that the emitter allows for a text.
#[allow(clippy::struct_excessive_bools, reason = "independent findings, named as in the source")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    pub(crate) plain: bool,
    pub(crate) single: bool,
    pub(crate) block: bool,
    /// Holds a line break, so that it can be no simple key.
    pub(crate) multiline: bool,
}

/// What the emitter sees in a text.
#[allow(clippy::struct_excessive_bools, reason = "independent findings, named as in the source")]
#[derive(Default)]
struct Seen {
    indicators: bool,
    breaks: bool,
    special: bool,
    tabs: bool,
    edge: bool,
    trailing_space: bool,
    break_space: bool,
    space_break: bool,
}

impl Allowed {
    pub(crate) fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { plain: true, single: true, block: false, multiline: false };
        }
        let seen = Seen::of(text);
        let hidden = seen.space_break || seen.special;
        Self {
            plain: !(seen.edge || seen.break_space || hidden || seen.tabs || seen.breaks || seen.indicators),
            single: !(seen.break_space || hidden || seen.tabs),
            block: !(seen.trailing_space || hidden),
            multiline: seen.breaks,
        }
    }
}

impl Seen {
    fn of(text: &str) -> Self {
        let mut seen =
            Self { indicators: text.starts_with("---") || text.starts_with("..."), ..Self::default() };
        let (mut previous_space, mut previous_break, mut after_blank) = (false, false, true);
        let mut characters = text.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            let last = characters.peek().is_none();
            let before_blank = characters.peek().is_none_or(|(_, next)| matches!(next, ' ' | '\t'));
            seen.indicators |= match character {
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                    index == 0
                }
                '#' => index == 0 || after_blank,
                '?' | '-' => index == 0 && before_blank,
                ':' => before_blank,
                _ => false,
            };
            match character {
                '\t' => seen.tabs = true,
                _ => seen.special |= !is_printable(character),
            }
            let (space, line_break) = (character == ' ', is_break(character));
            seen.edge |= (space || line_break) && (index == 0 || last);
            seen.trailing_space |= space && last;
            seen.breaks |= line_break;
            seen.break_space |= space && previous_break;
            seen.space_break |= line_break && previous_space;
            (previous_space, previous_break) = (space, line_break);
            after_blank = line_break || matches!(character, ' ' | '\t' | '\0');
        }
        seen
    }
}

/// `isPrintable` of the library: nothing beyond the basic plane, no byte order mark.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// `isLineBreak` of the library.
pub(crate) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
