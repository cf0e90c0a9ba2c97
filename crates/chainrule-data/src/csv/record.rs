//! One record, split by the book: quotes, doubled quotes, line ends inside quotes, any number of fields.
//!
//! The `csv-core` crate's state machine, fed with the text from where a record starts. This is the careful way, for
//! headers and for rows that [`super::quick`] declines.
//!
//! It must not know what the fields mean.

use super::header::MOST_COLUMNS;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Splits records off a text.
pub(super) struct Splitter {
    reader: Reader,
    bytes: Vec<u8>,
}

/// The fields of one record, unquoted.
#[derive(Clone, Default)]
pub(super) struct Record {
    text: String,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
    /// How many fields there are; `ends` may be longer.
    fields: usize,
}

impl Splitter {
    pub(super) fn new(separator: u8) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(separator).build();
        // A reader takes a byte order mark off the first thing it reads, which here may be a row anywhere: let that be a line
        // end, which is no record.
        reader.read_record(b"\n", &mut [0], &mut [0]);
        Self { reader, bytes: vec![0; 1024] }
    }

    /// Reads the record at the start of `text`, after blank lines, and gives the bytes taken; `None` if there is none.
    /// Of a record with more than [`MOST_COLUMNS`] fields it reads some more than these.
    pub(super) fn read(&mut self, text: &[u8], record: &mut Record) -> Option<usize> {
        let (mut taken, mut written) = (0, 0);
        record.fields = 0;
        loop {
            let (input, output) = (&text[taken..], &mut self.bytes[written..]);
            let (result, read, wrote, ended) =
                self.reader.read_record(input, output, &mut record.ends[record.fields..]);
            taken += read;
            written += wrote;
            record.fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.bytes.resize(2 * self.bytes.len(), 0),
                // Whoever asks refuses so many; the rest of the record costs no memory.
                ReadRecordResult::OutputEndsFull if record.fields > MOST_COLUMNS => break,
                ReadRecordResult::OutputEndsFull => record.ends.resize(2 * record.ends.len() + 8, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return None,
            }
        }
        record.text.clear();
        // The text is UTF-8 and all that is cut away is ASCII, so nothing is lost.
        record.text.push_str(&String::from_utf8_lossy(&self.bytes[..written]));
        Some(taken)
    }
}

impl Record {
    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.fields
    }

    /// One field.
    pub(super) fn field(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }

    /// All fields.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.field(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(mut text: &str) -> Vec<Vec<String>> {
        let (mut splitter, mut record) = (Splitter::new(b','), Record::default());
        let next = || {
            let taken = splitter.read(text.as_bytes(), &mut record)?;
            text = &text[taken..];
            Some(record.iter().map(str::to_owned).collect())
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn quotes_are_taken_off_and_blank_lines_skipped() {
        assert_eq!(records("a,\"b\"\"c\"\r\n\r\n\n\"d\ne\",\n"), [["a", "b\"c"], ["d\ne", ""]]);
        assert_eq!(records("a,b"), [["a", "b"]]);
        assert_eq!(records("\n\r\n"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_byte_order_mark_is_part_of_any_record() {
        assert_eq!(records("\u{feff}a,b\n\u{feff}\"c\",d"), [["\u{feff}a", "b"], ["\u{feff}\"c\"", "d"]]);
    }

    #[test]
    fn long_fields_and_many_fields_fit() {
        let text = format!("{},é\n{}", "é".repeat(5000), "x,".repeat(100));
        let records = records(&text);
        assert_eq!(records[0], ["é".repeat(5000), "é".to_owned()]);
        assert_eq!(records[1].len(), 101);
    }
}
