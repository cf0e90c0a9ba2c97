//! Bars: histograms, and bars with the spread of what they show.

use super::axis::{Axis, range};
use super::frame::{Frame, label};
use crate::html::{Html, coordinate, tag};
use crate::number::show;

/// Rows in ranges of equal width from `low` to `high`, as a chart with axes.
pub(crate) fn histogram(
    (low, high): (f64, f64),
    counts: &[usize],
    labels: (&str, &str),
    words: &str,
) -> Html {
    let most = counts.iter().max().copied().unwrap_or(0) as f64;
    let y = Axis::around([0.0, most].into_iter(), labels.1);
    let frame = Frame::new((420.0, 300.0), Axis::new(low, high, labels.0), y);
    let width = (high - low) / counts.len().max(1) as f64;
    let bars = counts.iter().enumerate().map(|(at, count)| {
        let from = low + at as f64 * width;
        let words = format!("{} to {}: {count}", show(from), show(from + width));
        frame.bar((from, from + width), *count as f64, ("fill s0", &words))
    });
    frame.svg(words, bars.collect())
}

/// A small histogram without axes, for a cell of a table.
pub(crate) fn spark(counts: &[usize], words: &str) -> Html {
    let most = counts.iter().max().copied().unwrap_or(0).max(1) as f64;
    let (width, height) = (120.0, 28.0);
    let each = width / counts.len().max(1) as f64;
    let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| {
        // What there is at all can be seen.
        let tall = (*count as f64 / most * height).max(1.0);
        let bar = tag("rect").class("fill s0").number("x", at as f64 * each).number("y", height - tall);
        bar.number("width", (each - 0.6).max(0.4)).number("height", tall)
    });
    let view = format!("0 0 {} {}", coordinate(width), coordinate(height));
    tag("svg")
        .class("spark")
        .set("viewBox", &view)
        .set("role", "img")
        .set("aria-label", words)
        .all(bars)
        .into()
}

/// A named bar with its spread.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) deviation: f64,
}

/// Horizontal bars from zero, one below the other, with a line of one standard deviation to both sides.
pub(crate) fn whiskers(bars: &[Bar], unit: &str, words: &str) -> Html {
    const NAMES: f64 = 136.0;
    const WIDTH: f64 = 440.0;
    const EACH: f64 = 24.0;
    const VALUES: f64 = 62.0;
    let ends = bars.iter().flat_map(|bar| [bar.value - bar.deviation, bar.value + bar.deviation, 0.0]);
    let (low, high) = range(ends);
    let axis = Axis::new(low, if high > low { high } else { low + 1.0 }, "");
    let place = |value: f64| NAMES + axis.share(value) * (WIDTH - NAMES - VALUES);
    let row = |(at, bar): (usize, &Bar)| {
        let top = at as f64 * EACH + 4.0;
        let (zero, end) = (place(0.0), place(bar.value));
        let rect = tag("rect").class("fill s0").number("x", zero.min(end)).number("y", top);
        let rect = rect.number("width", (end - zero).abs().max(0.5)).number("height", EACH - 9.0);
        let middle = top + (EACH - 9.0) / 2.0;
        let spread = tag("line")
            .class("whisker")
            .number("x1", place(bar.value - bar.deviation))
            .number("x2", place(bar.value + bar.deviation))
            .number("y1", middle)
            .number("y2", middle);
        let name = label("tick end", (NAMES - 8.0, middle + 4.0), &shortened(&bar.name));
        let value =
            label("tick", (place(bar.value + bar.deviation).max(end) + 6.0, middle + 4.0), &show(bar.value));
        let words =
            tag("title").text(&format!("{}: {} ± {}", bar.name, show(bar.value), show(bar.deviation)));
        Html::from(tag("g").with(words).with(rect).with(spread).with(name).with(value))
    };
    let height = bars.len() as f64 * EACH + 22.0;
    let unit = label("axis middle", (NAMES + (WIDTH - NAMES) / 2.0, height - 4.0), unit);
    let view = format!("0 0 {} {}", coordinate(WIDTH), coordinate(height));
    let svg = tag("svg").set("viewBox", &view).set("role", "img").set("aria-label", words);
    svg.all(bars.iter().enumerate().map(row)).with(unit).into()
}

/// A name of at most 20 signs.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(20) {
        Some(_) => name.chars().take(19).chain(['…']).collect(),
        None => name.to_owned(),
    }
}
