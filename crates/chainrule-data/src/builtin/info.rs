//! What is known of each built-in data set without loading it: a table.
//!
//! It must not know the data.

use std::fmt;

/// What is known of a built-in data set without loading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its name, as [`super::load`] takes it.
    pub name: &'static str,
    /// Rows to train on; for generated data, unless asked otherwise.
    pub rows: usize,
    /// Rows of the test part; 0 if none is given.
    pub test_rows: usize,
    /// Feature columns.
    pub features: usize,
    /// What is to be predicted.
    pub task: Task,
    /// One line on what it is.
    pub about: &'static str,
    /// Its licence.
    pub licence: &'static str,
    /// Who published it, where.
    pub source: &'static str,
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of so many classes.
    Classes(usize),
    /// A number.
    Regression,
}

impl fmt::Display for Task {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classes(count) => write!(formatter, "{count} classes"),
            Self::Regression => write!(formatter, "regression"),
        }
    }
}

const UCI: &str = "CC BY 4.0";
const OWN: &str = "generated; no rights claimed";

/// All built-in data sets, from small to large, then the generated ones.
pub(super) const ALL: [Info; 12] = [
    Info {
        name: "xor",
        rows: 4,
        test_rows: 0,
        features: 2,
        task: Task::Classes(2),
        about: "exclusive or: the four rows that no linear network can learn",
        licence: OWN,
        source: "Minsky and Papert, Perceptrons, 1969",
    },
    Info {
        name: "iris",
        rows: 150,
        test_rows: 0,
        features: 4,
        task: Task::Classes(3),
        about: "flowers: lengths and widths in cm, three species",
        licence: UCI,
        source: "Fisher 1936; UCI repository, values as in scikit-learn",
    },
    Info {
        name: "wine",
        rows: 178,
        test_rows: 0,
        features: 13,
        task: Task::Classes(3),
        about: "Italian wines: chemical measurements, three cultivars",
        licence: UCI,
        source: "Aeberhard and Forina 1991; UCI repository",
    },
    Info {
        name: "breast-cancer",
        rows: 569,
        test_rows: 0,
        features: 30,
        task: Task::Classes(2),
        about: "tumours: measurements of cell nuclei, malignant or benign",
        licence: UCI,
        source: "Wolberg, Mangasarian, Street and Street 1995; UCI repository",
    },
    Info {
        name: "diabetes",
        rows: 442,
        test_rows: 0,
        features: 10,
        task: Task::Regression,
        about: "patients: measurements, and the progression of the disease after a year",
        licence: "BSD-3-Clause, as distributed with scikit-learn",
        source: "Efron, Hastie, Johnstone and Tibshirani 2004",
    },
    Info {
        name: "digits",
        rows: 1797,
        test_rows: 0,
        features: 64,
        task: Task::Classes(10),
        about: "handwritten digits of 8 x 8 pixels",
        licence: UCI,
        source: "Alpaydin and Kaynak 1998; UCI repository",
    },
    Info {
        name: "mnist",
        rows: 60_000,
        test_rows: 10_000,
        features: 784,
        task: Task::Classes(10),
        about: "handwritten digits of 28 x 28 pixels, with the published test part",
        licence: "CC BY-SA 3.0",
        source: "LeCun, Cortes and Burges 1998",
    },
    Info {
        name: "moons",
        rows: super::MOONS.rows,
        test_rows: 0,
        features: 2,
        task: Task::Classes(2),
        about: "two half circles that reach into each other",
        licence: OWN,
        source: "generated, after scikit-learn's make_moons",
    },
    Info {
        name: "circles",
        rows: super::CIRCLES.rows,
        test_rows: 0,
        features: 2,
        task: Task::Classes(2),
        about: "a small circle inside a large one",
        licence: OWN,
        source: "generated, after scikit-learn's make_circles",
    },
    Info {
        name: "spirals",
        rows: super::SPIRALS.rows,
        test_rows: 0,
        features: 2,
        task: Task::Classes(2),
        about: "two spirals of three turns, wound around each other",
        licence: OWN,
        source: "generated, after Lang and Witbrock 1988",
    },
    Info {
        name: "blobs",
        rows: super::BLOBS.rows,
        test_rows: 0,
        features: 2,
        task: Task::Classes(3),
        about: "three round clouds of points",
        licence: OWN,
        source: "generated",
    },
    Info {
        name: "surface",
        rows: super::SURFACE.rows,
        test_rows: 0,
        features: 2,
        task: Task::Regression,
        about: "a smooth function of two variables, sampled",
        licence: OWN,
        source: "generated",
    },
];
