//! The history of a run as comma separated text: a line an epoch.
//!
//! Names of metrics have neither commas nor quotes, so nothing is quoted; a figure that there is not leaves its field empty.

use super::EpochFigures;

/// The first line: the names of the columns.
pub const HISTORY_HEADING: &str = "epoch,step,learning_rate,training_loss,training_accuracy,validation_loss,validation_metric,validation_value,improved,seconds\n";

/// The line of an epoch, with a line feed at its end; numbers have as many digits as tell them from their neighbours.
///
/// ```
/// use chainrule_files::{EpochFigures, history_line};
/// let figures = EpochFigures {
///     epoch: 3,
///     step: 15,
///     learning_rate: 0.001,
///     training_loss: 0.5,
///     training_accuracy: None,
///     validation_loss: Some(0.25),
///     validation_metric: Some("rmse".into()),
///     validation_value: Some(0.5),
///     improved: true,
///     seconds: 1.25,
/// };
/// assert_eq!(history_line(&figures), "3,15,0.001,0.5,,0.25,rmse,0.5,true,1.250\n");
/// ```
pub fn history_line(figures: &EpochFigures) -> String {
    let EpochFigures { epoch, step, learning_rate, training_loss, improved, seconds, .. } = figures;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let [accuracy, loss, value] =
        [figures.training_accuracy, figures.validation_loss, figures.validation_value].map(number);
    let metric = figures.validation_metric.as_deref().unwrap_or_default();
    format!(
        "{epoch},{step},{learning_rate},{training_loss},{accuracy},{loss},{metric},{value},{improved},{seconds:.3}\n"
    )
}

/// The lines of a history up to an epoch, to go on from: without those of later epochs, which are made again, and without
/// a torn last line. A text that is no history gives the heading alone.
///
/// ```
/// use chainrule_files::{HISTORY_HEADING, history_until};
/// let torn = format!("{HISTORY_HEADING}1,5,0.1,1,,,,,true,0.1\n2,10,0.1,0.5,,,,,true,0.2\n3,1");
/// assert_eq!(history_until(&torn, 1), format!("{HISTORY_HEADING}1,5,0.1,1,,,,,true,0.1\n"));
/// ```
pub fn history_until(text: &str, epoch: u64) -> String {
    let Some(lines) = text.strip_prefix(HISTORY_HEADING) else { return HISTORY_HEADING.to_owned() };
    let number = |line: &str| line.split(',').next().and_then(|number| number.parse::<u64>().ok());
    let kept = lines
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n') && number(line).is_some_and(|number| number <= epoch));
    HISTORY_HEADING.chars().chain(kept.flat_map(str::chars)).collect()
}
