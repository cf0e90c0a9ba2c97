//! The events of a run as lines of JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Error;

/// Something that happened in a run; the field `event` of its line is `started`, `resumed`, `step`, `epoch` or `finished`.
///
/// A number that is not finite, such as the loss of a run that diverged, is `null`.
///
/// ```
/// use chainrule_files::LogEvent;
/// let event = LogEvent::Step { epoch: 1, step: 3, loss: 0.25, mean_loss: f64::NAN, accuracy: None, seconds: 0.5 };
/// let line = r#"{"event":"step","epoch":1,"step":3,"loss":0.25,"mean_loss":null,"accuracy":null,"seconds":0.5}"#;
/// assert_eq!(event.line()?, format!("{line}\n"));
/// # Ok::<(), chainrule_files::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LogEvent {
    /// A run begins.
    Started {
        /// The version of `chainrule`.
        written_by: String,
        /// When, in seconds since 1970-01-01T00:00:00Z.
        time: f64,
        /// Rows to learn from.
        training_rows: u64,
        /// Rows held out.
        validation_rows: u64,
        /// Epochs planned.
        epochs: u64,
        /// Steps in an epoch.
        steps_per_epoch: u64,
        /// Data, network and settings by name.
        settings: Map<String, Value>,
    },
    /// A run goes on from a checkpoint; lines of later steps than this that stand before it were made by the run that
    /// was stopped, and are made again.
    Resumed {
        /// When, in seconds since 1970-01-01T00:00:00Z.
        time: f64,
        /// Steps made before.
        step: u64,
    },
    /// A step was made.
    Step {
        /// The number of the epoch, from 1.
        epoch: u64,
        /// The number of the step in the run, from 1.
        step: u64,
        /// The loss of the step's batch.
        loss: f64,
        /// The mean loss of the epoch so far.
        mean_loss: f64,
        /// The share of right answers in the epoch so far, where there are classes.
        accuracy: Option<f64>,
        /// Seconds from the beginning of the run, in all processes that it took.
        seconds: f64,
    },
    /// An epoch ended.
    Epoch(EpochFigures),
    /// The run ended.
    Finished {
        /// Why: `completed`, `no improvement`, `converged`, `interrupted` or `diverged`.
        stopped: String,
        /// Steps made in all.
        steps: u64,
        /// Seconds that this process spent on the run.
        seconds: f64,
        /// Loss and scores of each part that was judged: `validation`, `test` or `training`.
        results: BTreeMap<String, BTreeMap<String, f64>>,
        /// Where the model was saved.
        model: String,
    },
}

/// What there is to say about an epoch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EpochFigures {
    /// Its number, from 1.
    pub epoch: u64,
    /// Steps made in the run.
    pub step: u64,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// The mean loss of the batches, as they were when they were used.
    pub training_loss: f64,
    /// The share of right answers in the batches, where there are classes.
    pub training_accuracy: Option<f64>,
    /// The loss of the rows held out, if there are any.
    pub validation_loss: Option<f64>,
    /// The name of the most telling metric of the rows held out, such as `accuracy`.
    pub validation_metric: Option<String>,
    /// Its value.
    pub validation_value: Option<f64>,
    /// Whether the epoch is the best so far.
    pub improved: bool,
    /// Seconds from the beginning of the run, in all processes that it took.
    pub seconds: f64,
}

impl LogEvent {
    /// The line, with a line feed at its end and none before.
    ///
    /// # Errors
    /// [`Error::RecordJson`] if the event cannot be written, which no event is known to cause.
    pub fn line(&self) -> Result<String, Error> {
        let text = serde_json::to_string(self).map_err(|source| Error::RecordJson { source })?;
        Ok(text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_one_line() {
        let settings = [("optimizer".to_owned(), "adam".into())].into_iter().collect();
        let (written_by, time) = ("0.1.0".to_owned(), 1.5);
        let started = LogEvent::Started {
            written_by,
            time,
            training_rows: 135,
            validation_rows: 15,
            epochs: 2,
            steps_per_epoch: 5,
            settings,
        };
        insta::assert_snapshot!(started.line().unwrap(), @r#"{"event":"started","written_by":"0.1.0","time":1.5,"training_rows":135,"validation_rows":15,"epochs":2,"steps_per_epoch":5,"settings":{"optimizer":"adam"}}"#);
        let epoch = LogEvent::Epoch(EpochFigures {
            epoch: 1,
            step: 5,
            learning_rate: 0.001,
            training_loss: f64::INFINITY,
            training_accuracy: Some(0.5),
            validation_loss: None,
            validation_metric: None,
            validation_value: None,
            improved: true,
            seconds: 0.25,
        });
        insta::assert_snapshot!(epoch.line().unwrap(), @r#"{"event":"epoch","epoch":1,"step":5,"learning_rate":0.001,"training_loss":null,"training_accuracy":0.5,"validation_loss":null,"validation_metric":null,"validation_value":null,"improved":true,"seconds":0.25}"#);
        insta::assert_snapshot!(LogEvent::Resumed { time, step: 5 }.line().unwrap(), @r#"{"event":"resumed","time":1.5,"step":5}"#);
        let scores = [("accuracy".to_owned(), 0.9), ("loss".to_owned(), 0.2)].into();
        let finished = LogEvent::Finished {
            stopped: "completed".into(),
            steps: 10,
            seconds: 0.5,
            results: [("validation".to_owned(), scores)].into(),
            model: "a\nb.safetensors".into(),
        };
        insta::assert_snapshot!(finished.line().unwrap(), @r#"{"event":"finished","stopped":"completed","steps":10,"seconds":0.5,"results":{"validation":{"accuracy":0.9,"loss":0.2}},"model":"a\nb.safetensors"}"#);
    }
}
