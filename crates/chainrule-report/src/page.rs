//! The page: sections put together in one file that needs nothing else.

mod calibration;
mod columns;
mod confusion;
mod curves;
mod examples;
mod importance;
mod learning;
mod lists;
mod parts;
mod residuals;
mod summary;
mod table;

use crate::html::{Html, tag};
use crate::record::{Quality, Report};
use parts::Section;

const STYLE: &str = include_str!("assets/report.css");
const SCRIPT: &str = include_str!("assets/report.js");
const CHART_STYLE: &str = include_str!("../vendor/uplot/uPlot.min.css");
const CHART_SCRIPT: &str = include_str!("../vendor/uplot/uPlot.iife.min.js");
const CHART_LICENCE: &str = include_str!("../vendor/uplot/LICENSE");

/// What the page may do: nothing but show itself. Its two scripts are known by the SHA-256 of their text, and no connection is
/// allowed, so neither a name in the data nor a fault of ours can load or send anything.
const POLICY: &str = concat!(
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; script-src",
    " 'sha256-GcjUxq2Ikpp59K5J1vcWFWbf0Lo9FcxJXpdPeH63jx8=' 'sha256-oM25XJjoLw9GWkCo8CMyLTN1jYNXtclkcP4kpOEmliw='"
);

/// The whole page as UTF-8 text. The same records give the same text.
///
/// Curves have at most 200 points, learning curves one more for the best epoch, and clouds 500. At most 200 columns, the ten pairs of
/// classes that are confused most, and clouds of the first four target columns are shown. Where there is more, the page says so.
/// Other lists are as long as the records.
///
/// ```
/// let report = chainrule_report::Report { title: "a < b".into(), ..Default::default() };
/// let page = chainrule_report::page(&report);
/// assert!(page.starts_with("<!doctype html>") && page.contains("<title>a &lt; b</title>"));
/// ```
pub fn page(report: &Report) -> String {
    let sections: Vec<Section> = sections(report);
    let body = tag("body")
        .with(summary::header(report))
        .with(contents(&sections))
        .with(tag("main").all(sections))
        .with(footer())
        .with(tag("script").with(Html::fixed(CHART_SCRIPT)))
        .with(tag("script").with(Html::fixed(SCRIPT)));
    let html = tag("html").set("lang", "en").with(head(report)).with(body);
    Html::fixed("<!doctype html>\n").then(html).then(Html::fixed("\n")).into_string()
}

fn head(report: &Report) -> Html {
    tag("head")
        .with(tag("meta").set("charset", "utf-8"))
        .with(tag("meta").set("http-equiv", "Content-Security-Policy").set("content", POLICY))
        .with(tag("meta").set("name", "viewport").set("content", "width=device-width, initial-scale=1"))
        .with(tag("meta").set("name", "color-scheme").set("content", "light dark"))
        .with(
            tag("meta")
                .set("name", "generator")
                .set("content", concat!("chainrule ", env!("CARGO_PKG_VERSION"))),
        )
        .with(tag("title").text(&report.title))
        .with(tag("style").with(Html::fixed(CHART_STYLE)).with(Html::fixed(STYLE)))
        .into()
}

/// The sections that have something in them, in the order of reading.
fn sections(report: &Report) -> Vec<Section> {
    let quality = match &report.quality {
        Some(Quality::Classes(classes)) => vec![
            confusion::section(classes),
            curves::section(&classes.curves, "class"),
            calibration::section(classes.calibration.as_ref()),
        ],
        Some(Quality::Labels(labels)) => {
            vec![curves::section(&labels.curves, "label"), calibration::section(labels.calibration.as_ref())]
        }
        Some(Quality::Numbers(numbers)) => vec![residuals::section(numbers)],
        None => Vec::new(),
    };
    let before =
        [summary::findings(report), summary::scores(report), learning::section(report.history.as_ref())];
    let after = [
        examples::section(report.examples.as_ref()),
        importance::section(report.importance.as_ref()),
        columns::section(&report.columns),
        lists::network(report.network.as_ref()),
        lists::settings(report),
        lists::reproduce(report),
    ];
    before.into_iter().chain(quality).chain(after).flatten().collect()
}

fn contents(sections: &[Section]) -> Html {
    let link = |section: &Section| tag("a").set("href", &format!("#{}", section.id)).text(section.title);
    tag("nav").set("aria-label", "Contents").all(sections.iter().map(link)).into()
}

fn footer() -> Html {
    let made = concat!(
        "Made by chainrule ",
        env!("CARGO_PKG_VERSION"),
        ". This page loads nothing and sends nothing."
    );
    let licence = tag("details")
        .with(tag("summary").text("Licence of the chart library uPlot, which is inside this page"))
        .with(tag("pre").text(CHART_LICENCE));
    tag("footer").with(tag("p").text(made)).with(licence).into()
}

#[cfg(test)]
mod tests;
