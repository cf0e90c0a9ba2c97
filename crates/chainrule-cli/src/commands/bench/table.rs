//! Reading a table in text and standardising its columns, from memory: the part of `train` before the first step.

use std::fmt::Write;
use std::time::{Duration, Instant};

use chainrule::engine::random::{Purpose, Stream};
use chainrule_data::Scaling;
use chainrule_data::csv::{self, Options};

use crate::prepare;

/// Columns of numbers, beside one column of class names.
pub(super) const COLUMNS: usize = 20;
/// Rows: about 23 megabytes of text, more than any cache holds; the rate is the same for 100.
const ROWS: usize = 120_000;

/// How a table was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    /// The length of the text.
    pub(super) bytes: usize,
    /// Seconds of the fastest of several times.
    pub(super) seconds: f64,
}

/// Reads a table of random numbers several times for about `budget`, at least once.
///
/// # Errors
/// If the table cannot be read, which is a fault of ours.
pub(super) fn read(budget: Duration) -> anyhow::Result<Reading> {
    let text = text(ROWS);
    let (began, mut seconds) = (Instant::now(), f64::INFINITY);
    while seconds.is_infinite() || began.elapsed() < budget {
        let started = Instant::now();
        let table = csv::read(text.as_bytes(), &Options::default())?;
        let rows: Vec<usize> = (0..table.dataset.rows()).collect();
        let scaling = Scaling::fit(table.dataset.features(), &rows)?;
        let mut inputs = prepare::raw(table.dataset.features()).into_owned();
        scaling.apply_f64(&mut inputs);
        seconds = seconds.min(started.elapsed().as_secs_f64());
        let got = inputs.len() / COLUMNS;
        anyhow::ensure!(got == ROWS, "table: expected {ROWS} rows, got {got}");
    }
    Ok(Reading { bytes: text.len(), seconds })
}

fn text(rows: usize) -> String {
    let mut text: String = (0..COLUMNS).map(|column| format!("column_{column},")).collect();
    text += "class\n";
    let stream = Stream::new(0, Purpose::Data, 2);
    for row in 0..rows {
        for column in 0..COLUMNS {
            let number = stream.normal_at((row * COLUMNS + column) as u64);
            // Writing to a string cannot fail.
            let _ = write!(text, "{number:.6},");
        }
        text += if row % 2 == 0 { "red\n" } else { "blue\n" };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, text};

    #[test]
    fn the_text_is_a_table_of_numbers_and_classes() {
        let table = chainrule_data::csv::read(text(10).as_bytes(), &Default::default()).unwrap();
        assert_eq!((table.dataset.rows(), table.dataset.width()), (10, COLUMNS));
        assert_eq!(table.dataset.target().class_names().unwrap(), ["blue", "red"]);
    }
}
