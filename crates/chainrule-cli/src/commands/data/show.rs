//! `chainrule data show`: what data hold. A table of any format and size is looked at once, part by part.
//!
//! Must not know: how a profile is computed.

use anyhow::{Context, bail};
use chainrule_data::builtin;
use chainrule_data::csv::Stream;
use chainrule_data::describe::{self, TargetDescription};
use chainrule_data::profile::{ColumnProfile, NumberProfile, Profile, Profiler};
use chainrule_data::{Dataset, Split, TableReader, Wanted};
use serde_json::{Value, json};

use crate::arguments::TableArguments;
use crate::output;
use crate::source::{Content, Opened, Request, Source};
use crate::table::{align, counted, labelled};

/// The arguments of `data show`.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// A built-in data set, a table in any format, IDX images, a folder of them, or - for the standard input
    data: String,
    /// The columns that are to be predicted: then what gives them away is found
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    target: Vec<String>,
    /// Answer with one JSON object
    #[arg(long)]
    json: bool,
    /// How a table is read.
    #[command(flatten)]
    table: TableArguments,
}

/// The most columns that the text lists; JSON lists all.
const LISTED: usize = 60;
/// Rows that are looked at in one go, divided by columns.
const CELLS_AT_ONCE: usize = 1 << 20;
/// The longest value that the text shows whole.
const LONGEST: usize = 24;
/// The longest reason.
const LONGEST_REASON: usize = 60;

/// Prints the description.
///
/// # Errors
/// If the data cannot be read, or have no column of a target's name.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let source = Source::find(&arguments.data)?;
    let place = || source.place();
    if !source.is_table() {
        return known(&source, arguments);
    }
    let opened = Opened::of(&source).with_context(place)?;
    let (format, mut notes) = (opened.format, opened.notes);
    let (mut reader, how): (Box<dyn TableReader>, String) = match opened.content {
        Content::Table(reader) => (reader, format),
        Content::Text(text) => {
            let stream = Stream::open(text, &arguments.table.dialect()).with_context(place)?;
            let how = format!("{format}, {}", stream.format());
            (Box::new(stream), how)
        }
    };
    let profile = profile(&mut *reader, &arguments.target).with_context(place)?;
    if profile.sampled_every > 1 {
        notes.push(format!(
            "types and quartiles are of every {} row, evenly spread; all else is of all rows",
            ordinal(profile.sampled_every)
        ));
    }
    if arguments.json {
        return output::json(&as_json(&profile, &how, &notes));
    }
    notes.iter().for_each(|note| output::note(&format!("note: {note}")));
    output::result(&as_text(&profile, &how))
}

fn profile(reader: &mut dyn TableReader, target: &[String]) -> Result<Profile, chainrule_data::Error> {
    let columns = reader.names().len();
    let wanted = vec![Wanted::Auto; columns];
    let mut profiler = Profiler::new(columns);
    while let Some(part) = reader.next_frame(&wanted, (CELLS_AT_ONCE / columns.max(1)).max(1))? {
        profiler.add(&part)?;
    }
    profiler.finish(target)
}

fn as_text(profile: &Profile, how: &str) -> String {
    let head = [
        ("format", how.to_owned()),
        ("rows", profile.rows.to_string()),
        ("columns", profile.columns.len().to_string()),
    ];
    let heading = ["column", "missing", "distinct", "taken for", "values"].map(str::to_owned).to_vec();
    let rows = profile.columns.iter().take(LISTED).map(row);
    let mut rows: Vec<Vec<String>> = [heading].into_iter().chain(rows).collect();
    // Words read better from the left.
    for column in [3, 4] {
        let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        rows.iter_mut().for_each(|row| row[column] = format!("{:width$}", row[column]));
    }
    let more = match profile.columns.len().saturating_sub(LISTED) {
        0 => String::new(),
        rest => format!("\n... and {} (--json lists all)", counted(rest as u64, "more column")),
    };
    let findings: Vec<String> = profile.findings.iter().map(|finding| format!("  {finding}")).collect();
    let findings = match findings.is_empty() {
        true => "nothing suspicious was found".to_owned(),
        false => format!("to look at:\n{}", findings.join("\n")),
    };
    [labelled(&head), align(&rows) + &more, findings].join("\n\n")
}

fn row(column: &ColumnProfile) -> Vec<String> {
    let missing = if column.missing == 0 { String::new() } else { column.missing.to_string() };
    let distinct =
        if column.has_more { format!("over {}", column.distinct) } else { column.distinct.to_string() };
    let kind = format!("{} ({})", column.kind, cut(&column.reason, LONGEST_REASON));
    vec![shorten(&column.name), missing, distinct, kind, values(column)]
}

fn values(column: &ColumnProfile) -> String {
    if let Some([first, last]) = &column.times {
        return format!("{first} to {last}");
    }
    let top = || {
        let level = |(text, count): &(String, u64)| format!("{} {count}", shorten(text));
        let more = if column.distinct > column.top.len() as u64 { ", ..." } else { "" };
        column.top.iter().map(level).collect::<Vec<_>>().join(", ") + more
    };
    match &column.numbers {
        Some(numbers) if column.kind != "category" => {
            let NumberProfile { lowest, quartiles: [quarter, half, rest], highest, mean, deviation } =
                numbers;
            let [lowest, quarter, half, rest, highest, mean, deviation] =
                [lowest, quarter, half, rest, highest, mean, deviation].map(|number| short(*number));
            format!("{lowest} | {quarter} {half} {rest} | {highest}, mean {mean}, deviation {deviation}")
        }
        _ if column.top.is_empty() => String::new(),
        _ => top(),
    }
}

/// A number in at most six digits or so.
fn short(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        let digits = (3 - number.abs().max(1.0).log10().floor() as i32).clamp(0, 4) as usize;
        let text = format!("{number:.digits$}");
        return if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        };
    }
    format!("{number:.3e}")
}

fn shorten(text: &str) -> String {
    cut(text, LONGEST)
}

/// At most so many signs, none of which would disturb a terminal.
fn cut(text: &str, most: usize) -> String {
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    let short: String = text.chars().take(most).map(shown).collect();
    if text.chars().nth(most).is_some() { short + "..." } else { short }
}

fn ordinal(number: u64) -> String {
    let end = match (number % 10, number % 100) {
        (1, tail) if tail != 11 => "st",
        (2, tail) if tail != 12 => "nd",
        (3, tail) if tail != 13 => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

fn as_json(profile: &Profile, how: &str, notes: &[String]) -> Value {
    let findings: Vec<String> = profile.findings.iter().map(ToString::to_string).collect();
    json!({
        "format": how,
        "rows": profile.rows,
        "sampled_every": profile.sampled_every,
        "columns": profile.columns.iter().map(column_json).collect::<Vec<_>>(),
        "findings": findings,
        "notes": notes,
    })
}

fn column_json(column: &ColumnProfile) -> Value {
    let numbers = column.numbers.map(|numbers| {
        json!({
            "lowest": numbers.lowest,
            "quartiles": numbers.quartiles,
            "highest": numbers.highest,
            "mean": numbers.mean,
            "deviation": numbers.deviation,
        })
    });
    let top: Vec<Value> =
        column.top.iter().map(|(value, count)| json!({ "value": value, "count": count })).collect();
    json!({
        "name": column.name,
        "kind": column.kind,
        "reason": column.reason,
        "missing": column.missing,
        "distinct": column.distinct,
        "has_more_distinct": column.has_more,
        "numbers": numbers,
        "times": column.times,
        "top": top,
    })
}

/// Describes data that need no profile: built-in ones and images.
fn known(source: &Source, arguments: &Arguments) -> anyhow::Result<()> {
    if !arguments.target.is_empty() {
        bail!("--target: only tables have columns to choose from; `{}` has its own target", arguments.data);
    }
    let loaded = source.load(&Request { table: arguments.table.clone(), ..Request::default() })?;
    loaded.warnings.iter().for_each(|warning| output::note(&format!("note: {warning}")));
    let Split { train, test } = loaded.split;
    let test_rows = test.map(|test| test.rows());
    if arguments.json {
        return output::json(&dataset_json(&train, test_rows));
    }
    let origin = match source {
        Source::BuiltIn(name) => builtin::list().iter().find(|info| info.name == *name),
        _ => None,
    };
    output::result(&super::describe_dataset(&train, test_rows, origin))
}

fn dataset_json(dataset: &Dataset, test_rows: Option<usize>) -> Value {
    let described = describe::describe(dataset);
    let column = |column: &describe::Column| {
        json!({
            "name": column.name,
            "lowest": column.lowest,
            "highest": column.highest,
            "mean": column.mean,
            "deviation": column.deviation,
        })
    };
    let target = match &described.target {
        TargetDescription::Classes { column, counts } => {
            let classes: Vec<Value> =
                counts.iter().map(|(name, rows)| json!({ "class": name, "rows": rows })).collect();
            json!({ "name": column, "classes": classes })
        }
        TargetDescription::Values(columns) => json!(columns.iter().map(column).collect::<Vec<_>>()),
    };
    json!({
        "rows": described.rows,
        "test_rows": test_rows,
        "columns": described.features.iter().map(column).collect::<Vec<_>>(),
        "target": target,
    })
}
