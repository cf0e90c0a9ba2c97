//! How fast text tables are read into frames, in megabytes a second, how fast as data sets and standardised, and how fast
//! the `csv` crate only splits them:
//! `cargo run --release -p chainrule-data --example csv_time -- 100 short classes`.
//!
//! Arguments, all optional: megabytes of text (32); how numbers are written: `short` (six decimals), `full` (as many
//! digits as bring the `f64` back), `whole`, `blank` (a blank before each), `missing` (one in ten cells is empty); and
//! the target: `classes`, `quoted` classes
//! or `values`. The fastest of nine turns counts.

use std::fmt::Write;
use std::time::Instant;

use chainrule_data::Scaling;
use chainrule_data::Wanted;
use chainrule_data::csv::{Dialect, Options, Table, read, read_frame};

const COLUMNS: usize = 20;
const TURNS: usize = 9;

fn main() -> Result<(), chainrule_data::Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize, default: &'static str| arguments.get(at).map_or(default, String::as_str);
    let bytes = argument(0, "32").parse().map_or(32_000_000, |megabytes: usize| megabytes * 1_000_000);
    let text = text(bytes, argument(1, "short"), argument(2, "classes"));
    let mut best = [f64::INFINITY; 5];
    for _ in 0..TURNS {
        for (best, seconds) in best.iter_mut().zip(turn(&text)?) {
            *best = best.min(seconds);
        }
    }
    let rate = |seconds: f64| text.len() as f64 / 1e6 / seconds;
    let [frame, read, fit, apply, split] = best;
    println!("{:.1} MB: frame {:.0} MB/s", text.len() as f64 / 1e6, rate(frame));
    if read.is_infinite() {
        return Ok(());
    }
    println!(
        "{:.1} MB: all {:.0} MB/s, read {:.0}, fit {:.0}, apply {:.0}; the csv crate splits at {:.0} MB/s",
        text.len() as f64 / 1e6,
        rate(read + fit + apply),
        rate(read),
        rate(fit),
        rate(apply),
        rate(split)
    );
    Ok(())
}

/// Seconds to read into a frame, to read as a data set, to fit, to standardise, and for the `csv` crate to split the text into records.
fn turn(text: &str) -> Result<[f64; 5], chainrule_data::Error> {
    let started = Instant::now();
    let mut record = csv::ByteRecord::new();
    let mut records = csv::Reader::from_reader(text.as_bytes());
    let mut fields = 0;
    while records.read_byte_record(&mut record)? {
        fields += record.len();
    }
    let split = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let (rows, _) = read_frame(text.as_bytes(), &Dialect::default(), &|_| Wanted::Auto)?;
    let frame = started.elapsed().as_secs_f64();
    assert_eq!(fields, rows.rows() * (COLUMNS + 1));
    if rows.columns().iter().any(|column| column.missing() > 0) {
        return Ok([frame, f64::INFINITY, f64::INFINITY, f64::INFINITY, split]);
    }
    drop(rows);
    let started = Instant::now();
    let Table { dataset, .. } = read(text.as_bytes(), &Options::default())?;
    let read = started.elapsed().as_secs_f64();
    assert_eq!(fields, dataset.rows() * (COLUMNS + 1));
    let rows: Vec<usize> = (0..dataset.rows()).collect();
    let started = Instant::now();
    let scaling = Scaling::fit(dataset.features(), &rows)?;
    let fit = started.elapsed().as_secs_f64();
    let (features, _) = dataset.into_parts();
    let started = Instant::now();
    if let chainrule_data::Features::Real { mut values, .. } = features {
        scaling.apply_f64(&mut values);
        std::hint::black_box(&values);
    }
    Ok([frame, read, fit, started.elapsed().as_secs_f64(), split])
}

/// A table of about `bytes`. Writing to a string cannot fail.
fn text(bytes: usize, numbers: &str, target: &str) -> String {
    let mut text: String = (0..COLUMNS).map(|column| format!("column_{column},")).collect();
    text += "target\n";
    let mut state = 0;
    while text.len() < bytes {
        for _ in 0..COLUMNS {
            let number = normal(&mut state);
            let _ = match numbers {
                "full" => write!(text, "{number},"),
                "whole" => write!(text, "{:.0},", number * 1000.0),
                "missing" if uniform(&mut state) < 0.1 => write!(text, ","),
                "blank" => write!(text, " {number:.6},"),
                _ => write!(text, "{number:.6},"),
            };
        }
        let class = if uniform(&mut state) < 0.5 { "red" } else { "blue" };
        let _ = match target {
            "quoted" => writeln!(text, "\"{class}\""),
            "values" => writeln!(text, "{:.6}", normal(&mut state)),
            _ => writeln!(text, "{class}"),
        };
    }
    text
}

/// About normally distributed: the sum of twelve uniform numbers, less 6.
fn normal(state: &mut u64) -> f64 {
    (0..12).map(|_| uniform(state)).sum::<f64>() - 6.0
}

/// SplitMix64. Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators" (2014).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
