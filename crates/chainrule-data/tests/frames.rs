//! Text tables as frames: the same whatever the size of the blocks, and a message for each thing that is wrong.

use std::io::{self, Read};

use chainrule_data::csv::{Dialect, Header, Missing, Stream, check_columns, read_frame};
use chainrule_data::frame::{Cells, Column, Texts, read_all};
use chainrule_data::{Error, Frame, Place, TableReader, Wanted};
use proptest::prelude::*;

fn auto(_: &str) -> Wanted {
    Wanted::Auto
}

fn frame(text: &str) -> Frame {
    read_frame(text.as_bytes(), &Dialect::default(), &auto).unwrap().0
}

fn message(bytes: &[u8]) -> String {
    read_frame(bytes, &Dialect::default(), &auto).unwrap_err().to_string()
}

fn in_blocks(
    text: &[u8],
    dialect: &Dialect,
    block: usize,
    most_rows: usize,
    wanted: Wanted,
) -> Result<Frame, Error> {
    let mut stream = Stream::with_block(text, dialect, block)?;
    let wanted = vec![wanted; stream.names().len()];
    let mut all = stream.next_frame(&wanted, most_rows)?.ok_or(Error::Empty)?;
    while let Some(frame) = stream.next_frame(&wanted, most_rows)? {
        assert!((1..=most_rows.max(1)).contains(&frame.rows()));
        all.append(frame)?;
    }
    Ok(all)
}

/// Tables with every oddity that is accepted.
const ODD: [&str; 14] = [
    "a,b\n1,2\n3,4\n",
    "a,b\r\n1,2\r\n3,4",
    "a,b\r1,2\r\r3,4\r",
    "\u{feff}a;b\n1,5;x\n;y\n",
    "a,b\n\n\n1,\"x\ny\"\n\"\"\"q\"\"\",2\n\n",
    "a,b\r\n\"1\r\n\r\n2\",x\r\n\r\n3,\"y,\"\r\n",
    "\n\na\tb\n 1 \t é\n2\tü\n",
    "1,2\n3,4\n",
    "a,b\nNA,?\n-,.\nnull,None\n1,2\n",
    "code,zip\n1,01\n2,1\n3,7\n",
    "a,b\n1,2\n3,4\n5,6\n7,x\n8,9\n",
    "x|y\n\"a\"\"b\nc\"|1\n\"\n\"|2\n",
    "a,b\n\"p\"\"q\",1\n\u{feff}a,\"x\"\"y\"\n",
    "a,b\n1,2\n\u{feff}\n\u{feff}3,\"4\"\n\u{feff}\"5\",6\n",
];

#[test]
fn any_size_of_blocks_gives_the_same_frame() {
    for text in ODD {
        for wanted in [Wanted::Auto, Wanted::Text] {
            let whole = in_blocks(text.as_bytes(), &Dialect::default(), 1 << 20, usize::MAX, wanted).unwrap();
            for block in 1..=text.len() + 1 {
                for most_rows in [1, 2, usize::MAX] {
                    let parts =
                        in_blocks(text.as_bytes(), &Dialect::default(), block, most_rows, wanted).unwrap();
                    let what = format!("{text:?} in blocks of {block}, {most_rows} rows");
                    assert_eq!(format!("{parts:?}"), format!("{whole:?}"), "{what}");
                }
            }
        }
    }
}

#[test]
fn any_size_of_blocks_gives_the_same_message() {
    let bad: [&[u8]; 10] = [
        b"a,b\n1,2\n3\n4,5\n",
        b"a,b\n1,2\n\n\"3,4\n5,6\n",
        b"a,b\r\n1,2\r\n1e400,3\r\n",
        b"a,b\n1,2\n3,\xff\n",
        b"a,b\n1,2\n3,\0\n",
        b"a,b\n",
        b"",
        b"\n\n",
        b"a,a\n1,2\n",
        b"a,b\n1,2\n3,4,5",
    ];
    for text in bad {
        let read = |block| {
            in_blocks(text, &Dialect::default(), block, usize::MAX, Wanted::Auto).unwrap_err().to_string()
        };
        for block in 1..=text.len() + 1 {
            assert_eq!(
                read(block),
                read(1 << 20),
                "{:?} in blocks of {block}",
                text.escape_ascii().to_string()
            );
        }
    }
}

#[test]
fn cells_are_numbers_texts_or_missing() {
    let frame = frame("n,t,z,empty\n1.5,red,01,\nNA,,1,?\n-2e3,\"blue, dark\",NaN,NA\n");
    let numbers = |name: &str| match frame.column(name).unwrap().cells() {
        Cells::Numbers(numbers) => numbers.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(format!("{:?}", numbers("n")), "[1.5, NaN, -2000.0]");
    assert!(numbers("empty").iter().all(|number| number.is_nan()));
    let texts = Texts::from_cells([Some("red"), None, Some("blue, dark")]);
    assert_eq!(frame.column("t").unwrap().cells(), &Cells::Texts(texts));
    assert_eq!(frame.column("z").unwrap(), &Column::texts("z", [Some("01"), Some("1"), None]));
    assert_eq!(frame.column("n").unwrap().missing(), 1);
}

#[test]
fn signs_that_may_be_classes_are_missing_among_numbers_only() {
    let frame = frame("a,b\n1,+\n-,-\n.,+\n");
    assert_eq!(frame.column("a").unwrap().missing(), 2);
    assert_eq!(frame.column("b").unwrap(), &Column::texts("b", [Some("+"), Some("-"), Some("+")]));
}

#[test]
fn markers_of_missing_cells_can_be_said() {
    let text = b"a,b\n-999,x\n1,unknown\n-999.0,NA\n";
    let read = |missing| {
        let dialect = Dialect { missing, ..Dialect::default() };
        let (frame, _) = read_frame(text, &dialect, &auto).unwrap();
        (frame.column("a").unwrap().missing(), frame.column("b").unwrap().missing())
    };
    assert_eq!(read(Missing::default()), (0, 1));
    assert_eq!(read(Missing::with(&["-999".into(), "unknown".into()])), (2, 2));
    assert_eq!(read(Missing::only(vec!["-999".into()])), (2, 0));
}

#[test]
fn a_column_that_turns_late_keeps_what_its_numbers_were_written_like() {
    let rows: String = (0..700_000).map(|row| format!("{}.50,1\n", row % 10)).collect();
    let text = format!("a,b\n{rows}x,2\n");
    assert!(text.len() > 1 << 22, "more than a block");
    let (frame, _) = read_frame(text.as_bytes(), &Dialect::default(), &auto).unwrap();
    let names: Vec<&str> = frame.names().collect();
    assert_eq!((names, frame.rows()), (vec!["a", "b"], 700_001));
    assert_eq!(frame.column("a").unwrap().cells().text(11).unwrap(), "1.50");
    assert_eq!(frame.place(700_000), Place::Line(700_002));
    assert!(matches!(frame.column("b").unwrap().cells(), Cells::Numbers(_)));
}

#[test]
fn text_where_a_number_is_wanted_is_named_with_what_to_do() {
    let read = |text: &str| {
        read_frame(text.as_bytes(), &Dialect::default(), &|_| Wanted::Number).unwrap_err().to_string()
    };
    insta::assert_snapshot!(read("size,age\n1,2\n\n3,abc\n"), @"
    line 4, column `age`: not a number; expected a number, got `abc`
    help: correct the cell, or leave it empty
    ");
    insta::assert_snapshot!(read("a;b\n1;2\n1,5;3\n"), @"
    line 3, column `a`: not a number; expected a number, got `1,5`
    help: the decimal mark looks like a comma: declare it, or write points
    ");
}

#[test]
fn numbers_that_are_not_finite_are_refused_unless_the_column_is_text() {
    insta::assert_snapshot!(message(b"a,b\n1,2\n2,1e400\n3,4\n"), @"
    line 3, column `b`: not finite; expected a finite number, got `1e400`
    help: remove the row or fill the cell before training
    ");
    assert!(message(b"a,b\n1,2\n-inf,3\n").starts_with("line 3, column `a`: not finite"));
    let frame = frame("a,b\n1,inf\n2,sup\n");
    assert_eq!(frame.column("b").unwrap(), &Column::texts("b", [Some("inf"), Some("sup")]));
}

#[test]
fn what_cannot_be_a_table_is_refused() {
    insta::assert_snapshot!(message(b""), @"line 1: no rows; expected a header and data rows, got an empty file");
    insta::assert_snapshot!(message(b"a,b\n"), @"line 1: header but no data rows; expected at least one row after `a`, `b`");
    insta::assert_snapshot!(message(b"a,b\n1,2\n3\n"), @"line 3: wrong number of fields; expected 2, got 1");
    insta::assert_snapshot!(message(b"a,b,a\n1,2,3\n"), @"header: column 1 and column 3 are both called `a`; expected distinct names");
    insta::assert_snapshot!(message(b"PK\x03\x04..."), @"
    byte 0: this looks like a zip archive; expected plain text with separated columns
    help: unpack it first; an archive of NumPy arrays (npz) is read as it is
    ");
    insta::assert_snapshot!(message(b"\xff\xfea\0,\0b\0"), @"
    byte 0: this looks like UTF-16 text; expected plain text with separated columns
    help: save the file as UTF-8
    ");
    insta::assert_snapshot!(message(b"\xef\xbb\xbfa,b\n1,\xe9\n"), @"
    line 2, byte 9: not UTF-8; expected UTF-8 text, got the byte 0xe9
    help: save the file as UTF-8
    ");
    insta::assert_snapshot!(message(b"a,b\n1,\0\n"), @"line 2, byte 6: a zero byte; expected text, got binary data");
}

#[test]
fn one_column_says_which_separators_were_tried() {
    let dialect = Dialect::default();
    let stream = Stream::open(&b"a b c\n1 2 3\n"[..], &dialect).unwrap();
    let error = check_columns(stream.names(), stream.first_line(), &dialect).unwrap_err();
    insta::assert_snapshot!(error, @"
    line 1: only one column, `a b c`; expected features and a target
    help: tried the separators tab, semicolon, bar, comma; if it is another, say which
    ");
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    insta::assert_snapshot!(message("a,b\n\u{feff}\n1,2,3\n".as_bytes()), @r"
    line 3: wrong number of fields; expected 2 as in the header, got 3
    help: if the line above is no header, such as a title, remove it; else name every column there
    ");
    insta::assert_snapshot!(message("\n\u{feff}\na,b\n1,2,3\n".as_bytes()), @r"
    line 4: wrong number of fields; expected 2 as in the header, got 3
    help: if the line above is no header, such as a title, remove it; else name every column there
    ");
    insta::assert_snapshot!(message(b"a,b\r1,2\r3,\"x"), @r#"line 3: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
    insta::assert_snapshot!(message(b"a,b\r1,2\r3,\0"), @"line 3, byte 10: a zero byte; expected text, got binary data");
}

/// What is wrong inside a packed file is said in its words.
#[test]
fn a_packed_source_that_is_cut_off_is_named() {
    let packed = b"\x28\xb5\x2f\xfd\x24\x02\x11\x00\x00a,b\x8e\x5a\x53\x0f".as_slice();
    let source = chainrule_data::compressed::Unpacked::new(chainrule_data::compressed::Packer::Zstd, packed);
    let error = Stream::open(source, &Dialect::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().starts_with("zstd: the data are damaged or cut off"), "{error}");
}

#[test]
fn long_quotes_are_told_from_quotes_that_are_never_closed() {
    let text = |end: &str| format!("a,b\n1,2\n3,\"{}{end}", "x\n".repeat(5 << 20));
    insta::assert_snapshot!(message(text("").as_bytes()), @r#"line 3: a quote opens here and is never closed; expected a closing `"` before the end of the file"#);
    insta::assert_snapshot!(message(text("\"\n").as_bytes()), @"
    line 3: a field is too long; expected at most 1048576 bytes, got more
    help: look for an unbalanced quote on this line
    ");
}

#[test]
fn a_row_without_end_is_refused_before_it_fills_the_memory() {
    /// `1,1,1,` for ever.
    struct Endless;
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.iter_mut().zip(b"1,".iter().cycle()).for_each(|(to, from)| *to = *from);
            Ok(buffer.len() & !1)
        }
    }
    let error = Stream::open(Endless, &Dialect::default()).err().unwrap();
    insta::assert_snapshot!(error, @"
    line 1: a row is too long; expected at most 16777216 bytes, got more
    help: is it a table?
    ");
}

/// A source that fails after so many bytes.
struct Failing<'a>(&'a [u8], usize);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::Error::other("the disk is gone"));
        }
        let count = buffer.len().min(self.1).min(self.0.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        (self.0, self.1) = (&self.0[count..], self.1 - count);
        Ok(count)
    }
}

#[test]
fn a_source_that_fails_is_an_error_and_then_the_end() {
    let text: Vec<u8> = (0..300).flat_map(|row| format!("{row},x{row}\n").into_bytes()).collect();
    for bytes in 0..text.len() {
        let read = Stream::with_block(Failing(&text, bytes), &Dialect::default(), 64);
        let error = read.and_then(|mut stream| read_all(&mut stream, &auto)).unwrap_err();
        assert!(matches!(error, Error::Source(_)), "{bytes}: {error}");
    }
    let head = Dialect { header: Header::Present, ..Dialect::default() };
    let mut stream = Stream::open(&b"a,b\n1,2\n3\n4,5\n"[..], &head).unwrap();
    assert!(stream.next_frame(&[Wanted::Auto; 2], 9).is_err());
    assert!(stream.next_frame(&[Wanted::Auto; 2], 9).unwrap().is_none());
}

/// Rows for ever, which counts the bytes that were taken.
struct Counted<'a>(&'a std::cell::Cell<usize>);

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.0.get();
        for (at, byte) in buffer.iter_mut().enumerate() {
            *byte = b"1234,red\n"[(start + at) % 9];
        }
        self.0.set(start + buffer.len());
        Ok(buffer.len())
    }
}

#[test]
fn an_endless_table_is_never_held() {
    let taken = std::cell::Cell::new(0);
    let mut stream = Stream::open(Counted(&taken), &Dialect::default()).unwrap();
    let mut rows = 0;
    while rows < 3_000_000 {
        rows += stream.next_frame(&[Wanted::Auto; 2], 10_000).unwrap().unwrap().rows();
        assert!(taken.get() - 9 * rows <= 6 << 20, "{} bytes are held", taken.get() - 9 * rows);
    }
}

/// The corpus of the fuzz target `frame`, read as the target does: the first byte chooses the size of the blocks.
#[test]
fn the_corpus_of_the_fuzz_target_never_panics() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/frame");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let (block, text) = bytes.split_first().unwrap();
        files += 1;
        for wanted in [Wanted::Auto, Wanted::Number, Wanted::Text] {
            let _ = in_blocks(text, &Dialect::default(), usize::from(*block), 7, wanted);
        }
        if let Ok((frame, _)) = read_frame(text, &Dialect::default(), &auto) {
            let _ = chainrule_data::infer::decide(&frame, &Default::default(), &Default::default());
        }
    }
    assert!(files >= 8, "{folder} holds {files} files");
}

#[test]
fn columns_can_be_skipped_and_renamed() {
    let mut stream = Stream::open(&b"1,2,x\n3,4,y\n"[..], &Dialect::default()).unwrap();
    assert_eq!(stream.names(), ["column_1", "column_2", "column_3"]);
    assert!(stream.rename(vec!["a".into()]).is_err());
    stream.rename(["a", "b", "c"].map(str::to_owned).to_vec()).unwrap();
    let wanted = [Wanted::Skip, Wanted::Number, Wanted::Text];
    let frame = stream.next_frame(&wanted, 9).unwrap().unwrap();
    assert_eq!(frame.names().collect::<Vec<_>>(), ["b", "c"]);
    let mut none = Stream::open(&b"1,2\n3,4\n"[..], &Dialect::default()).unwrap();
    assert_eq!(none.next_frame(&[Wanted::Skip; 2], 9).unwrap().unwrap().rows(), 2);
    insta::assert_snapshot!(none.next_frame(&[], 9).unwrap_err(), @"wanted columns: the shape does not fit; expected one for each of 2 columns, got 0");
}

/// All cells as the `csv` crate reads them, blanks taken off. Marks at the beginning are no text, and lines of marks alone no
/// rows.
fn by_the_book(text: &str) -> Vec<Vec<String>> {
    const MARK: char = '\u{feff}';
    let text = text.trim_start_matches(MARK);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let is_row = |record: &csv::StringRecord| {
        let start = record.position().unwrap().byte() as usize;
        let is_marked = text[start..].trim_start_matches(['\r', '\n']).starts_with(MARK);
        !(is_marked && record.len() == 1 && record[0].trim_matches(MARK).is_empty())
    };
    let records = reader.records().map(Result::unwrap).filter(is_row);
    records.map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect()).collect()
}

proptest! {
    #[test]
    fn blocks_and_the_book_agree(text in "[a1\",\n\r é\u{feff}]{0,60}", block in 1_usize..70) {
        let dialect = Dialect { separator: Some(b','), header: Header::Absent, missing: Missing::only(vec![]), ..Dialect::default() };
        let whole = in_blocks(text.as_bytes(), &dialect, 1 << 20, usize::MAX, Wanted::Text);
        let parts = in_blocks(text.as_bytes(), &dialect, block, 2, Wanted::Text);
        match (whole, parts) {
            (Ok(whole), Ok(parts)) => {
                prop_assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
                let book = by_the_book(&text);
                prop_assert_eq!(whole.rows(), book.len());
                for (row, cells) in book.iter().enumerate() {
                    for (column, cell) in whole.columns().iter().zip(cells) {
                        prop_assert_eq!(column.cells().text(row).unwrap_or_default(), cell.as_str());
                    }
                }
            }
            (Err(whole), Err(parts)) => prop_assert_eq!(whole.to_string(), parts.to_string()),
            (whole, parts) => prop_assert!(false, "{whole:?} but {parts:?}"),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), block in 1_usize..20) {
        for wanted in [Wanted::Auto, Wanted::Number, Wanted::Text] {
            let _ = in_blocks(&bytes, &Dialect::default(), block, 3, wanted);
        }
    }

    #[test]
    fn numbers_come_back_to_the_bit(values in prop::collection::vec((any::<f64>(), any::<bool>()), 1..20)) {
        let value = |(value, missing): &(f64, bool)| (value.is_finite() && !missing).then_some(*value);
        let cell = |cell: Option<f64>| cell.map(|value| format!("{value:?}")).unwrap_or_default();
        let rows: String = values.iter().map(|row| format!("{},7\n", cell(value(row)))).collect();
        let frame = frame(&format!("x,y\n{rows}"));
        let Cells::Numbers(numbers) = frame.columns()[0].cells() else { panic!("numbers") };
        for (number, row) in numbers.iter().zip(&values) {
            prop_assert_eq!(number.to_bits(), value(row).unwrap_or(f64::NAN).to_bits());
        }
    }
}
