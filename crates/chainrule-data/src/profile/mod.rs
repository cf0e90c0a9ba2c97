//! What a table holds, column by column: types, gaps, ranges, levels, and what is suspicious.
//!
//! A [`Profiler`] sees every row once, in parts, and its memory does not grow with the table. Counts, ranges, means and
//! deviations are of all rows; quantiles and types are of a sample of at most 20,000 rows, spread evenly.
//!
//! It must not know files, nor how a profile is shown.

mod column;
mod finding;
mod sample;

use std::collections::HashMap;

pub use finding::Finding;

use crate::csv::TargetKind;
use crate::frame::{Cells, Column};
use crate::infer::{self, Decision, Kind, Wishes};
use crate::number::{DecimalMark, any_number};
use crate::{Error, Frame, Roles, read_target};
use column::{Counts, Moments};
use sample::Sample;

/// The most distinct values that are told apart in one column, and in all.
const MOST_VALUES: (usize, usize) = (10_000, 1_000_000);
/// How many of the most frequent values are listed.
const TOP: usize = 5;

/// What a table holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Number of rows.
    pub rows: u64,
    /// Types and quantiles are of every so many-th row; 1 says of all.
    pub sampled_every: u64,
    /// One per column, in the order of the table.
    pub columns: Vec<ColumnProfile>,
    /// What is suspicious.
    pub findings: Vec<Finding>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnProfile {
    /// The name.
    pub name: String,
    /// What training would take it for: `number`, `category` and so on, `target`, or `unclear`.
    pub kind: &'static str,
    /// Why, in a few words.
    pub reason: String,
    /// Cells without a value.
    pub missing: u64,
    /// Distinct values; at least so many if [`ColumnProfile::has_more`].
    pub distinct: u64,
    /// Whether there are more distinct values than were told apart.
    pub has_more: bool,
    /// Range and mean of the cells that are numbers.
    pub numbers: Option<NumberProfile>,
    /// The first and the last of the cells that are points in time, as text.
    pub times: Option<[String; 2]>,
    /// The most frequent values with their counts, the most frequent first, ties by name. Empty if not all values could be
    /// told apart, or no value comes twice.
    pub top: Vec<(String, u64)>,
}

/// Range, mean and quantiles of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberProfile {
    /// The lowest.
    pub lowest: f64,
    /// A quarter, half and three quarters of the sample are below, between neighbours by proportion.
    pub quartiles: [f64; 3],
    /// The highest.
    pub highest: f64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation, by the number of values.
    pub deviation: f64,
}

/// Looks at a table part by part.
///
/// ```
/// use chainrule_data::frame::{Column, Frame};
/// use chainrule_data::profile::Profiler;
///
/// let mut profiler = Profiler::new(2);
/// let sizes = vec![1.0, f64::NAN, 3.0];
/// let colours = [Some("red"), Some("blue"), Some("red")];
/// profiler.add(&Frame::new(vec![Column::numbers("size", sizes), Column::texts("colour", colours)])?)?;
/// let profile = profiler.finish(&[])?;
/// assert_eq!(profile.columns[0].missing, 1);
/// assert_eq!(profile.columns[0].numbers.unwrap().quartiles, [1.5, 2.0, 2.5]);
/// assert_eq!(profile.columns[1].top, [("red".into(), 2), ("blue".into(), 1)]);
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub struct Profiler {
    rows: u64,
    counts: Vec<Counts>,
    sample: Sample,
}

impl Profiler {
    /// For a table of so many columns.
    pub fn new(columns: usize) -> Self {
        let (most, most_in_all) = MOST_VALUES;
        let most = most.min(most_in_all / columns.max(1)).max(20);
        let counts = (0..columns).map(|_| Counts::new(most)).collect();
        Self { rows: 0, counts, sample: Sample::new(sample::MOST_ROWS) }
    }

    /// Looks at the next rows; all columns have to be there, in the same order each time.
    ///
    /// # Errors
    /// [`Error::Shape`] if the columns differ from those before.
    pub fn add(&mut self, part: &Frame) -> Result<(), Error> {
        if part.columns().len() != self.counts.len() {
            let (expected, got) =
                (format!("{} columns", self.counts.len()), part.columns().len().to_string());
            return Err(Error::Shape { what: "part of a table", expected, got });
        }
        for (counts, column) in self.counts.iter_mut().zip(part.columns()) {
            counts.add(column.cells());
        }
        self.sample.add(part, self.rows)?;
        self.rows += part.rows() as u64;
        Ok(())
    }

    /// The profile; `target` names what is to be predicted, if that is known.
    ///
    /// # Errors
    /// [`Error::Empty`] if there were no rows; [`Error::MissingColumns`] for a target that is none of the columns.
    pub fn finish(self, target: &[String]) -> Result<Profile, Error> {
        if self.rows == 0 {
            return Err(Error::Empty);
        }
        let sampled_every = self.sample.every();
        let frame = self.sample.into_frame();
        let roles = Roles { target: target.to_vec(), ..Roles::default() };
        let names: Vec<String> = frame.names().map(str::to_owned).collect();
        roles.check(&names)?;
        let mut findings = Vec::new();
        let decisions: Vec<Decision> =
            frame.columns().iter().map(|column| decide(&frame, column, &roles, &mut findings)).collect();
        findings.extend(duplicates(&names, &self.counts));
        if let [target] = target {
            findings.extend(infer::leak::warnings(&frame, target, &decisions).into_iter().map(Finding::Odd));
        }
        let parts = frame.columns().iter().zip(&self.counts).zip(decisions);
        let describe =
            |((column, counts), decision)| describe(column, frame.mark(), counts, decision, &roles);
        let columns = parts.map(describe).collect();
        Ok(Profile { rows: self.rows, sampled_every, columns, findings })
    }
}

/// What training would make of a column; a finding if that is nothing, or looks odd.
fn decide(frame: &Frame, column: &Column, roles: &Roles, findings: &mut Vec<Finding>) -> Decision {
    let name = column.name().to_owned();
    if roles.target.contains(&name) {
        let reason = match read_target(frame, std::slice::from_ref(&name), TargetKind::Infer) {
            Ok(read) => read.reading.to_string(),
            Err(error) => {
                findings.push(Finding::Unclear { message: error.to_string() });
                "cannot be learned as it is".to_owned()
            }
        };
        return Decision { column: name, kind: Kind::SetAside, reason };
    }
    match infer::column_kind(frame, column, &Wishes::default()) {
        Ok((kind, reason)) => {
            if kind == Kind::SetAside {
                findings.push(Finding::SetAside { column: name.clone(), reason: reason.clone() });
            }
            let warning = (kind == Kind::Number).then(|| infer::numbers::warning(frame, column)).flatten();
            findings.extend(warning.map(Finding::Odd));
            Decision { column: name, kind, reason }
        }
        Err(error) => {
            findings.push(Finding::Unclear { message: error.to_string() });
            Decision { column: name, kind: Kind::SetAside, reason: UNCLEAR.to_owned() }
        }
    }
}

const UNCLEAR: &str = "numbers with texts between them";

/// Columns that have all cells in common with an earlier one. Columns of one value are left to be constants.
fn duplicates(names: &[String], counts: &[Counts]) -> Vec<Finding> {
    let mut seen: HashMap<(u64, u64, u64), &String> = HashMap::new();
    let mut findings = Vec::new();
    for (name, counts) in names.iter().zip(counts) {
        if counts.levels.len() + counts.values.len() < 2 {
            continue;
        }
        match seen.get(&(counts.print, counts.missing, counts.texts)) {
            Some(first) => findings.push(Finding::Duplicate { column: name.clone(), of: (*first).clone() }),
            None => {
                seen.insert((counts.print, counts.missing, counts.texts), name);
            }
        }
    }
    findings
}

fn describe(
    column: &Column,
    mark: DecimalMark,
    counts: &Counts,
    decision: Decision,
    roles: &Roles,
) -> ColumnProfile {
    let kind = match &decision.kind {
        _ if roles.target.contains(&decision.column) => "target",
        _ if decision.reason == UNCLEAR => "unclear",
        kind => kind.name(),
    };
    let numbers = (counts.numbers.count > 0).then(|| number_profile(column.cells(), mark, &counts.numbers));
    let time = |seconds: f64| {
        Cells::Times(vec![seconds]).text(0).map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    let times = (counts.times.count > 0).then(|| [time(counts.times.lowest), time(counts.times.highest)]);
    ColumnProfile {
        name: decision.column,
        kind,
        reason: decision.reason,
        missing: counts.missing,
        distinct: (counts.levels.len() + counts.values.len()) as u64,
        has_more: !counts.is_complete,
        numbers,
        times,
        top: top(counts),
    }
}

fn number_profile(sample: &Cells, mark: DecimalMark, moments: &Moments) -> NumberProfile {
    // A column that turned into text on the way has numbers among its texts.
    let mut sorted: Vec<f64> = match sample {
        Cells::Numbers(numbers) | Cells::Times(numbers) => numbers.clone(),
        Cells::Texts(texts) => {
            let number = |row| texts.text(row).and_then(|text| any_number(text, mark)).unwrap_or(f64::NAN);
            (0..texts.codes().len()).map(number).collect()
        }
    };
    sorted.retain(|number| number.is_finite());
    sorted.sort_unstable_by(f64::total_cmp);
    NumberProfile {
        lowest: moments.lowest,
        quartiles: [0.25, 0.5, 0.75].map(|share| quantile(&sorted, share)),
        highest: moments.highest,
        mean: moments.mean,
        deviation: moments.deviation(),
    }
}

/// The number below which a share of sorted numbers lies, between neighbours by proportion; NaN if there are none.
///
/// Source: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share * last as f64;
    let (below, part) = (at.floor() as usize, at.fract());
    let above = sorted[(below + 1).min(last)];
    sorted[below] * (1.0 - part) + above * part
}

fn top(counts: &Counts) -> Vec<(String, u64)> {
    if !counts.is_complete {
        return Vec::new();
    }
    let number =
        |bits: &u64| Cells::Numbers(vec![f64::from_bits(*bits)]).text(0).map(std::borrow::Cow::into_owned);
    let texts = counts.levels.iter().map(|(text, count)| (text.clone(), *count));
    let times = counts.times.count > 0;
    let numbers = counts.values.iter().filter(|_| !times);
    let numbers = numbers.map(|(bits, count)| (number(bits).unwrap_or_default(), *count));
    let mut all: Vec<(String, u64)> = texts.chain(numbers).collect();
    if all.iter().all(|(_, count)| *count == 1) {
        return Vec::new();
    }
    all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all.truncate(TOP);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Dialect, Stream};
    use crate::{TableReader, Wanted};

    fn profile(columns: Vec<Column>, target: &[&str]) -> Result<Profile, Error> {
        let mut profiler = Profiler::new(columns.len());
        profiler.add(&Frame::new(columns).unwrap()).unwrap();
        profiler.finish(&target.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn numbers(number: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..60).map(number).collect()
    }

    #[test]
    fn suspicious_columns_are_found() {
        let colours = ["red", "green", "blue"];
        let colour = |row: usize| Some(colours[row % 3]);
        let mixed: Vec<String> =
            (0..60).map(|row| if row == 7 { "abc".into() } else { format!("{row}.5") }).collect();
        let columns = vec![
            Column::numbers("id", numbers(|row| row as f64)),
            Column::numbers("size", numbers(|row| (row * row % 17) as f64)),
            Column::numbers("one", numbers(|_| 1.0)),
            Column::numbers("size again", numbers(|row| (row * row % 17) as f64)),
            Column::texts("mixed", mixed.iter().map(|text| Some(text.as_str()))),
            Column::numbers("code", numbers(|row| [4.0, 2.0, 9.0][row % 3])),
            Column::texts("colour", (0..60).map(colour)),
        ];
        let profile = profile(columns, &["colour"]).unwrap();
        let findings: Vec<String> = profile.findings.iter().map(Finding::to_string).collect();
        insta::assert_snapshot!(findings.join("\n"), @"
        column `id`: set aside; counts the rows from 0
        column `one`: set aside; the value is 1 in every row
        row 7, column `mixed`: not a number; expected a number, got `abc`
        help: correct the cell, or leave it empty
        column `size again`: the same as `size` in every row; one of them is enough
        column `code`: determines the target `colour`; if it is known only afterwards, leave it out
        ");
        let kinds: Vec<&str> = profile.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, ["set aside", "number", "set aside", "number", "unclear", "number", "target"]);
    }

    #[test]
    fn parts_give_the_same_as_the_whole() {
        let values = numbers(|row| if row % 5 == 0 { f64::NAN } else { (row % 7) as f64 / 4.0 });
        let whole = profile(vec![Column::numbers("a", values.clone())], &[]).unwrap();
        let mut profiler = Profiler::new(1);
        for part in values.chunks(7) {
            profiler.add(&Frame::new(vec![Column::numbers("a", part.to_vec())]).unwrap()).unwrap();
        }
        assert_eq!(profiler.finish(&[]).unwrap(), whole);
        assert_eq!((whole.rows, whole.columns[0].missing, whole.columns[0].distinct), (60, 12, 7));
    }

    fn of_text(text: &str, mark: DecimalMark) -> Profile {
        let dialect = Dialect { decimal_mark: mark, ..Dialect::default() };
        let mut stream = Stream::with_block(text.as_bytes(), &dialect, 4096).unwrap();
        let mut profiler = Profiler::new(stream.names().len());
        let wanted = vec![Wanted::Auto; stream.names().len()];
        while let Some(part) = stream.next_frame(&wanted, 1000).unwrap() {
            profiler.add(&part).unwrap();
        }
        profiler.finish(&[]).unwrap()
    }

    #[test]
    fn findings_of_a_sample_name_the_lines_of_the_file() {
        let row = |row: usize| if row == 48 { "abc,1\n".into() } else { format!("{row}.5,{}\n", row % 3) };
        let profile =
            of_text(&format!("x,y\n{}", (0..50_000).map(row).collect::<String>()), DecimalMark::Point);
        assert_eq!(profile.sampled_every, 4);
        assert!(
            profile.findings[0].to_string().starts_with("line 50, column `x`: not a number"),
            "{:?}",
            profile.findings
        );
    }

    #[test]
    fn a_sample_keeps_the_decimal_comma() {
        let row = |row: usize| if row == 50 { "n/d;1\n".into() } else { format!("{row},5;{}\n", row % 3) };
        let profile = of_text(&format!("x;y\n{}", (0..60).map(row).collect::<String>()), DecimalMark::Comma);
        let finding = profile.findings[0].to_string();
        assert!(
            finding.starts_with("line 52, column `x`: not a number; expected a number, got `n/d`"),
            "{finding}"
        );
        // A late text makes texts of the numbers before it.
        let number = |row: usize| if row < 59_000 { row % 9 } else { 0 };
        let late =
            |row: usize| if row == 59_999 { "n/d;1\n".into() } else { format!("{},5;1\n", number(row)) };
        let profile =
            of_text(&format!("x;y\n{}", (0..60_000).map(late).collect::<String>()), DecimalMark::Comma);
        assert_eq!(profile.columns[0].numbers.unwrap().quartiles, [2.5, 4.5, 6.5]);
    }

    #[test]
    fn a_target_that_is_not_there_is_refused() {
        let wrong = profile(vec![Column::numbers("size", vec![1.0])], &["sise"]).unwrap_err();
        insta::assert_snapshot!(wrong, @"
        header: column `sise` is missing; expected it among `size`
        help: did you mean `size`?
        ");
        assert!(matches!(Profiler::new(1).finish(&[]), Err(Error::Empty)));
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[5.0], 0.5), 5.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
