//! Predicted numbers beside the true ones, and how the differences are spread.

use super::parts::{Section, beside, explain, figure};
use super::table::{Kind, Table};
use crate::chart::{Axis, Frame, histogram};
use crate::html::{Element, Html, tag};
use crate::number::show;
use crate::record::{Numbers, Residuals};
use crate::thin::places;

/// The most dots of a cloud.
const MOST_DOTS: usize = 500;
/// The most target columns that are drawn.
const MOST_DRAWN: usize = 4;
/// Ranges of the histogram.
const RANGES: usize = 21;

/// A cloud and a histogram for each target, or for the first of many.
pub(super) fn section(numbers: &Numbers) -> Option<Section> {
    let outputs: Vec<&Residuals> = numbers.outputs.iter().filter(|output| !output.pairs.is_empty()).collect();
    let most = outputs.iter().map(|output| output.pairs.len()).max()?;
    let thinned =
        if most > MOST_DOTS { format!(" Of {most} rows, {MOST_DOTS} are drawn.") } else { String::new() };
    let fewer = if outputs.len() > MOST_DRAWN {
        format!(" Of {} target columns, the first {MOST_DRAWN} are drawn.", outputs.len())
    } else {
        String::new()
    };
    let words = format!(
        "Left: each dot is a row; on the dashed line the prediction is right. Right: actual minus predicted. A slope or a \
         funnel in the left one, or a long tail in the right one, says that some values are missed in a way that could be \
         learnt.{thinned}{fewer}"
    );
    let drawn = outputs.iter().take(MOST_DRAWN).map(|output| of_output(output, outputs.len() > 1));
    let body = Html::from(explain(&words)).then(drawn.collect::<Html>()).then(table(&outputs));
    Some(Section::new("residuals", "Predicted and actual values", body))
}

fn of_output(output: &Residuals, is_named: bool) -> Html {
    let name = is_named.then(|| tag("h3").text(&output.name));
    name.into_iter().collect::<Html>().then(beside([cloud(output), spread(output)]))
}

fn cloud(output: &Residuals) -> Element {
    let both = || output.pairs.iter().flat_map(|(predicted, actual)| [*predicted, *actual]);
    let x = Axis::around(both(), &format!("predicted {}", output.name));
    let y = Axis::around(both(), &format!("actual {}", output.name));
    let (low, high) = (x.low, x.high);
    let frame = Frame::new((420.0, 380.0), x, y);
    let guess = frame.line(&[(low, low), (high, high)], "guess");
    let dots = places(output.pairs.len(), MOST_DOTS, &[]).into_iter().map(|place| {
        let pair = output.pairs[place];
        frame.dot(
            pair,
            3.0,
            ("dot faint s0", &format!("predicted {}, actual {}", show(pair.0), show(pair.1))),
        )
    });
    let inside = guess.then(dots.collect::<Html>());
    figure(
        frame.svg(&format!("Actual by predicted values of {}", output.name), inside),
        "Actual by predicted",
    )
}

fn spread(output: &Residuals) -> Element {
    let residuals: Vec<f64> = output.pairs.iter().map(|(predicted, actual)| actual - predicted).collect();
    let widest =
        residuals.iter().filter(|value| value.is_finite()).fold(0.0_f64, |widest, x| widest.max(x.abs()));
    let widest = if widest > 0.0 { widest } else { 1.0 };
    let mut counts = vec![0; RANGES];
    for residual in residuals.iter().filter(|value| value.is_finite()) {
        let place = (residual / widest + 1.0) / 2.0 * RANGES as f64;
        counts[(place as usize).min(RANGES - 1)] += 1;
    }
    let words = format!("How the differences of {} are spread", output.name);
    figure(histogram((-widest, widest), &counts, ("actual minus predicted", "rows"), &words), "Differences")
}

fn table(outputs: &[&Residuals]) -> Table {
    let number = |name| (name, Kind::Numbers);
    let heads = [
        ("target", Kind::Words),
        number("mean difference"),
        number("half of the rows are within"),
        number("nine of ten within"),
        number("largest"),
    ];
    let row = |output: &&Residuals| {
        let mut sizes: Vec<f64> =
            output.pairs.iter().map(|(predicted, actual)| (actual - predicted).abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let mean = output.pairs.iter().map(|(predicted, actual)| actual - predicted).sum::<f64>()
            / sizes.len() as f64;
        let within = |share: f64| sizes[((sizes.len() - 1) as f64 * share).round() as usize];
        vec![output.name.clone(), show(mean), show(within(0.5)), show(within(0.9)), show(within(1.0))]
    };
    Table::new("Differences between actual and predicted values", &heads).rows(outputs.iter().map(row))
}
