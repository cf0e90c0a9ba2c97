//! A table for a trained network, part by part: the columns it needs, in memory that does not grow with the table.
//!
//! Must not know: networks, nor where answers go.

use anyhow::Context;
use chainrule_data::csv::Layout;
use chainrule_data::{Error, Frame, Preparation, Target, Wanted, Warning, read_known_target};

use super::advice::for_answers;
use super::open;
use super::opened::Reader;
use super::{Matched, Source};
use crate::arguments::TableArguments;
use crate::prepare::Raw;
use crate::table::counted;

/// Cells of a part, in about: 2 MB of numbers, many times what a step of prediction needs, and far less than memory.
const CELLS: usize = 1 << 18;
/// The most rows of a part, so that a narrow table is shared among threads evenly.
const MOST_ROWS: usize = 1 << 14;

/// What a trained network needs of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs<'a> {
    /// How its columns become inputs.
    pub(crate) preparation: &'a Preparation,
    /// The names of columns and classes.
    pub(crate) layout: &'a Layout,
    /// Columns that are wanted beside, as text.
    pub(crate) keep: &'a [String],
    /// Whether the answers are of interest.
    pub(crate) answers: Answers,
}

/// Whether the target columns are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// They are, if the table has them.
    Read,
    /// They are not.
    Skipped,
}

/// The parts of a table.
pub(crate) struct Parts {
    reader: Reader,
    wanted: Vec<Wanted>,
    most_rows: usize,
    place: String,
    /// Whether all target columns are read.
    pub(crate) has_answers: bool,
    /// What looks odd or was decided.
    pub(crate) notes: Vec<String>,
}

impl Parts {
    /// Opens a table and finds the columns.
    ///
    /// # Errors
    /// What is wrong with the file, with its path in front; columns that are missing, all at once.
    pub(crate) fn open(
        source: &Source,
        arguments: &TableArguments,
        needs: &Needs<'_>,
    ) -> anyhow::Result<Self> {
        let place = source.place();
        let (reader, mut notes) = open::reader(source, arguments, needs.layout)?;
        let names = reader.names().to_vec();
        let mut wanted = needs.preparation.wanted(&names).with_context(|| place.clone())?;
        let at = |name: &String| names.iter().position(|known| known == name);
        let targets: Option<Vec<usize>> = needs.layout.targets.iter().map(at).collect();
        let targets = targets.filter(|_| needs.answers == Answers::Read);
        let kind = known_as(needs.layout);
        targets.iter().flatten().for_each(|target| wanted[*target] = kind);
        for column in needs.keep {
            match at(column) {
                Some(at) if wanted[at] == Wanted::Skip => wanted[at] = Wanted::Text,
                Some(_) => {}
                None => Err(missing(column, &names)).with_context(|| format!("--keep: {place}"))?,
            }
        }
        notes.extend(unused(&names, &wanted, needs.layout).map(|warning| format!("{place}: {warning}")));
        let read = wanted.iter().filter(|wanted| **wanted != Wanted::Skip).count();
        let most_rows = (CELLS / read.max(1)).clamp(1, MOST_ROWS);
        Ok(Parts { reader, wanted, most_rows, place, has_answers: targets.is_some(), notes })
    }

    /// The next rows, or `None` behind the last one.
    ///
    /// # Errors
    /// What is wrong with the table, and where.
    pub(crate) fn next(&mut self) -> anyhow::Result<Option<Frame>> {
        let frame = self.reader.next_frame(&self.wanted, self.most_rows);
        frame.map_err(for_answers).with_context(|| self.place.clone())
    }

    /// The path, for messages.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// All rows at once.
    ///
    /// # Errors
    /// As [`Parts::next`].
    pub(crate) fn whole(mut self) -> anyhow::Result<Frame> {
        let mut all = self.next()?.ok_or(Error::Empty).with_context(|| self.place.clone())?;
        while let Some(frame) = self.next()? {
            all.append(frame).with_context(|| self.place.clone())?;
        }
        Ok(all)
    }
}

/// A whole table with its answers, if there is one at all; rows without are left out, and told.
///
/// # Errors
/// As [`Parts::open`] and [`Parts::next`]; a class that training had not.
pub(super) fn matched(
    source: &Source,
    arguments: &TableArguments,
    needs: &Needs<'_>,
) -> anyhow::Result<Matched> {
    let mut parts = Parts::open(source, arguments, needs)?;
    let (place, has_answers) = (parts.place.clone(), parts.has_answers);
    let mut notes = std::mem::take(&mut parts.notes);
    let frame = parts.whole()?;
    if !has_answers {
        return Ok(Matched { raw: Raw::Table(frame), target: None, notes });
    }
    let Answered { frame, target, missing } = answered(frame, needs.layout).with_context(|| place.clone())?;
    if target.rows() == 0 {
        return Ok(Matched { raw: Raw::Table(frame), target: None, notes });
    }
    if missing > 0 {
        notes.push(format!("{place}: {}", without_answer(missing, &needs.layout.targets)));
    }
    Ok(Matched { raw: Raw::Table(frame), target: Some(target), notes })
}

/// The rows of a part that have an answer.
pub(crate) struct Answered {
    /// Their columns.
    pub(crate) frame: Frame,
    /// Their answers, classes numbered as in training.
    pub(crate) target: Target,
    /// How many rows were left out.
    pub(crate) missing: usize,
}

/// Leaves out rows without an answer; of a part, that may be all.
///
/// # Errors
/// A class that training had not; text where numbers are wanted.
pub(crate) fn answered(frame: Frame, layout: &Layout) -> Result<Answered, Error> {
    let read = match read_known_target(&frame, &layout.targets, layout.classes.as_deref()) {
        Err(Error::NoTarget { .. }) => None,
        read => read?,
    };
    let Some(read) = read else {
        let target = Target::values(layout.targets.clone(), Vec::new())?;
        return Ok(Answered { missing: frame.rows(), frame: frame.select(&[])?, target });
    };
    let frame = if read.missing == 0 { frame } else { frame.select(&read.rows)? };
    Ok(Answered { frame, target: read.target, missing: read.missing })
}

/// What the target columns of a trained network are to be read as.
fn known_as(layout: &Layout) -> Wanted {
    match (&layout.classes, &layout.targets[..]) {
        (Some(_), [_]) => Wanted::Text,
        // Labels may be written as numbers or as `no` and `yes`.
        _ => Wanted::Auto,
    }
}

/// The sentence about rows that were left out.
pub(crate) fn without_answer(rows: usize, targets: &[String]) -> String {
    format!("{} without `{}` left out", counted(rows as u64, "row"), targets.join("`, `"))
}

fn missing(column: &str, names: &[String]) -> Error {
    let nearest = chainrule_data::nearest::nearest(column, names.iter().map(String::as_str));
    Error::MissingColumns {
        missing: vec![column.to_owned()],
        columns: names.to_vec(),
        nearest: nearest.map(str::to_owned),
    }
}

/// Columns that nobody asked for; the answers are none, even where they are not read.
fn unused(names: &[String], wanted: &[Wanted], layout: &Layout) -> Option<Warning> {
    let pairs = names.iter().zip(wanted).filter(|(_, wanted)| **wanted == Wanted::Skip);
    let columns: Vec<String> =
        pairs.map(|(name, _)| name).filter(|name| !layout.targets.contains(name)).cloned().collect();
    (!columns.is_empty()).then_some(Warning::UnusedColumns { columns })
}
