//! What goes on: bars on a terminal, lines elsewhere.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use plan::Event;

use crate::printer::Printer;
use crate::table::bytes;

/// Between two lines on the same download.
const PAUSE: Duration = Duration::from_secs(5);

/// Shows the events of a build. Nothing is drawn, and no thread started, before the first one that takes time.
pub(crate) struct Progress<'a> {
    printer: &'a Printer,
    bars: OnceLock<Bars>,
    state: Mutex<State>,
}

/// What the lines and bars are about.
#[derive(Default)]
struct State {
    units: usize,
    rendered: usize,
    packed: usize,
    downloads: BTreeMap<String, Download>,
}

struct Download {
    bar: Option<ProgressBar>,
    told: Instant,
}

struct Bars {
    all: MultiProgress,
    units: ProgressBar,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(printer: &'a Printer) -> Self {
        Self { printer, bars: OnceLock::new(), state: Mutex::default() }
    }

    /// Takes an event; from any thread.
    pub(crate) fn tell(&self, event: Event) {
        match event {
            Event::Trying { pin, source } => self.line(&format!("fetching {pin} from {source}")),
            Event::Download { name, done, total } => self.download(&name, done, total),
            Event::Failed { pin, from, reason } => {
                self.printer.detail(&format!("{pin} not from {from}: {reason}"));
            }
            Event::Fetched { pin, from } => self.line(&format!("fetched {pin} from {from}")),
            Event::Units(count) => self.state().units = count,
            Event::Rendering(unit) => self.count(&format!("rendering {unit}"), |_| {}),
            Event::Rendered(unit) => {
                self.count(&format!("rendered {unit}"), |state| state.rendered += 1);
            }
            Event::Packed(unit) => self.count(&format!("packed {unit}"), |state| state.packed += 1),
        }
    }

    /// Takes the bars away.
    pub(crate) fn finish(&self) {
        for download in std::mem::take(&mut self.state().downloads).into_values() {
            if let Some(bar) = download.bar {
                bar.finish_and_clear();
            }
        }
        if let Some(bars) = self.bars.get() {
            bars.units.finish_and_clear();
            // The bars are decoration; a terminal that refuses to clear them loses nothing.
            let _ = bars.all.clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bars(&self) -> Option<&Bars> {
        self.printer.draws().then(|| self.bars.get_or_init(Bars::new))
    }

    /// A step of a unit. Its beginning is shown on a terminal only: elsewhere its end says enough.
    fn count(&self, text: &str, change: impl FnOnce(&mut State)) {
        let prefix = {
            let mut state = self.state();
            change(&mut state);
            format!("{} units, {} rendered, {} packed", state.units, state.rendered, state.packed)
        };
        if let Some(bars) = self.bars() {
            bars.units.set_prefix(prefix);
        }
        if self.printer.draws() || !text.starts_with("rendering") {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        match self.bars() {
            Some(bars) => bars.units.set_message(text.to_owned()),
            None => self.printer.note(text),
        }
    }

    fn download(&self, name: &str, done: u64, total: Option<u64>) {
        let mut state = self.state();
        let download = state.downloads.entry(name.to_owned()).or_insert_with(|| Download {
            bar: self.bars().map(|bars| bars.download(name)),
            told: Instant::now(),
        });
        let ended = total == Some(done);
        match &download.bar {
            Some(bar) => {
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(done);
                if ended {
                    bar.finish_and_clear();
                }
            }
            None if download.told.elapsed() >= PAUSE => {
                download.told = Instant::now();
                let of = total.map_or_else(String::new, |total| format!(" of {}", bytes(total)));
                self.printer.note(&format!("  {}{of} of {name}", bytes(done)));
            }
            None => {}
        }
    }
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let units = all.add(ProgressBar::new_spinner());
        units.set_style(style("{spinner} {prefix}  {wide_msg}"));
        units.enable_steady_tick(Duration::from_millis(120));
        Self { all, units }
    }

    fn download(&self, name: &str) -> ProgressBar {
        let bar = self.all.add(ProgressBar::new(0));
        bar.set_style(style("  {bytes:>10} of {total_bytes:10} {bar:20} {wide_msg}"));
        bar.with_message(name.to_owned())
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
