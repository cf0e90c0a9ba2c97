//! Plain lists: the network, the settings, how to make the same again.

use super::parts::{Section, explain};
use super::table::{Kind, Table};
use crate::html::{Html, tag};
use crate::number::count;
use crate::record::{Layer, Network, Report};

/// A line for each layer.
pub(super) fn network(network: Option<&Network>) -> Option<Section> {
    let network = network.filter(|network| !network.layers.is_empty())?;
    let heads = [
        ("layer", Kind::Words),
        ("what it is", Kind::Words),
        ("output", Kind::Words),
        ("parameters", Kind::Numbers),
    ];
    let row = |layer: &Layer| {
        let parameters = count(usize::try_from(layer.parameters).unwrap_or(usize::MAX));
        vec![layer.name.clone(), layer.what.clone(), layer.shape.clone(), parameters]
    };
    let table = Table::new("The layers of the network", &heads).rows(network.layers.iter().map(row));
    Some(Section::new("network", "The network", Html::from(explain(&network.total)).then(table)))
}

/// All settings.
pub(super) fn settings(report: &Report) -> Option<Section> {
    let table = pairs("Settings of the training", ("setting", "value"), &report.settings)?;
    Some(Section::new("settings", "Settings", table))
}

/// The command, and what it depends on.
pub(super) fn reproduce(report: &Report) -> Option<Section> {
    if report.command.is_empty() {
        return None;
    }
    let words =
        "The same data, seed and version give the same weights, bit for bit, on any number of threads:";
    let command = tag("pre").class("command").with(tag("code").text(&report.command));
    let same = pairs("What must be the same", ("what", "value"), &report.reproduce);
    let where_it_ran = pairs("Where this ran", ("what", "value"), &report.environment);
    let body = Html::from(explain(words))
        .then(command)
        .then([same, where_it_ran].into_iter().flatten().collect::<Html>());
    Some(Section::new("reproduce", "The same again", body))
}

fn pairs(caption: &str, (name, value): (&str, &str), rows: &[(String, String)]) -> Option<Html> {
    let row = |(name, value): &(String, String)| vec![name.clone(), value.clone()];
    let table = Table::new(caption, &[(name, Kind::Words), (value, Kind::Words)]).class("pairs");
    (!rows.is_empty()).then(|| table.rows(rows.iter().map(row)).into())
}
