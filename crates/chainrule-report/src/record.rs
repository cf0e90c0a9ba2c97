//! What a page is made of: plain records that somebody else has filled.

use crate::Level;
use crate::learned::Comparison;
use crate::outcome::Epoch;

/// Everything that a page shows. Empty lists and `None` leave their section out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The name of the page: `iris: class`.
    pub title: String,
    /// One line below it: what was learnt, on what.
    pub subtitle: String,
    /// The result in a sentence.
    pub lead: String,
    /// Whether the result is good news; `false` where it is no better than trivial.
    pub good: bool,
    /// Further sentences of the summary.
    pub story: Vec<String>,
    /// The numbers to see first.
    pub tiles: Vec<Tile>,
    /// The network beside the trivial answer.
    pub comparison: Option<Comparison>,
    /// What looks wrong and what would help, the most serious first.
    pub advice: Vec<Advice>,
    /// What was decided or looked odd while reading the data.
    pub notes: Vec<String>,
    /// The metrics of each part of the data.
    pub parts: Vec<Part>,
    /// The epochs.
    pub history: Option<History>,
    /// How good the answers are, in pictures.
    pub quality: Option<Quality>,
    /// How much each column matters.
    pub importance: Option<Importance>,
    /// What the columns hold.
    pub columns: Vec<Column>,
    /// The rows that were answered worst.
    pub examples: Option<Examples>,
    /// The network.
    pub network: Option<Network>,
    /// All settings by name.
    pub settings: Vec<(String, String)>,
    /// The command that gives the same again.
    pub command: String,
    /// What else must be the same: seed, data, version.
    pub reproduce: Vec<(String, String)>,
    /// Where it ran.
    pub environment: Vec<(String, String)>,
}

/// A number to see first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The number.
    pub value: String,
    /// What it means or what to compare it with.
    pub note: String,
}

/// One finding with the command that would change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// How serious it is.
    pub level: Level,
    /// The evidence and what may help.
    pub text: String,
    /// The whole command to try.
    pub command: Option<String>,
}

/// The metrics of one part of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is called: `validation`.
    pub name: String,
    /// How many rows it has.
    pub rows: usize,
    /// Metrics by name.
    pub scores: Vec<(String, f64)>,
}

/// The epochs of a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss by name, with its reduction.
    pub loss: String,
    /// What the scores are: `accuracy`.
    pub score: String,
    /// The epochs in order.
    pub epochs: Vec<Epoch>,
}

/// How good answers are, by their kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Quality {
    /// One of several classes.
    Classes(Classes),
    /// Several questions.
    Labels(Labels),
    /// Numbers.
    Numbers(Numbers),
}

/// How good answers of classes are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    /// The names of the classes.
    pub names: Vec<String>,
    /// `[classes, classes]`: how many rows of the class of a line were answered with the class of a column.
    pub confusion: Vec<usize>,
    /// Curves of each class against the others; one for two classes.
    pub curves: Vec<Curves>,
    /// Whether probabilities come true; `None` where there are no probabilities.
    pub calibration: Option<Calibration>,
}

/// How good answers of several questions are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// Curves of each label.
    pub curves: Vec<Curves>,
    /// Whether probabilities come true, all labels together.
    pub calibration: Option<Calibration>,
}

/// The curves over all thresholds of one class or label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// The class or label.
    pub name: String,
    /// The share of rows that are of it.
    pub share: f64,
    /// False positive rate and true positive rate, from (0, 0) to (1, 1).
    pub roc: Vec<(f64, f64)>,
    /// The area below.
    pub roc_area: f64,
    /// Recall and precision, recall rising.
    pub precision_recall: Vec<(f64, f64)>,
    /// The average precision.
    pub average_precision: f64,
}

/// Whether probabilities come true.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Whose probability: `the answer's probability`.
    pub what: String,
    /// Ranges of probability, the empty ones too.
    pub bins: Vec<CalibrationBin>,
    /// The mean difference between what was said and what came true.
    pub error: f64,
}

/// A range of probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// From ...
    pub lower: f64,
    /// ... to.
    pub upper: f64,
    /// Predictions in it.
    pub count: usize,
    /// Their mean probability.
    pub probability: f64,
    /// The share that came true.
    pub share: f64,
}

/// How good predicted numbers are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// One for each target column.
    pub outputs: Vec<Residuals>,
}

/// One predicted number beside the true one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Residuals {
    /// The target column.
    pub name: String,
    /// Predicted and actual values of all judged rows.
    pub pairs: Vec<(f64, f64)>,
}

/// How much each column matters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Importance {
    /// What was measured, on how many rows, how often: a sentence.
    pub how: String,
    /// The columns in any order.
    pub columns: Vec<Shuffled>,
    /// What the scores are: `accuracy`.
    pub score: String,
    /// How many squares of a picture lie side by side, if the columns are squares of a picture, row by row.
    pub across: Option<usize>,
}

/// What shuffling one column does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shuffled {
    /// The column.
    pub name: String,
    /// The mean growth of the loss and its standard deviation.
    pub loss: (f64, f64),
    /// The mean change of the score and its standard deviation.
    pub score: (f64, f64),
}

/// One column of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is: `number`, `category`, `target`.
    pub kind: String,
    /// Rows without a value.
    pub missing: usize,
    /// How many distinct values it has, if counted.
    pub distinct: Option<usize>,
    /// What is in it.
    pub content: ColumnContent,
}

/// What is in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnContent {
    /// Numbers; NaN for what a column without values does not have.
    Numbers {
        /// The lowest.
        lowest: f64,
        /// The highest.
        highest: f64,
        /// The mean.
        mean: f64,
        /// The standard deviation.
        deviation: f64,
        /// Rows in ranges of equal width from lowest to highest.
        histogram: Vec<usize>,
    },
    /// Categories and how many rows each has, the most frequent first.
    Levels(Vec<(String, usize)>),
}

/// The rows that were answered worst.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examples {
    /// What makes them the worst, and where row numbers count from.
    pub how: String,
    /// What [`Row::wrong`] is: `right one got`.
    pub wrong: String,
    /// What [`Row::number`] is: `row`, `line`.
    pub place: String,
    /// The names of the raw values shown.
    pub columns: Vec<String>,
    /// The rows, worst first.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number: that of its line in a file, or of the row, from 1.
    pub number: usize,
    /// What is right.
    pub actual: String,
    /// What was answered.
    pub predicted: String,
    /// How wrong it is: `0.3 %`.
    pub wrong: String,
    /// Raw values.
    pub values: Vec<String>,
    /// The row as a picture, if it is one.
    pub picture: Option<Picture>,
}

/// A grey picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its width.
    pub width: usize,
    /// Its grey values row by row, 0 is black: a multiple of the width.
    pub pixels: Vec<u8>,
}

/// The network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Its layers in order.
    pub layers: Vec<Layer>,
    /// All of it in a sentence.
    pub total: String,
}

/// One layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: String,
    /// The shape of what comes out.
    pub shape: String,
    /// Its parameters.
    pub parameters: u64,
}
