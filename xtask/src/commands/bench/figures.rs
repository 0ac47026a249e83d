//! Figures with their limits.

use serde::Serialize;

use crate::table::{Align, table};

/// Everything measured, in order.
#[derive(Debug, Default, Serialize)]
pub(super) struct Figures {
    figures: Vec<Figure>,
}

/// One figure.
#[derive(Debug, Serialize)]
struct Figure {
    what: String,
    measured: f64,
    unit: &'static str,
    limit: Option<f64>,
    note: String,
}

impl Figure {
    fn is_met(&self) -> bool {
        self.limit.is_none_or(|limit| self.measured <= limit)
    }
}

impl Figures {
    /// A figure that must not be above its limit.
    pub(super) fn limited(&mut self, what: &str, measured: f64, unit: &'static str, limit: f64, note: &str) {
        let (what, note) = (what.to_owned(), note.to_owned());
        self.figures.push(Figure { what, measured, unit, limit: Some(limit), note });
    }

    /// A figure that is told only.
    pub(super) fn told(&mut self, what: &str, measured: f64, unit: &'static str, note: &str) {
        let (what, note) = (what.to_owned(), note.to_owned());
        self.figures.push(Figure { what, measured, unit, limit: None, note });
    }

    pub(super) fn all_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met)
    }

    pub(super) fn table(&self) -> String {
        let headings = [
            ("FIGURE", Align::Left),
            ("MEASURED", Align::Right),
            ("LIMIT", Align::Right),
            ("", Align::Left),
            ("NOTE", Align::Left),
        ];
        let rows: Vec<Vec<String>> = self.figures.iter().map(row).collect();
        table(&headings, &rows)
    }
}

fn row(figure: &Figure) -> Vec<String> {
    let number = |value: f64| format!("{value:.1} {}", figure.unit);
    let state = match figure.limit {
        None => "",
        Some(_) if figure.is_met() => "ok",
        Some(_) => "ABOVE",
    };
    vec![
        figure.what.clone(),
        number(figure.measured),
        figure.limit.map(number).unwrap_or_default(),
        state.to_owned(),
        figure.note.clone(),
    ]
}

/// A count as a figure.
pub(super) fn to_float(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
