//! DATA of the command line: a built-in name, a table in text, IDX images, or a folder with the four files of MNIST.
//!
//! Must not know: networks, nor what the data are wanted for.

mod advice;
mod ahead;
mod columns;
mod images;
mod large;
mod open;
mod opened;
mod parts;
mod random;
mod stored;
mod tables;
mod unknown;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chainrule_data::csv::{TargetKind, TargetReading};
use chainrule_data::{Dataset, Split, Target, builtin};

use crate::arguments::TableArguments;
use crate::choices::Part;
use crate::prepare::Raw;

pub(crate) use advice::with_option;
pub(crate) use ahead::{Flow, read_ahead};
pub(crate) use large::{read_stored, size_in_memory};
pub(crate) use open::{Choose, Whole, read_all};
pub(crate) use opened::{Content, Opened};
pub(crate) use parts::{Answered, Answers, Needs, Parts, answered, without_answer};
pub(crate) use random::Randoms;
pub(crate) use stored::StoredTable;

/// Where data come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Inside the program.
    BuiltIn(&'static str),
    /// A table in text.
    Table(PathBuf),
    /// A table in text on the standard input.
    Input,
    /// An IDX file of images, with its labels beside it.
    Images(PathBuf),
    /// A folder with IDX files that are named as those of MNIST.
    Folder(PathBuf),
}

/// How data are to be read for training.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// How a table is read.
    pub(crate) table: TableArguments,
    /// The target columns; the last column if empty.
    pub(crate) target: Vec<String>,
    /// How the target is read.
    pub(crate) kind: TargetKind,
}

/// Data to train on.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The rows, and the part of them that is kept for the test.
    pub(crate) split: Split,
    /// How the target of a table was read.
    pub(crate) reading: Option<TargetReading>,
    /// What looks odd.
    pub(crate) warnings: Vec<String>,
}

/// Data in the order of columns that a model expects.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    /// The columns of the model, in its order where they are a matrix.
    pub(crate) raw: Raw,
    /// The answers, if the data have them, classes numbered as in the model.
    pub(crate) target: Option<Target>,
    /// What looks odd or was decided.
    pub(crate) notes: Vec<String>,
}

impl Source {
    /// What `text` names: first a built-in data set, then a file or folder.
    ///
    /// # Errors
    /// If there is neither, with the nearest name.
    pub(crate) fn find(text: &str) -> anyhow::Result<Self> {
        if text == "-" {
            return Ok(Self::Input);
        }
        if let Some(info) = builtin::list().iter().find(|info| info.name == text) {
            return Ok(Self::BuiltIn(info.name));
        }
        let path = PathBuf::from(text);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Ok(Self::Folder(path)),
            Ok(_) if images::looks_like(&path) => Ok(Self::Images(path)),
            Ok(_) => Ok(Self::Table(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(unknown::message(text)),
            Err(error) => Err(error).context(text.to_owned()),
        }
    }

    /// A short name: that of the built-in data, or the file's without folder and endings.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::BuiltIn(name) => (*name).to_owned(),
            Self::Input => "table".to_owned(),
            Self::Table(path) | Self::Images(path) | Self::Folder(path) => stem(path),
        }
    }

    /// Whether it is a table, whose columns have to be understood.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Input)
    }

    /// The path of a file or folder; empty where there is none.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Table(path) | Self::Images(path) | Self::Folder(path) => path,
            Self::BuiltIn(_) | Self::Input => Path::new(""),
        }
    }

    /// What messages about the data begin with.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::BuiltIn(name) => (*name).to_owned(),
            Self::Input => "standard input".to_owned(),
            Self::Table(path) | Self::Images(path) | Self::Folder(path) => path.display().to_string(),
        }
    }

    /// Reads the data for training.
    ///
    /// # Errors
    /// What is wrong with a file, with its path in front.
    pub(crate) fn load(&self, request: &Request) -> anyhow::Result<Loaded> {
        if self.is_table() {
            return tables::load(self, request);
        }
        let split = self.split()?;
        if split.train.rows() == 0 {
            bail!("{}: no rows; expected at least one", self.name());
        }
        let columns = split.train.target().columns();
        if !request.target.is_empty() && request.target != columns {
            bail!(
                "{}: another target cannot be chosen; expected `{}`, got `{}`\n\
                 help: write it out as a table first: chainrule data sample {} --out FILE.csv",
                self.name(),
                columns.join("`, `"),
                request.target.join("`, `"),
                self.name()
            );
        }
        Ok(Loaded { split, reading: None, warnings: Vec::new() })
    }

    /// Reads the data for a trained network. Where they have a test part, that is taken unless `part` says otherwise.
    ///
    /// # Errors
    /// What is wrong with a file, with its path in front; features that are missing.
    pub(crate) fn load_matching(
        &self,
        needs: &Needs<'_>,
        table: &TableArguments,
        part: Option<Part>,
    ) -> anyhow::Result<Matched> {
        match self {
            Self::Table(_) | Self::Input => parts::matched(self, table, needs),
            Self::Images(path) if images::labels_of(path).is_none() => {
                columns::select_features(&images::without_labels(path)?, needs.layout, &self.name())
            }
            _ => {
                let (dataset, note) = self.part(part)?;
                let mut matched = columns::select(&dataset, needs.layout, &self.name())?;
                matched.notes.extend(note);
                Ok(matched)
            }
        }
    }

    /// The data as they are, with their test part where they have one. Tables are read with their defaults.
    ///
    /// # Errors
    /// What is wrong with a file, with its path in front.
    pub(crate) fn split(&self) -> anyhow::Result<Split> {
        match self {
            Self::BuiltIn(name) => built_in(name, builtin::Request::default(), 0),
            Self::Table(_) | Self::Input => Ok(tables::load(self, &Request::default())?.split),
            Self::Images(path) => Ok(Split { train: images::with_labels(path, None)?, test: None }),
            Self::Folder(path) => images::folder(path),
        }
    }

    /// Whether the data come with a test part.
    pub(crate) fn has_test(&self) -> bool {
        match self {
            Self::BuiltIn(name) => {
                builtin::list().iter().any(|info| info.name == *name && info.test_rows > 0)
            }
            Self::Folder(path) => images::has_test(path),
            Self::Table(_) | Self::Input | Self::Images(_) => false,
        }
    }

    /// One part of the data, and a note which.
    fn part(&self, part: Option<Part>) -> anyhow::Result<(Dataset, Option<String>)> {
        let Split { train, test } = self.split()?;
        match (part, test) {
            (Some(Part::Train) | None, None) => Ok((train, None)),
            (Some(Part::Train), Some(_)) => Ok((train, None)),
            (Some(Part::Test), None) => bail!("{}: there is no test part", self.name()),
            (Some(Part::Test), Some(test)) => Ok((test, None)),
            (None, Some(test)) => {
                let (name, rows) = (self.name(), test.rows());
                let note = format!("{name}: its test part, {rows} rows (--part train takes the other)");
                Ok((test, Some(note)))
            }
        }
    }
}

/// A built-in data set; generated ones are drawn by `seed`.
///
/// # Errors
/// A request out of range.
pub(crate) fn built_in(name: &str, request: builtin::Request, seed: u64) -> anyhow::Result<Split> {
    Ok(builtin::load(name, request, &mut Randoms::new(seed))?)
}

/// The bytes of a file.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

/// The first bytes of a file, at most four; none if it cannot be read.
fn first_bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Whoever reads the whole file says why it cannot be read.
    let _ = File::open(path).and_then(|file| file.take(4).read_to_end(&mut bytes));
    bytes
}

/// The name of a file without its folder and endings; `data` where nothing is left.
fn stem(path: &Path) -> String {
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("data");
    stem.to_owned()
}
