//! What stdout and stderr are connected to, and how they want to be written to.

use std::io::IsTerminal as _;
use std::os::fd::AsFd;

use crate::args::Colour;

/// Lines of messages are no longer, even on a wide terminal, and everywhere that has no width.
const WIDTH: usize = 120;
/// No terminal is taken to be narrower: excerpts need some room.
const NARROWEST: usize = 40;

/// Whether stderr is a terminal that can draw over what it shows.
pub(crate) fn draws() -> bool {
    std::io::stderr().is_terminal() && !is_dumb() && !is_set("CI")
}

/// Whether messages on stderr have colours.
pub(crate) fn paints(colour: Colour) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        // See <https://no-color.org>.
        Colour::Auto => std::io::stderr().is_terminal() && !is_dumb() && !is_set("NO_COLOR"),
    }
}

/// The columns of stderr.
pub(crate) fn width() -> usize {
    columns(std::io::stderr().as_fd()).map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDTH))
}

fn columns(terminal: impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(terminal).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
