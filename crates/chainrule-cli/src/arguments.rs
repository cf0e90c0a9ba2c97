//! The arguments of the program: the list of commands, and what several commands share.
//!
//! Must not know: what a command does.

use chainrule::{MOST_THREADS, available_threads};
use chainrule_data::csv::{DecimalMark, Dialect, Header, Missing};
use chainrule_files::ModelRecord;
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    bench, check, completions, data, evaluate, export, graph, import, inspect, predict, train,
};
use crate::record;

/// Train neural networks by backpropagation: from a table or images to a trained, saved, checked network.
#[derive(Debug, Parser)]
#[command(name = "chainrule", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(propagate_version = true, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  chainrule train mnist                               handwritten digits, nothing to download
  chainrule train flowers.csv --target species        a table of your own
  chainrule evaluate flowers.safetensors new.csv      how good is it on other rows
  chainrule predict flowers.safetensors new.csv       a prediction for every row
  chainrule data list                                 the data sets inside the program

Exit codes: 0 done, 1 a stated goal was not met, 2 could not be run.";

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a network on data and save it
    Train(Box<train::Arguments>),
    /// Judge a model by data whose answers are known
    Evaluate(evaluate::Arguments),
    /// Predict every row of data
    Predict(predict::Arguments),
    /// Show what a model file holds
    Inspect(inspect::Arguments),
    /// Write a model in the form of another program
    Export(export::Arguments),
    /// Make a model from the file of another program
    Import(import::Arguments),
    /// Check a network's gradients in three ways
    Check(check::Arguments),
    /// Show a network's graph, its gradient and its plan
    Graph(graph::Arguments),
    /// List, describe and write out data sets
    Data(data::Arguments),
    /// Measure how fast training is on this machine
    Bench(bench::Arguments),
    /// Write completions for a shell
    Completions(completions::Arguments),
    /// Write the reference of `train --config` for the documentation
    #[command(hide = true)]
    ConfigReference,
}

/// How a table in text is to be read. Everything is found out by looking where it is not given.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "How a table is read")]
pub(crate) struct TableArguments {
    /// The sign between fields: a character, or `tab` [default: looks]
    #[arg(long, value_name = "CHAR", value_parser = separator)]
    pub(crate) separator: Option<u8>,
    /// Numbers are written with a decimal comma
    #[arg(long)]
    pub(crate) decimal_comma: bool,
    /// The first row is data, not names
    #[arg(long)]
    pub(crate) no_header: bool,
    /// Cells that count as missing, beside empty ones and the usual `NA`, `null`, `?` ...; commas between them
    #[arg(long, value_name = "CELLS", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) missing: Vec<String>,
    /// The same, instead of the usual ones
    #[arg(
        long,
        value_name = "CELLS",
        value_delimiter = ',',
        allow_hyphen_values = true,
        conflicts_with = "missing"
    )]
    pub(crate) missing_only: Vec<String>,
}

impl TableArguments {
    /// The same, with the markers of missing cells that a model was trained with: `--missing` adds to them, `--missing-only`
    /// replaces them.
    pub(crate) fn with_markers_of(self, record: &ModelRecord) -> Self {
        self.with_markers(record::missing_markers(record))
    }

    fn with_markers(mut self, (mut beside, mut only): (Vec<String>, Vec<String>)) -> Self {
        if self.missing_only.is_empty() {
            let more = std::mem::take(&mut self.missing);
            if only.is_empty() { &mut beside } else { &mut only }.extend(more);
            (self.missing, self.missing_only) = (beside, only);
        }
        self
    }

    /// The options that were given.
    pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> {
        let named = [
            ("--separator", self.separator.is_some()),
            ("--decimal-comma", self.decimal_comma),
            ("--no-header", self.no_header),
            ("--missing", !self.missing.is_empty()),
            ("--missing-only", !self.missing_only.is_empty()),
        ];
        named.into_iter().filter_map(|(option, given)| given.then_some(option))
    }

    /// How the text of a table is written.
    pub(crate) fn dialect(&self) -> Dialect {
        Dialect {
            separator: self.separator,
            header: if self.no_header { Header::Absent } else { Header::Detect },
            decimal_mark: if self.decimal_comma { DecimalMark::Comma } else { DecimalMark::Point },
            missing: missing(&self.missing, &self.missing_only),
        }
    }
}

/// Which cells are missing, by the markers beside the usual ones and, if there are any, instead of them.
pub(crate) fn missing(beside: &[String], only: &[String]) -> Missing {
    match only {
        [] => Missing::with(beside),
        only => Missing::only(only.to_vec()),
    }
}

/// Reads the separator; which signs are allowed is the reader's to say.
fn separator(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        _ => Err("expected one character or `tab`".into()),
    }
}

/// A number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    let within = |threads: &usize| (1..=MOST_THREADS).contains(threads);
    text.parse().ok().filter(within).ok_or(format!("expected a whole number from 1 to {MOST_THREADS}"))
}

/// What was asked for, or as many threads as the system has for this program.
pub(crate) fn threads_or_all(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| available_threads().min(MOST_THREADS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_added_to_those_of_the_training() {
        let own = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let markers = |missing: &str, only: &str, stored: (&str, &str)| {
            let arguments = TableArguments {
                missing: own(missing),
                missing_only: own(only),
                ..TableArguments::default()
            };
            let all = arguments.with_markers((own(stored.0), own(stored.1)));
            (all.missing.join(" "), all.missing_only.join(" "))
        };
        assert_eq!(markers("", "", ("-9", "")), ("-9".into(), String::new()));
        assert_eq!(markers("n.a.", "", ("-9", "")), ("-9 n.a.".into(), String::new()));
        assert_eq!(markers("n.a.", "", ("", "-9")), (String::new(), "-9 n.a.".into()));
        assert_eq!(markers("", "x", ("-9", "")), (String::new(), "x".into()));
    }
}
