//! What a training writes down while it goes on: `--log`, `--tensorboard`, `--history`.
//!
//! Every line and record is written at once and whole, so a run that is killed leaves all but the last. A log that cannot
//! be written any more, such as on a full disk, is given up with a note: the training is worth more. Must not know:
//! networks, nor the forms of the files.

mod arguments;
mod sink;

pub(crate) use arguments::LogArguments;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chainrule::{EpochRecord, Event};
use chainrule_files::{
    EpochFigures, HISTORY_HEADING, LogEvent, Tensor, history_line, history_until, tensorboard_histograms,
    tensorboard_scalars, tensorboard_start, tensorboard_text,
};
use serde_json::{Map, Value};

use sink::Sink;

/// How a run begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Beginning {
    /// Anew: what logs there are of the same names is replaced.
    New,
    /// From a checkpoint: logs are gone on with.
    Resumed {
        /// Epochs that were ended before.
        epochs: u64,
        /// Steps that were made before.
        steps: u64,
        /// How long they took, in seconds.
        seconds: f64,
    },
}

/// The logs of one run.
#[derive(Debug)]
pub(crate) struct Logs {
    /// One JSON object a line.
    lines: Option<Sink>,
    /// A line an epoch.
    history: Option<Sink>,
    /// Events for TensorBoard.
    board: Option<Sink>,
    /// Every how many steps a step is told.
    every: Option<u64>,
    settings: Map<String, Value>,
    beginning: Beginning,
    began: Instant,
    steps: u64,
}

impl Logs {
    /// Opens the logs that were asked for; `settings` say by name what is trained and how.
    ///
    /// # Errors
    /// If a file cannot be opened or written to: before the training and not after it. A run that is gone on with does without
    /// it, since nothing else would be left of it.
    pub(crate) fn open(
        arguments: &LogArguments,
        settings: Map<String, Value>,
        beginning: Beginning,
    ) -> anyhow::Result<Self> {
        let lines = arguments.log.as_deref().map(|path| match beginning {
            Beginning::New => Sink::replace(path, b""),
            Beginning::Resumed { .. } => Sink::append_lines(path),
        });
        let history = arguments.history.as_deref().map(|path| match beginning {
            Beginning::New => Sink::replace(path, HISTORY_HEADING.as_bytes()),
            Beginning::Resumed { epochs, .. } => Sink::rewrite(path, |text| history_until(text, epochs)),
        });
        let time = now();
        let board = arguments.tensorboard.as_deref().map(|folder| {
            let mut sink = Sink::in_folder(folder, &event_file(time))?;
            sink.write(&tensorboard_start(time));
            sink.write(&tensorboard_text(time, "settings", &markdown(&settings)));
            anyhow::Ok(sink)
        });
        Ok(Logs {
            lines: opened(lines, beginning)?,
            history: opened(history, beginning)?,
            board: opened(board, beginning)?,
            every: arguments.log_steps,
            settings,
            beginning,
            began: Instant::now(),
            steps: 0,
        })
    }

    /// Takes in what happened.
    pub(crate) fn listen(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { training_rows, validation_rows, epochs, steps_per_epoch, .. } => {
                let rows =
                    [training_rows, validation_rows, epochs, steps_per_epoch].map(|count| count as u64);
                self.start(rows);
            }
            Event::Step { epoch, step, loss, mean_loss, accuracy, .. } => {
                self.steps = step;
                if self.every.is_some_and(|every| step.is_multiple_of(every)) {
                    self.step((epoch as u64, step), (loss, mean_loss), accuracy);
                }
            }
            Event::Epoch { record, improved } => self.epoch(record, improved),
            _ => {}
        }
    }

    /// How the numbers of a network are spread, for TensorBoard; they are asked for only if it wants them.
    pub(crate) fn weights(&mut self, tensors: impl FnOnce() -> Vec<Tensor>) {
        let Some(board) = &mut self.board else { return };
        let numbers: Vec<(String, Vec<f64>)> =
            tensors().into_iter().map(|tensor| (tensor.name, tensor.values.to_f64())).collect();
        let numbers: Vec<(&str, &[f64])> =
            numbers.iter().map(|(name, values)| (&name[..], &values[..])).collect();
        board.write(&tensorboard_histograms(now(), self.steps, &numbers));
    }

    /// Steps made so far.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// The run is over; `event` says how it came out.
    pub(crate) fn finish(&mut self, event: &LogEvent, tensors: impl FnOnce() -> Vec<Tensor>) {
        self.tell(event);
        self.weights(tensors);
    }

    fn start(&mut self, [training_rows, validation_rows, epochs, steps_per_epoch]: [u64; 4]) {
        self.began = Instant::now();
        let time = now();
        match self.beginning {
            Beginning::Resumed { steps: step, .. } => {
                self.steps = step;
                self.tell(&LogEvent::Resumed { time, step });
            }
            Beginning::New => {
                let (written_by, settings) = (env!("CARGO_PKG_VERSION").to_owned(), self.settings.clone());
                self.tell(&LogEvent::Started {
                    written_by,
                    time,
                    training_rows,
                    validation_rows,
                    epochs,
                    steps_per_epoch,
                    settings,
                });
            }
        }
    }

    fn step(&mut self, (epoch, step): (u64, u64), (loss, mean_loss): (f64, f64), accuracy: Option<f64>) {
        let seconds = self.seconds();
        self.tell(&LogEvent::Step { epoch, step, loss, mean_loss, accuracy, seconds });
        if let Some(board) = &mut self.board {
            board.write(&tensorboard_scalars(now(), step, &[("loss/step", loss)]));
        }
    }

    /// Seconds since the run began, without the time for which it was stopped.
    fn seconds(&self) -> f64 {
        let before = match self.beginning {
            Beginning::New => 0.0,
            Beginning::Resumed { seconds, .. } => seconds,
        };
        before + self.began.elapsed().as_secs_f64()
    }

    fn epoch(&mut self, record: &EpochRecord, improved: bool) {
        // An optimizer that makes a step an epoch tells no steps.
        self.steps = record.steps;
        let figures = EpochFigures {
            epoch: record.epoch as u64,
            step: record.steps,
            learning_rate: record.learning_rate,
            training_loss: record.training_loss,
            training_accuracy: record.training_accuracy,
            validation_loss: record.validation_loss,
            validation_metric: record.validation_score.map(|score| score.name.to_owned()),
            validation_value: record.validation_score.map(|score| score.value),
            improved,
            seconds: self.seconds(),
        };
        if let Some(history) = &mut self.history {
            history.write(history_line(&figures).as_bytes());
        }
        if let Some(board) = &mut self.board {
            board.write(&tensorboard_scalars(now(), figures.step, &scalars(&figures)));
        }
        self.tell(&LogEvent::Epoch(figures));
    }

    fn tell(&mut self, event: &LogEvent) {
        let Some(lines) = &mut self.lines else { return };
        match event.line() {
            Ok(line) => lines.write(line.as_bytes()),
            Err(error) => crate::output::note(&format!("note: --log: {error}")),
        }
    }
}

/// A log that can be written, if one was asked for.
fn opened(log: Option<anyhow::Result<Sink>>, beginning: Beginning) -> anyhow::Result<Option<Sink>> {
    match (log.transpose(), beginning) {
        (Err(error), Beginning::Resumed { .. }) => {
            let reason = crate::failure::describe(&error);
            crate::output::note(&format!("note: the run goes on without a log: {reason}"));
            Ok(None)
        }
        (log, _) => log,
    }
}

/// The figures of an epoch under the tags of TensorBoard: what belongs together has one word before the stroke.
fn scalars(figures: &EpochFigures) -> Vec<(&str, f64)> {
    let metric = match figures.validation_metric.as_deref() {
        Some("accuracy") => "accuracy/validation",
        _ => "metric/validation",
    };
    let always = [("loss/training", figures.training_loss), ("learning_rate", figures.learning_rate)];
    let sometimes = [
        ("accuracy/training", figures.training_accuracy),
        ("loss/validation", figures.validation_loss),
        (metric, figures.validation_value),
    ];
    let given = sometimes.into_iter().filter_map(|(tag, value)| Some((tag, value?)));
    always.into_iter().chain(given).collect()
}

/// The settings as a table in Markdown.
fn markdown(settings: &Map<String, Value>) -> String {
    let cell = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row =
        |(name, value): (&String, &Value)| format!("| {name} | {} |\n", cell(value).replace('|', "\\|"));
    ["| setting | value |\n|---|---|\n".to_owned()].into_iter().chain(settings.iter().map(row)).collect()
}

/// A name that TensorBoard takes for one of its files, and that no other process uses.
fn event_file(time: f64) -> String {
    format!("events.out.tfevents.{:010}.chainrule.{}", time as u64, std::process::id())
}

/// Seconds since 1970-01-01T00:00:00Z; 0 for a clock before that.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}
