//! How far a training is: a bar on a terminal, some plain lines elsewhere, nothing if nothing is wanted.
//!
//! All of it goes to the standard error. Must not know: networks.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use chainrule::{EpochRecord, Event};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::output;

/// The shortest time between two changes of the bar.
const REFRESH: Duration = Duration::from_millis(60);
/// The most lines of a run, in about, where there is no terminal.
const LINES: usize = 20;

/// Shows the events of a run.
#[derive(Debug)]
pub(crate) struct Progress {
    face: Face,
    epochs: usize,
    rows: usize,
    /// Samples seen before by the run that is gone on with.
    before: f64,
    began: Instant,
    shown: Option<Instant>,
}

#[derive(Debug)]
enum Face {
    Nothing,
    Bar(ProgressBar),
    Lines,
}

impl Progress {
    /// A bar if the standard error is a terminal, else lines.
    pub(crate) fn new() -> Self {
        let bar = || ProgressBar::new(1).with_style(style());
        Self::with_face(if io::stderr().is_terminal() { Face::Bar(bar()) } else { Face::Lines })
    }

    /// Shows nothing.
    pub(crate) fn silent() -> Self {
        Self::with_face(Face::Nothing)
    }

    fn with_face(face: Face) -> Self {
        Progress { face, epochs: 0, rows: 0, before: 0.0, began: Instant::now(), shown: None }
    }

    /// Takes in what happened.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { training_rows, epochs, steps_per_epoch, steps_made, .. } => {
                (self.rows, self.epochs, self.began) = (*training_rows, *epochs, Instant::now());
                self.before = *steps_made as f64 / *steps_per_epoch as f64 * self.rows as f64;
                if let Face::Bar(bar) = &self.face {
                    bar.set_length(training_rows.saturating_mul(*epochs) as u64);
                    bar.reset();
                    bar.set_position(self.before as u64);
                }
            }
            Event::Step { epoch, examples, mean_loss, accuracy, .. } => {
                self.step(*epoch, *examples, *mean_loss, *accuracy);
            }
            Event::Epoch { record, .. } => self.epoch(record),
            _ => {}
        }
    }

    /// Takes the bar away; what was told in lines stays.
    pub(crate) fn finish(&self) {
        if let Face::Bar(bar) = &self.face {
            bar.finish_and_clear();
        }
    }

    fn step(&mut self, epoch: usize, examples: usize, loss: f64, accuracy: Option<f64>) {
        let Face::Bar(bar) = &self.face else { return };
        if self.shown.is_some_and(|shown| shown.elapsed() < REFRESH) {
            return;
        }
        self.shown = Some(Instant::now());
        bar.set_message(format!("epoch {epoch}/{}{}", self.epochs, figures("", Some(loss), accuracy)));
        bar.set_position(((epoch - 1).saturating_mul(self.rows).saturating_add(examples)) as u64);
    }

    fn epoch(&self, record: &EpochRecord) {
        match &self.face {
            Face::Nothing => {}
            Face::Bar(bar) => {
                bar.set_message(self.line(record));
                bar.set_position(record.epoch.saturating_mul(self.rows) as u64);
            }
            Face::Lines => {
                let every = self.epochs.div_ceil(LINES);
                if record.epoch == 1 || record.epoch.is_multiple_of(every) || record.epoch == self.epochs {
                    output::note(&format!("{}  {}", self.line(record), self.pace(record.epoch)));
                }
            }
        }
    }

    fn line(&self, record: &EpochRecord) -> String {
        let score = record.validation_score.map(|score| format!(", {} {:.4}", score.name, score.value));
        format!(
            "epoch {}/{}{}{}{}",
            record.epoch,
            self.epochs,
            figures("", Some(record.training_loss), record.training_accuracy),
            figures("validation ", record.validation_loss, None),
            score.unwrap_or_default()
        )
    }

    /// Rate and time left.
    fn pace(&self, epoch: usize) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(1e-9);
        let rows = |epochs: usize| epochs as f64 * self.rows as f64;
        let samples = rows(epoch) - self.before;
        let left = seconds / samples.max(1.0) * rows(self.epochs - epoch);
        format!("{}, {left:.0} s left", rate(samples / seconds))
    }
}

fn figures(prefix: &str, loss: Option<f64>, accuracy: Option<f64>) -> String {
    let loss = loss.map(|loss| format!("  {prefix}loss {loss:.4}")).unwrap_or_default();
    let accuracy = accuracy.map(|share| format!(", accuracy {share:.4}")).unwrap_or_default();
    loss + &accuracy
}

/// Samples a second; thousands are enough where there are many.
fn rate(per_second: f64) -> String {
    if per_second < 10_000.0 {
        format!("{per_second:.0} samples/s")
    } else {
        format!("{:.0}k samples/s", per_second / 1e3)
    }
}

fn style() -> ProgressStyle {
    let show_rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // The bar goes on without its rate if there is no room for it.
        let _ = write!(out, "{}", rate(state.per_sec()));
    };
    ProgressStyle::with_template("{bar:12} {wide_msg} {rate}, {eta} left")
        .expect("the template is fixed and names only known keys")
        .with_key("rate", show_rate)
}
