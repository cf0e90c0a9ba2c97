//! Whether probabilities come true.

use super::parts::{Section, beside, explain, figure, folded};
use super::table::{Kind, Table};
use crate::chart::{Axis, Frame, histogram};
use crate::html::Html;
use crate::number::{count, percent, show};
use crate::record::{Calibration, CalibrationBin};

/// The reliability diagram and how many predictions each range has.
pub(super) fn section(calibration: Option<&Calibration>) -> Option<Section> {
    let calibration = calibration.filter(|calibration| calibration.bins.iter().any(|bin| bin.count > 0))?;
    let words = format!(
        "Of the answers that were given with 80 %, 80 % should be right: dots on the dashed line. Below it the network is too \
         sure, above it not sure enough. {} is off by {} on average (expected calibration error, {} ranges).",
        capital(&calibration.what),
        percent(calibration.error),
        calibration.bins.len()
    );
    let counts: Vec<usize> = calibration.bins.iter().map(|bin| bin.count).collect();
    let labels = (&calibration.what[..], "predictions");
    let spread =
        histogram((0.0, 1.0), &counts, labels, "How many predictions lie in each range of probability");
    let charts = [
        figure(diagram(calibration), "Reliability diagram; larger dots are of more predictions"),
        figure(spread, "How sure the answers are"),
    ];
    let table = folded("The ranges as a table", table(&calibration.bins));
    let body = Html::from(explain(&words)).then(beside(charts)).then(table);
    Some(Section::new("calibration", "Do probabilities come true?", body))
}

fn diagram(calibration: &Calibration) -> Html {
    let frame = Frame::new(
        (420.0, 300.0),
        Axis::new(0.0, 1.0, &calibration.what),
        Axis::new(0.0, 1.0, "share that came true"),
    );
    let filled: Vec<&CalibrationBin> = calibration.bins.iter().filter(|bin| bin.count > 0).collect();
    let points: Vec<(f64, f64)> = filled.iter().map(|bin| (bin.probability, bin.share)).collect();
    let most = filled.iter().map(|bin| bin.count).max().unwrap_or(1) as f64;
    let dots = filled.iter().map(|bin| {
        let words = format!(
            "said {}, came true {}, {} predictions",
            percent(bin.probability),
            percent(bin.share),
            bin.count
        );
        // Areas are as the counts.
        frame.dot(
            (bin.probability, bin.share),
            2.5 + 6.0 * (bin.count as f64 / most).sqrt(),
            ("dot s0", &words),
        )
    });
    let guess = frame.line(&[(0.0, 0.0), (1.0, 1.0)], "guess");
    let inside = guess.then(frame.line(&points, "s0 thin")).then(dots.collect::<Html>());
    frame.svg("Share that came true by probability", inside)
}

fn table(bins: &[CalibrationBin]) -> Table {
    let heads = [
        ("range", Kind::Words),
        ("predictions", Kind::Numbers),
        ("mean probability", Kind::Numbers),
        ("came true", Kind::Numbers),
    ];
    let row = |bin: &CalibrationBin| {
        let range = format!("{} to {}", show(bin.lower), show(bin.upper));
        vec![range, count(bin.count), percent(bin.probability), percent(bin.share)]
    };
    Table::new("Predictions by probability", &heads).rows(bins.iter().map(row))
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
