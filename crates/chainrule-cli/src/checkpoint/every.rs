//! How often a checkpoint is due: `60s`, `500steps`, `1epoch`.
//!
//! Must not know: what a checkpoint is.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use chainrule::Event;

/// How often a checkpoint is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Every {
    /// After so much time.
    Time(Duration),
    /// After so many steps.
    Steps(u64),
    /// After so many epochs.
    Epochs(usize),
}

/// Units of time, in seconds.
const TIMES: [(&str, u64); 3] = [("s", 1), ("min", 60), ("h", 3600)];

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused =
            || "expected a time, steps or epochs, such as 60s, 10min, 500steps or 1epoch".to_owned();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: u64 = number.parse().ok().filter(|number| *number > 0).ok_or_else(refused)?;
        let time = TIMES.into_iter().find(|(name, _)| *name == unit.trim());
        match (unit.trim(), time) {
            (_, Some((_, seconds))) => Ok(Every::Time(Duration::from_secs(number.saturating_mul(seconds)))),
            ("step" | "steps", _) => Ok(Every::Steps(number)),
            ("epoch" | "epochs", _) => Ok(Every::Epochs(usize::try_from(number).map_err(|_| refused())?)),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Every::Time(time) => write!(formatter, "{}s", time.as_secs()),
            Every::Steps(1) => write!(formatter, "1step"),
            Every::Steps(steps) => write!(formatter, "{steps}steps"),
            Every::Epochs(1) => write!(formatter, "1epoch"),
            Every::Epochs(epochs) => write!(formatter, "{epochs}epochs"),
        }
    }
}

impl Every {
    /// Whether a checkpoint is due at an event, the last one having been made at that time.
    pub(crate) fn is_due(self, event: &Event<'_>, last: Instant) -> bool {
        match (self, event) {
            (Every::Time(time), Event::Step { .. } | Event::Epoch { .. }) => last.elapsed() >= time,
            (Every::Steps(every), Event::Step { step, .. }) => step.is_multiple_of(every),
            (Every::Epochs(every), Event::Epoch { record, .. }) => record.epoch.is_multiple_of(every),
            // An optimizer that makes a step an epoch tells no steps.
            (Every::Steps(every), Event::Epoch { record, .. }) => record.steps.is_multiple_of(every),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Every;

    #[test]
    fn times_steps_and_epochs_are_read_and_written() {
        for (text, shown) in [
            ("60s", "60s"),
            ("10min", "600s"),
            ("2h", "7200s"),
            ("1step", "1step"),
            ("500 steps", "500steps"),
            ("1epoch", "1epoch"),
            ("3epochs", "3epochs"),
        ] {
            assert_eq!(text.parse::<Every>().unwrap().to_string(), shown);
        }
        for text in ["", "60", "s", "0s", "-1s", "1.5h", "5 parsecs", "99999999999999999999s"] {
            assert!(text.parse::<Every>().is_err(), "{text}");
        }
    }
}
