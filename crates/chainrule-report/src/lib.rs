//! What a training came to, in words and as one HTML page.
//!
//! Two things come out of the records that go in:
//!
//! - sentences: [`learned`] says what was learned and how good that is beside a trivial answer, [`findings`] what looks
//!   wrong and which setting would change it. The terminal, the JSON answer and the page say the same, because all ask here.
//! - a page: [`page`] makes one file that needs nothing else, no network and no second file. Charts are SVG, so they show on
//!   paper and without scripts; each is a table too. Learning curves can be zoomed where scripts run, by uPlot, which is in the
//!   file with its licence. The same records give the same bytes.
//!
//! Whatever comes from outside (names of columns, classes, files) is text in the page and never markup: pieces of a page can
//! only be made of fixed markup and escaped text, and the page's policy allows no script but the two inside it, and no
//! connection at all.
//!
//! Must not know: networks, tables, files, the terminal, the clock.

#![forbid(unsafe_code)]

mod chart;
mod findings;
mod html;
mod learned;
mod number;
mod outcome;
mod page;
mod picture;
mod record;
mod thin;

pub use findings::{Finding, Kind, Level, findings};
pub use learned::{Comparison, Verdict, comparison, learned, verdict};
pub use number::{percent, show};
pub use outcome::{Answer, Class, Ended, Epoch, Goal, Outcome, Smallness};
pub use page::page;
pub use record::{
    Advice, Calibration, CalibrationBin, Classes, Column, ColumnContent, Curves, Examples, History,
    Importance, Labels, Layer, Network, Numbers, Part, Picture, Quality, Report, Residuals, Row, Shuffled,
    Tile,
};
