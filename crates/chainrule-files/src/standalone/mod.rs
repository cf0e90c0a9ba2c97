//! Everything that a program of its own needs to predict from raw columns: network, scaling, names.
//!
//! What is written as a C header or a numpy file is written from this. Must not know: any language.

mod parts;

pub(crate) use parts::{part_name, with_parts};

use crate::{DateOrder, Error, Stack, TimePartKind};

/// A network with what stands before and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standalone {
    /// What the program is called; the writers make an identifier of it.
    pub name: String,
    /// The network in its text form, for the reader of the program.
    pub network: String,
    /// The network, its last layer giving probabilities where there are classes.
    pub stack: Stack,
    /// The columns that go in; their inputs side by side are those of the network.
    pub inputs: Vec<InputColumn>,
    /// Which cells are missing.
    pub missing: MissingCells,
    /// What comes out.
    pub answers: Answers,
}

/// Which cells of a table count as missing, blanks around them ignored. Empty cells always do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingCells {
    /// Texts that do in every column. One that is a number, such as `-999`, also stands for that number in other forms in
    /// columns of numbers.
    pub everywhere: Vec<String>,
    /// Texts that do in columns of numbers only: in others they may be levels.
    pub among_numbers: Vec<String>,
}

/// A column of a table, and the inputs that its cells become.
#[derive(Clone, Debug, PartialEq)]
pub struct InputColumn {
    /// Its name.
    pub name: String,
    /// What becomes of its cells.
    pub rule: InputRule,
}

/// What becomes of the cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum InputRule {
    /// A number `x`: `(x - centre) / spread`, or 0 if `spread` is 0; then the indicator.
    Number {
        /// What stands for a missing number; a missing one stays missing if there is none.
        missing: Option<f64>,
        /// Whether a second input is 1 where the number is missing, else 0.
        indicator: bool,
        /// What is subtracted.
        centre: f64,
        /// What is divided by, at least 0; 0 for a column that was constant in training.
        spread: f64,
    },
    /// One of two texts, in any case: 0 or 1; then the indicator.
    Boolean {
        /// The text that becomes 0, in lower case.
        no: String,
        /// The text that becomes 1, in lower case.
        yes: String,
        /// What a missing cell, or another text, becomes.
        missing: f64,
        /// Whether a second input is 1 where the cell is missing, else 0.
        indicator: bool,
    },
    /// One of several levels: an input for each, 1 for that of the cell and 0 for the others; then one for levels that
    /// are not known and one for missing cells, where there are such inputs.
    Category {
        /// The levels, each once.
        levels: Vec<String>,
        /// Whether there is an input for levels that are not known; without it they are all 0.
        other: bool,
        /// Whether there is an input for missing cells; without it they are all 0.
        missing: bool,
    },
    /// A point in time: a number for each of its parts, centred and scaled; then the indicator.
    Time {
        /// How dates are written.
        order: DateOrder,
        /// Seconds since 1970-01-01T00:00:00Z from which elapsed days count.
        origin: f64,
        /// Whether a last input is 1 where the cell is missing, else 0.
        indicator: bool,
        /// The parts.
        parts: Vec<InputPart>,
    },
}

/// A number that is taken from a point in time, and its scaling as that of [`InputRule::Number`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputPart {
    /// Which one.
    pub part: TimePartKind,
    /// What stands for that of a missing point in time.
    pub missing: f64,
    /// What is subtracted.
    pub centre: f64,
    /// What is divided by, at least 0; 0 for a part that was constant in training.
    pub spread: f64,
}

impl InputRule {
    /// The number of inputs.
    pub fn width(&self) -> usize {
        match self {
            Self::Number { indicator, .. } | Self::Boolean { indicator, .. } => 1 + usize::from(*indicator),
            Self::Time { parts, indicator, .. } => parts.len() + usize::from(*indicator),
            Self::Category { levels, other, missing } => {
                levels.len() + usize::from(*other) + usize::from(*missing)
            }
        }
    }
}

/// The meaning of what comes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// One output: the second class if it is above the threshold.
    OneOfTwo {
        /// The two classes.
        names: [String; 2],
        /// 0.5 for a probability, 0 for a score.
        threshold: f64,
    },
    /// An output for each class; the largest is the answer, the first of equal ones.
    OneOf {
        /// The classes.
        names: Vec<String>,
    },
    /// An output for each label; those above 0.5 hold.
    Labels {
        /// The labels.
        names: Vec<String>,
    },
    /// Numbers: `y * spread + centre` in the unit of the target.
    Values {
        /// Their names.
        names: Vec<String>,
        /// What is added, one for each.
        centre: Vec<f64>,
        /// What is multiplied by, one for each.
        spread: Vec<f64>,
    },
}

impl Answers {
    /// The names of classes, labels or values.
    pub fn names(&self) -> &[String] {
        match self {
            Self::OneOfTwo { names, .. } => names,
            Self::OneOf { names } | Self::Labels { names } | Self::Values { names, .. } => names,
        }
    }
}

impl Standalone {
    /// The name as an identifier of C and of Python: lower case letters, digits and underlines, a letter first.
    ///
    /// ```
    /// # use chainrule_files::{Answers, MissingCells, Stack, Standalone};
    /// # let stack = Stack { inputs: 1, layers: vec![] };
    /// # let answers = Answers::Labels { names: vec![] };
    /// # let name = "Größe 2".to_owned();
    /// let model = Standalone { name, network: "identity:1".into(), stack, inputs: vec![], missing: MissingCells::default(), answers };
    /// assert_eq!(model.identifier(), "gr_e_2");
    /// ```
    pub fn identifier(&self) -> String {
        let mut text = String::new();
        for letter in self.name.chars().map(|c| c.to_ascii_lowercase()) {
            match letter {
                'a'..='z' | '0'..='9' => text.push(letter),
                _ if text.ends_with('_') || text.is_empty() => {}
                _ => text.push('_'),
            }
        }
        let text = text.trim_end_matches('_');
        if text.starts_with(|c: char| c.is_ascii_lowercase()) { text.into() } else { format!("model_{text}") }
    }

    /// Centre and spread of each column, if all are numbers of which none is missing.
    pub(crate) fn plain_numbers(&self) -> Option<Vec<(f64, f64)>> {
        let plain = |input: &InputColumn| match input.rule {
            InputRule::Number { missing: None, indicator: false, centre, spread } => Some((centre, spread)),
            _ => None,
        };
        self.inputs.iter().map(plain).collect()
    }

    /// Checks that columns and names fit the network.
    ///
    /// # Errors
    /// [`Error::Standalone`] with both numbers.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let got = self.inputs.iter().map(|input| input.rule.width()).sum();
        fits("inputs", self.stack.inputs, got)?;
        let names = self.answers.names().len();
        match &self.answers {
            Answers::OneOfTwo { .. } => fits("outputs", 1, self.stack.outputs()),
            Answers::OneOf { .. } | Answers::Labels { .. } => fits("outputs", names, self.stack.outputs()),
            Answers::Values { centre, spread, .. } => [names, centre.len(), spread.len()]
                .into_iter()
                .try_for_each(|got| fits("outputs", self.stack.outputs(), got)),
        }
    }
}

fn fits(part: &str, expected: usize, got: usize) -> Result<(), Error> {
    if expected == got {
        return Ok(());
    }
    let fault = format!("do not fit the network; expected {expected}, got {got}");
    Err(Error::Standalone { part: part.to_owned(), fault })
}

/// The scaling of all numbers if it is one and the same, such as that of bytes.
pub(crate) fn common(scalings: &[(f64, f64)]) -> Option<(f64, f64)> {
    let first = scalings.first()?;
    scalings.iter().all(|scaling| scaling == first).then_some(*first)
}
