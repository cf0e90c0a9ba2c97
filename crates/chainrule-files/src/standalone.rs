//! Everything that a program of its own needs to predict from raw columns: network, scaling, names.
//!
//! What is written as a C header or a numpy file is written from this. Must not know: any language.

use crate::Stack;

/// A network with what stands before and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standalone {
    /// What the program is called; the writers make an identifier of it.
    pub name: String,
    /// The network in its text form, for the reader of the program.
    pub network: String,
    /// The network, its last layer giving probabilities where there are classes.
    pub stack: Stack,
    /// The columns that go in, one for each input of the network.
    pub inputs: Vec<InputColumn>,
    /// What comes out.
    pub answers: Answers,
}

/// A column of numbers before it goes into the network: `(x - centre) / spread`, or 0 if `spread` is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct InputColumn {
    /// Its name.
    pub name: String,
    /// What stands for a missing number; a missing one stays missing if there is none.
    pub missing: Option<f64>,
    /// What is subtracted.
    pub centre: f64,
    /// What is divided by, at least 0; 0 for a column that was constant in training.
    pub spread: f64,
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
    /// # use chainrule_files::{Answers, Stack, Standalone};
    /// # let stack = Stack { inputs: 1, layers: vec![] };
    /// # let answers = Answers::Labels { names: vec![] };
    /// # let name = "Größe 2".to_owned();
    /// let model = Standalone { name, network: "identity:1".into(), stack, inputs: vec![], answers };
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

    /// The scaling of all inputs if it is one and the same, such as that of bytes.
    pub(crate) fn common_scaling(&self) -> Option<(f64, f64)> {
        let first = self.inputs.first()?;
        let same = |input: &InputColumn| input.centre == first.centre && input.spread == first.spread;
        self.inputs.iter().all(same).then_some((first.centre, first.spread))
    }
}
