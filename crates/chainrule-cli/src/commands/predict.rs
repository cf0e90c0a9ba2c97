//! `chainrule predict`: an answer for every row.

use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::answering::Answering;
use crate::arguments::TableArguments;
use crate::atomic_stream::AtomicFile;
use crate::choices::Part;
use crate::failure::Outcome;
use crate::gaps::Gaps;
use crate::model::Model;
use crate::prepare::{self, Inputs, Raw};
use crate::source::{Answers, Flow, Needs, Parts, Source, read_ahead};
use crate::{output, places, predictions};

/// The arguments of `predict`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// Rows as they come: a table with the model's columns (`-`: from the standard input), a built-in data set, IDX images, or a folder of them
    data: String,
    /// Where the predictions go [default: the standard output]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Which part of data that have two [default: test]
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// Columns of a table that are copied in front of the predictions, such as an identifier
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    keep: Vec<String>,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

const EXAMPLES: &str = "\
Examples:
  chainrule predict flowers.safetensors new.csv
  chainrule predict mnist.safetensors mnist --out predictions.csv
  zcat all.csv.gz | chainrule predict flowers.safetensors - --keep id > predictions.csv

The answer is a table: a column `prediction`, and for classes a column `probability_<class>` each
(`score_<class>` where the network gives no probabilities). Columns are found by their names; the
target may be missing. A table is answered while it is read, whatever its size; --out appears when all
of it is answered.";

/// Predicts and writes, part by part.
///
/// # Errors
/// If a file cannot be used; no part of `--out` is then written.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let model = Model::read(&arguments.model)?;
    let source = Source::find(&arguments.data)?;
    if let Some(out) = &arguments.out {
        places::check_apart(&[&arguments.model, source.path()], &[("--out", out)])?;
    }
    let layout = predictions::Layout::new(&model, &arguments.keep)?;
    if source.is_table() {
        return predict_table(arguments, &model, &source, &layout);
    }
    if !arguments.keep.is_empty() {
        bail!("--keep: only tables have columns that can be kept");
    }
    let (names, rules) = (model.layout(), model.rules()?);
    let needs = Needs { preparation: &rules, layout: &names, keep: &[], answers: Answers::Skipped };
    let matched = source.load_matching(&needs, &arguments.table, arguments.part)?;
    matched.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let predictions = Answering::new(&model)?.predict(&matched.raw)?;
    let mut written = Written::open(arguments)?;
    written.add(&layout.heading()?)?;
    written.add(&layout.lines(&predictions, None)?)?;
    written.finish(arguments, matched.raw.rows())?;
    Ok(Outcome::Done)
}

/// Predicts a table while it is read.
fn predict_table(
    arguments: &Arguments,
    model: &Model,
    source: &Source,
    layout: &predictions::Layout<'_>,
) -> anyhow::Result<Outcome> {
    let (names, rules) = (model.layout(), model.rules()?);
    let needs =
        Needs { preparation: &rules, layout: &names, keep: &arguments.keep, answers: Answers::Skipped };
    let table = arguments.table.clone().with_markers_of(&model.record);
    let parts = Parts::open(source, &table, &needs)?;
    parts.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    let place = parts.place().to_owned();
    let mut answering = Answering::new(model)?;
    let mut gaps = Gaps::new(&rules);
    let mut look_divided = matches!(model.inputs, Inputs::Divided(_));
    let mut written = Written::open(arguments)?;
    let mut rows = 0;
    // The first line goes out with the first answers, so that a table that cannot be read gives none.
    let mut heading = layout.heading()?;
    read_ahead(parts, |frame| {
        rows += frame.rows();
        gaps.add(&frame);
        look_divided = look_divided && prepare::look_divided(&frame);
        let raw = Raw::Table(frame);
        let predictions = answering.predict(&raw).with_context(|| place.clone())?;
        let Raw::Table(frame) = &raw else { return Ok(Flow::Stop) };
        heading.extend(layout.lines(&predictions, Some(frame))?);
        written.add(&std::mem::take(&mut heading))
    })?;
    gaps.notes().for_each(|note| output::note(&format!("note: {place}: {note}")));
    if look_divided {
        output::note("note: the numbers look divided already; the model expects bytes from 0 to 255");
    }
    written.finish(arguments, rows)?;
    Ok(Outcome::Done)
}

/// Where predictions go.
enum Written {
    Screen(BufWriter<StdoutLock<'static>>),
    File(Box<AtomicFile>),
}

impl Written {
    fn open(arguments: &Arguments) -> anyhow::Result<Self> {
        match &arguments.out {
            None => Ok(Written::Screen(BufWriter::new(io::stdout().lock()))),
            Some(path) => {
                let file = AtomicFile::create(path).with_context(|| path.display().to_string())?;
                Ok(Written::File(Box::new(file)))
            }
        }
    }

    /// Writes a part; a reader that closed its end has seen enough.
    fn add(&mut self, bytes: &[u8]) -> anyhow::Result<Flow> {
        match self {
            Written::File(file) => {
                file.write_all(bytes).context("--out: cannot be written").map(|()| Flow::Continue)
            }
            Written::Screen(out) => match out.write_all(bytes).and_then(|()| out.flush()) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Flow::Stop),
                written => written.context("standard output: cannot be written").map(|()| Flow::Continue),
            },
        }
    }

    fn finish(self, arguments: &Arguments, rows: usize) -> anyhow::Result<()> {
        if let (Written::File(file), Some(path)) = (self, &arguments.out) {
            file.finish().with_context(|| path.display().to_string())?;
            output::note(&format!("{}: {rows} predictions", path.display()));
        }
        Ok(())
    }
}
