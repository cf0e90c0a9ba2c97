//! The steps of `cargo xtask check`, cheapest first.

mod cargo;
mod examples;
mod exports;
mod fuzz;
mod generated;
mod interop;
mod length;
mod onnx;
mod portable;
mod readme;
mod report;
mod words;
mod workspace_tests;

use crate::repository::Repository;

/// One thing that must hold.
pub(crate) struct Step {
    /// The name to run it alone.
    pub(crate) name: &'static str,
    /// What holds afterwards, in a few words.
    pub(crate) about: &'static str,
    /// Finds out; the error says what does not hold, and where.
    pub(crate) run: fn(&Repository) -> Result<Outcome, String>,
}

/// How a step that did not fail ended.
pub(crate) enum Outcome {
    /// What it checks holds.
    Holds,
    /// This machine cannot check it, for the reason given.
    NotChecked(String),
    /// Tests ran: how many of each kind, and whether all is well.
    Tests {
        /// Tests that passed.
        passed: u64,
        /// Tests that failed.
        failed: u64,
        /// How the test program ended.
        result: Result<(), String>,
    },
}

/// All steps, in the order in which they run.
pub(crate) const ALL: &[Step] = &[
    Step { name: "format", about: "the code is formatted as `cargo fmt` does", run: cargo::format },
    Step { name: "words", about: "no file names a place of one machine", run: words::check },
    Step { name: "length", about: "no source file is longer than 800 lines", run: length::check },
    Step {
        name: "examples",
        about: "every file of `examples/` is an example of the crate",
        run: examples::check,
    },
    Step { name: "generated", about: "generated parts of files are up to date", run: generated::check },
    Step {
        name: "lints",
        about: "clippy has nothing to say, functions have at most 60 lines",
        run: cargo::lints,
    },
    Step { name: "portable", about: "the libraries compile for wasm32", run: portable::check },
    Step { name: "docs", about: "the documentation builds without warnings", run: cargo::docs },
    Step {
        name: "tests",
        about: "all tests pass, those in the documentation too",
        run: workspace_tests::check,
    },
    Step { name: "interop", about: "Python reads a model file bit for bit", run: interop::check },
    Step { name: "exports", about: "other programs compute what their exports say", run: exports::check },
    Step { name: "onnx", about: "onnxruntime predicts what `predict` does", run: onnx::check },
    Step {
        name: "report",
        about: "a browser shows reports as they should be, on a phone and on paper too",
        run: report::check,
    },
    Step { name: "fuzz", about: "every reader is fuzzed for 20 s without a failure", run: fuzz::check },
    Step { name: "readme", about: "the README's commands work in a fresh copy", run: readme::check },
];
