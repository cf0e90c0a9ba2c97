//! The seven mistakes, by letter, and which of them are repaired.

use core::fmt;
use core::str::FromStr;

/// A mistake of the notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// `sigmoid` computes `1 / (1 + e^x)`, which falls; its "derivative" `s (1 - s)` then has the wrong sign.
    Sigmoid,
    /// The softmax Jacobian `diag(s) - s s^T` is built from the logits instead of from `s = softmax(logits)`.
    Softmax,
    /// The derivative of the cross-entropy has the extra term of two classes, `(1 - y) / (1 - a)`.
    CrossEntropy,
    /// `b += ...`: biases climb the loss.
    Bias,
    /// Each flower is normalised over its own four lengths, which throws its size away.
    Rows,
    /// Weights start with deviation `1 / n` instead of `1 / sqrt(n)`.
    Scale,
    /// One example with a loss above 3 ends the training.
    Trip,
}

impl Bug {
    /// All of them, in the order of their letters.
    pub(crate) const ALL: [Bug; 7] =
        [Bug::Sigmoid, Bug::Softmax, Bug::CrossEntropy, Bug::Bias, Bug::Rows, Bug::Scale, Bug::Trip];

    /// The letter: A to F, and T.
    pub(crate) fn letter(self) -> char {
        match self {
            Bug::Sigmoid => 'A',
            Bug::Softmax => 'B',
            Bug::CrossEntropy => 'C',
            Bug::Bias => 'D',
            Bug::Rows => 'E',
            Bug::Scale => 'F',
            Bug::Trip => 'T',
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The bugs that are repaired; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fixes(u8);

impl Fixes {
    /// Whether a bug is repaired.
    pub(crate) fn repair(self, bug: Bug) -> bool {
        self.0 & bug.bit() != 0
    }
}

impl FromStr for Fixes {
    type Err = String;

    /// Letters in any order, `+` ignored: `AB+T`; `none` for no repair.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Fixes::default());
        }
        let letters = text.chars().filter(|letter| *letter != '+');
        letters.into_iter().try_fold(Fixes::default(), |Fixes(bits), letter| {
            let bug = Bug::ALL.into_iter().find(|bug| bug.letter() == letter);
            let bug = bug.ok_or_else(|| {
                format!("fixes `{text}`: no such bug; expected letters of ABCDEFT or `none`, got `{letter}`")
            })?;
            Ok(Fixes(bits | bug.bit()))
        })
    }
}

impl fmt::Display for Fixes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |bug: &Bug| if *bug == Bug::Trip { "+T".into() } else { bug.letter().to_string() };
        let text: String = Bug::ALL.iter().filter(|bug| self.repair(**bug)).map(letter).collect();
        formatter.pad(if text.is_empty() { "none" } else { text.trim_start_matches('+') })
    }
}
