//! What goes on: bars on a terminal, lines elsewhere.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use plan::Event;

use crate::printer::Printer;

/// Shows the events of a build.
pub(crate) struct Progress<'a> {
    printer: &'a Printer,
    bars: Option<MultiProgress>,
    units: ProgressBar,
    downloads: Mutex<BTreeMap<String, ProgressBar>>,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(printer: &'a Printer) -> Self {
        let bars = printer.draws().then(MultiProgress::new);
        let units = match &bars {
            Some(bars) => bars.add(ProgressBar::new_spinner()),
            None => ProgressBar::hidden(),
        };
        units.set_style(style("{spinner} {prefix} {wide_msg}"));
        units.enable_steady_tick(Duration::from_millis(120));
        Self { printer, bars, units, downloads: Mutex::default() }
    }

    /// Takes an event.
    pub(crate) fn tell(&self, event: Event) {
        match event {
            Event::Trying { pin, source } => self.line(&format!("fetching {pin} from {source}")),
            Event::Download { name, done, total } => self.download(&name, done, total),
            Event::Failed { pin, from, reason } => self.printer.detail(&format!("{pin} not from {from}: {reason}")),
            Event::Fetched { pin, from } => {
                self.printer.detail(&format!("fetched {pin} from {from}"));
                self.clear_downloads();
            }
            Event::Units(count) => self.units.set_prefix(format!("{count} units")),
            Event::Rendering(unit) => self.units.set_message(format!("rendering {unit}")),
            Event::Rendered(unit) => self.line(&format!("rendered {unit}")),
            Event::Packed(unit) => self.line(&format!("packed {unit}")),
        }
    }

    /// Takes the bars away.
    pub(crate) fn finish(&self) {
        self.clear_downloads();
        self.units.finish_and_clear();
        if let Some(bars) = &self.bars {
            // The bars are decoration; a terminal that refuses to clear them loses nothing.
            let _ = bars.clear();
        }
    }

    fn line(&self, text: &str) {
        if self.bars.is_some() { self.units.set_message(text.to_owned()) } else { self.printer.note(text) }
    }

    fn download(&self, name: &str, done: u64, total: Option<u64>) {
        let Some(bars) = &self.bars else { return };
        let mut downloads = self.downloads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let bar = downloads.entry(name.to_owned()).or_insert_with(|| {
            let bar = bars.add(ProgressBar::new(total.unwrap_or(0)));
            bar.set_style(style("  {bytes:>10} of {total_bytes:10} {wide_msg}"));
            bar.with_message(name.to_owned())
        });
        bar.set_position(done);
    }

    fn clear_downloads(&self) {
        let mut downloads = self.downloads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for bar in std::mem::take(&mut *downloads).into_values() {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
