//! The frame of a chart: axes with round numbers, a grid, and what lies inside.

use super::axis::Axis;
use crate::html::{Html, coordinate, tag};

/// A chart's frame.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    width: f64,
    height: f64,
    x: Axis,
    y: Axis,
}

/// Room for the numbers beside and below the axes.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;

impl Frame {
    /// A frame of this size, in the units of its own drawing; the page scales it.
    pub(crate) fn new((width, height): (f64, f64), x: Axis, y: Axis) -> Self {
        Frame { width, height, x, y }
    }

    /// Where a point lies in the drawing.
    pub(crate) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = LEFT + self.x.share(x) * (self.width - LEFT - RIGHT);
        let down = TOP + (1.0 - self.y.share(y)) * (self.height - TOP - BOTTOM);
        (across, down)
    }

    /// A line through points; points that are not finite leave a gap.
    pub(crate) fn line(&self, points: &[(f64, f64)], class: &str) -> Html {
        let mut path = String::new();
        let mut is_open = false;
        for point in points {
            let finite = point.0.is_finite() && point.1.is_finite();
            if finite {
                let (x, y) = self.place(*point);
                path += &format!("{}{} {}", if is_open { "L" } else { "M" }, coordinate(x), coordinate(y));
            }
            is_open = finite;
        }
        tag("path").set("class", &format!("line {class}")).set("d", &path).into()
    }

    /// A dot, with words that show when it is pointed at.
    pub(crate) fn dot(&self, point: (f64, f64), radius: f64, (class, words): (&str, &str)) -> Html {
        let (x, y) = self.place(point);
        let dot = tag("circle").set("class", class).number("cx", x).number("cy", y).number("r", radius);
        if words.is_empty() { dot.into() } else { dot.with(tag("title").text(words)).into() }
    }

    /// A bar from the low end of the upright axis to `top`, between two values across.
    pub(crate) fn bar(&self, (from, to): (f64, f64), top: f64, (class, words): (&str, &str)) -> Html {
        let (left, high) = self.place((from, top));
        let (right, low) = self.place((to, self.y.low));
        // A thin gap between neighbours.
        let width = (right - left - 1.0).max(0.5);
        let bar = tag("rect").set("class", class).number("x", left + 0.5).number("y", high);
        let bar = bar.number("width", width).number("height", (low - high).max(0.0));
        if words.is_empty() { bar.into() } else { bar.with(tag("title").text(words)).into() }
    }

    /// The whole drawing, described by `words` for those who cannot see it.
    pub(crate) fn svg(&self, words: &str, inside: Html) -> Html {
        let view = format!("0 0 {} {}", coordinate(self.width), coordinate(self.height));
        tag("svg")
            .set("viewBox", &view)
            .set("role", "img")
            .set("aria-label", words)
            .with(self.grid())
            .with(inside)
            .into()
    }

    fn grid(&self) -> Html {
        let (left, bottom) = (LEFT, self.height - BOTTOM);
        let (right, top) = (self.width - RIGHT, TOP);
        let across = self.x.ticks(5).into_iter().map(|(value, text)| {
            let x = self.place((value, self.y.low)).0;
            let rule = rule((x, top), (x, bottom));
            rule.then(label("tick middle", (x, bottom + 16.0), &text))
        });
        let up = self.y.ticks(5).into_iter().map(|(value, text)| {
            let y = self.place((self.x.low, value)).1;
            rule((left, y), (right, y)).then(label("tick end", (left - 7.0, y + 4.0), &text))
        });
        let below = label("axis middle", ((left + right) / 2.0, self.height - 8.0), &self.x.label);
        let beside = tag("text")
            .class("axis middle")
            .set("transform", &format!("translate(13 {}) rotate(-90)", coordinate((top + bottom) / 2.0)))
            .text(&self.y.label);
        across.collect::<Html>().then(up.collect::<Html>()).then(below).then(beside)
    }
}

fn rule((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Html {
    tag("line").class("grid").number("x1", x1).number("y1", y1).number("x2", x2).number("y2", y2).into()
}

/// Text at a place.
pub(super) fn label(class: &str, (x, y): (f64, f64), text: &str) -> Html {
    tag("text").set("class", class).number("x", x).number("y", y).text(text).into()
}
