//! Text tables as data sets: no bytes make the reader panic, what it accepts is finite, and comes back when it is written.
//!
//! The first byte chooses the options.

#![no_main]

use chainrule_data::csv::{self, DecimalMark, Header, Options, TargetKind};
use chainrule_data::{Features, Scaling};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, text)) = bytes.split_first() else { return };
    let options = options(*choice);
    let Ok(table) = csv::read(text, &options) else { return };
    let Features::Real { values, .. } = table.dataset.features() else { panic!("text gives numbers") };
    assert!(values.iter().all(|value| value.is_finite()));
    let rows: Vec<usize> = (0..table.dataset.rows()).collect();
    let _ = Scaling::fit(table.dataset.features(), &rows);

    let is_class = table.dataset.target().class_names().is_some();
    let written = csv::write(&table.dataset).expect("a table can be written");
    let again = Options {
        separator: Some(b','),
        header: Header::Present,
        target_kind: if is_class { TargetKind::Classes } else { TargetKind::Values },
        ..Options::default()
    };
    let read = csv::read(written.as_bytes(), &again).expect("what was written can be read");
    assert_eq!(read.dataset, table.dataset);
});

fn options(choice: u8) -> Options {
    let pick = |shift: u8| (choice >> shift) & 3;
    Options {
        separator: [None, Some(b','), Some(b';'), Some(b' ')][pick(0) as usize],
        header: [Header::Detect, Header::Detect, Header::Present, Header::Absent][pick(2) as usize],
        decimal_mark: [DecimalMark::Point, DecimalMark::Point, DecimalMark::Point, DecimalMark::Comma]
            [pick(4) as usize],
        target_kind: [TargetKind::Infer, TargetKind::Infer, TargetKind::Classes, TargetKind::Values]
            [pick(6) as usize],
        ..Options::default()
    }
}
