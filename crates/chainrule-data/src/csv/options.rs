//! How a text table is to be read. Everything has a default that looks at the text.
//!
//! It must not know the text.

use super::DecimalMark;

/// How to read a text table.
///
/// ```
/// use chainrule_data::csv::{Options, TargetColumns};
///
/// let options = Options { target: TargetColumns::Named(vec!["price".into()]), ..Options::default() };
/// assert_eq!(options.separator, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Name of the resulting data set; default empty.
    pub name: String,
    /// The byte between fields; `None`, the default, looks for a comma, semicolon, tab or bar.
    pub separator: Option<u8>,
    /// Whether the first row is a header.
    pub header: Header,
    /// What stands between the whole part and the fraction of a number.
    pub decimal_mark: DecimalMark,
    /// Which columns are to be predicted.
    pub target: TargetColumns,
    /// How the target is to be read.
    pub target_kind: TargetKind,
    /// Columns to leave out, such as identifiers. Each must exist.
    pub ignore: Vec<String>,
}

/// Whether the first row is a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// The first row is a header if none of its cells is a number, or if some column has text in it and a number in
    /// the second row. So `a,b` is a header over anything and `1,b` over `1,2`, while `1,2,red` over `3,4,blue` is
    /// data. Names that are numbers, such as years, need [`Header::Present`].
    #[default]
    Detect,
    /// The first row holds names.
    Present,
    /// The first row holds data; columns are called `column_1`, `column_2`, ...
    Absent,
}

/// Which columns are to be predicted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TargetColumns {
    /// The last column that is not ignored.
    #[default]
    Last,
    /// These columns; more than one must all hold numbers.
    Named(Vec<String>),
}

/// How the target is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetKind {
    /// Numbers if every cell is a number and none is a code with a leading zero such as `01`; else classes.
    #[default]
    Infer,
    /// Classes, kept as text: `01`, `1` and `1.0` are three classes.
    Classes,
    /// Numbers; text is an error.
    Values,
}
