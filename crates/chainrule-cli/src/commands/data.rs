//! `chainrule data`: the data sets inside the program, and what any data hold.

use std::path::PathBuf;

use anyhow::Context;
use chainrule_data::builtin::{self, Info};
use chainrule_data::describe::{self, Column, Description, TargetDescription};
use chainrule_data::{Dataset, Features, Split, csv};

use crate::arguments::TableArguments;
use crate::atomic::write_atomically;
use crate::choices::Part;
use crate::failure::Outcome;
use crate::output;
use crate::places;
use crate::prepare;
use crate::source::{Request, Source, built_in};
use crate::table::{align, labelled};

mod show;

/// The arguments of `data`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  chainrule data list
  chainrule data show iris
  chainrule data show customers.csv --target churn
  chainrule data sample moons --count 1000 --noise 0.2 --out moons.csv
  chainrule data sample mnist --rows 3";

/// What is to be done with data.
#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the data sets inside the program
    List,
    /// Describe data: their columns, what is suspicious about them, where they come from
    Show(show::Arguments),
    /// Write rows as comma separated text
    Sample(SampleArguments),
}

/// The arguments of `data sample`.
#[derive(clap::Args, Debug)]
struct SampleArguments {
    /// A built-in data set, a table, IDX images, or a folder of them
    data: String,
    /// How many rows, spread evenly over all [default: 10, with --out all]
    #[arg(long, value_name = "N")]
    rows: Option<usize>,
    /// Which part of data that have two [default: train]
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// How many points are generated, for generated data
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// The noise of generated data
    #[arg(long, value_name = "DEVIATION")]
    noise: Option<f64>,
    /// The seed of generated data
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Where the rows go [default: the standard output]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

/// Rows that are shown without a file.
const SHOWN: usize = 10;
/// The most columns and classes that are described one by one.
const LISTED: usize = 20;

/// Lists, describes or writes.
///
/// # Errors
/// If data cannot be read or the file cannot be written.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.action {
        Action::List => output::result(&list())?,
        Action::Show(arguments) => show::run(arguments)?,
        Action::Sample(arguments) => sample(arguments)?,
    }
    Ok(Outcome::Done)
}

fn list() -> String {
    let heading = ["name", "rows", "test", "features", "target", "what it is"].map(str::to_owned);
    let row = |info: &Info| {
        let test = if info.test_rows == 0 { String::new() } else { info.test_rows.to_string() };
        let numbers = [info.rows.to_string(), test, info.features.to_string(), info.task.to_string()];
        [info.name.to_owned()].into_iter().chain(numbers).chain([info.about.to_owned()]).collect()
    };
    let mut rows: Vec<Vec<String>> =
        [heading.to_vec()].into_iter().chain(builtin::list().iter().map(row)).collect();
    let width = rows.iter().map(|row| row[5].len()).max().unwrap_or(0);
    // The last column reads better from the left.
    rows.iter_mut().for_each(|row| row[5] = format!("{:width$}", row[5]));
    align(&rows)
}

pub(super) fn describe_dataset(dataset: &Dataset, test_rows: Option<usize>, origin: Option<&Info>) -> String {
    let Description { rows, features, image, target, .. } = describe::describe(dataset);
    let test = test_rows.map(|rows| format!(", and {rows} to test on")).unwrap_or_default();
    let image = image.map(|image| format!(" (images of {} x {} pixels)", image.height, image.width));
    let about = |info: &Info| {
        [("what", info.about), ("source", info.source), ("licence", info.licence)]
            .map(|(label, text)| (label, text.to_owned()))
    };
    let mut head: Vec<(&str, String)> = origin.map(about).into_iter().flatten().collect();
    head.push(("rows", format!("{rows}{test}")));
    head.push(("features", format!("{}{}", features.len(), image.unwrap_or_default())));
    let target = match target {
        TargetDescription::Classes { column, counts } => classes(&column, &counts),
        TargetDescription::Values(columns) => column_table("target", &columns),
    };
    [labelled(&head), column_table("feature", &features), target].join("\n\n")
}

fn column_table(what: &str, columns: &[Column]) -> String {
    let heading = [what, "lowest", "highest", "mean", "deviation"].map(str::to_owned).to_vec();
    let row = |column: &Column| {
        let numbers = [column.lowest, column.highest, column.mean, column.deviation];
        [column.name.clone()].into_iter().chain(numbers.map(|number| format!("{number:.4}"))).collect()
    };
    let rows: Vec<Vec<String>> = [heading].into_iter().chain(columns.iter().take(LISTED).map(row)).collect();
    align(&rows) + &more(columns.len())
}

fn classes(column: &str, counts: &[(String, usize)]) -> String {
    let heading = vec![format!("target `{column}`"), "rows".to_owned()];
    let row = |(name, count): &(String, usize)| vec![name.clone(), count.to_string()];
    let rows: Vec<Vec<String>> = [heading].into_iter().chain(counts.iter().take(LISTED).map(row)).collect();
    align(&rows) + &more(counts.len())
}

fn more(count: usize) -> String {
    match count.saturating_sub(LISTED) {
        0 => String::new(),
        rest => format!("\n... and {rest} more"),
    }
}

fn sample(arguments: &SampleArguments) -> anyhow::Result<()> {
    if let Some(out) = &arguments.out {
        let source = Source::find(&arguments.data)?;
        places::check_apart(&[source.path()], &[("--out", out)])?;
    }
    let dataset = dataset_of(arguments)?;
    let default = if arguments.out.is_some() { dataset.rows() } else { SHOWN };
    let rows = describe::spread(dataset.rows(), arguments.rows.unwrap_or(default));
    let text = csv::write(&with_raw_numbers(dataset.select(&rows)?)?)?;
    match &arguments.out {
        None => output::result(&text),
        Some(path) => {
            write_atomically(path, text.as_bytes()).with_context(|| path.display().to_string())?;
            output::note(&format!("{}: {} rows", path.display(), rows.len()));
            Ok(())
        }
    }
}

fn dataset_of(arguments: &SampleArguments) -> anyhow::Result<Dataset> {
    let Split { train, test } = match Source::find(&arguments.data)? {
        Source::BuiltIn(name) => {
            let request = builtin::Request { rows: arguments.count, noise: arguments.noise };
            built_in(name, request, arguments.seed)?
        }
        source => source.load(&Request { table: arguments.table.clone(), ..Request::default() })?.split,
    };
    match arguments.part {
        Some(Part::Test) => test.with_context(|| format!("{}: there is no test part", arguments.data)),
        Some(Part::Train) | None => Ok(train),
    }
}

/// Bytes as the numbers they are, not divided: so a model of images takes the written table as it takes the images.
fn with_raw_numbers(dataset: Dataset) -> anyhow::Result<Dataset> {
    if let Features::Real { .. } = dataset.features() {
        return Ok(dataset);
    }
    let values = prepare::raw(dataset.features()).into_owned();
    let features = Features::real(dataset.width(), values)?;
    Ok(dataset.with_features(features)?)
}
