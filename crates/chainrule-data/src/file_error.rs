//! Every way in which a packed or binary file can be wrong: a table.
//!
//! Messages read as those of [`crate::Error`], which wraps this type; the two are apart because they are long.

/// What is wrong with a packed file, or with a file of arrays or columns.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file of a kind that holds no table for us.
    #[error(
        "byte 0: this looks like {found}; expected a table: CSV, Parquet, Arrow IPC, npy or npz\nhelp: {help}"
    )]
    Kind {
        /// What it looks like.
        found: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Packed data that cannot be unpacked.
    #[error("{packer}: the data are damaged or cut off after {unpacked} bytes unpacked; {reason}")]
    Packed {
        /// `gzip` or `zstd`.
        packer: &'static str,
        /// Bytes unpacked before the fault.
        unpacked: u64,
        /// What the decoder says.
        reason: String,
    },
    /// A window larger than this reader keeps in memory.
    #[error(
        "zstd: the window is too large; expected at most {most} bytes, got {got}\
        \nhelp: pack it again without `--long` and `--ultra`"
    )]
    Window {
        /// The most.
        most: u64,
        /// What the frame declares.
        got: u64,
    },
    /// An array file that does not keep to the npy format.
    #[error("{place}: {wrong}")]
    Npy {
        /// Where: `header`, or the name of the array.
        place: String,
        /// What is wrong; expected x, got y.
        wrong: String,
    },
    /// A zip archive that does not keep to the format, or that is not to be trusted.
    #[error("archive: {wrong}")]
    Archive {
        /// What is wrong; expected x, got y.
        wrong: String,
    },
    /// An infinite number.
    #[error(
        "row {row}, column `{column}`: not finite; expected a finite number, got `{value}`\
        \nhelp: remove the row, or write NaN for a missing value"
    )]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column.
        column: String,
        /// The number.
        value: f64,
    },
    /// Text where numbers are wanted.
    #[error("row {row}, column `{column}`: not a number; expected a number, got `{value}`")]
    NotANumber {
        /// The row, from 0.
        row: usize,
        /// The column.
        column: String,
        /// The text, shortened.
        value: String,
    },
    /// A file of columns that cannot be read.
    #[error("{place}: {wrong}")]
    Columnar {
        /// Where: `Parquet`, `Arrow IPC`, or a column.
        place: String,
        /// What is wrong.
        wrong: String,
    },
}

impl FileError {
    /// This error as an error of reading, for an implementation of [`std::io::Read`].
    ///
    /// [`crate::Error::from_source`] takes it out again.
    pub(crate) fn into_io(self) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::InvalidData, self)
    }
}
