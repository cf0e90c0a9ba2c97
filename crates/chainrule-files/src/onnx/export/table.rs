//! The preparation of a table's columns as nodes.
//!
//! Two inputs of the graph: `features` with the columns of numbers in 64 bits, NaN where a cell is missing, and `categories` with
//! the columns of texts, empty where one is missing, both in the order of the preparation. Texts are compared as they stand, but
//! that yes and no may be written small, large, or with a large first letter. Must not know: layers, answers.

use super::builder::{Builder, int, ints, strings};
use super::shape::{Output, Width};
use crate::onnx::Fault;
use crate::onnx::fault::shown;
use crate::onnx::proto::data_type;
use crate::{CategoryEncoding, ColumnRule, Preparation, PreparedColumn};

/// Appends the preparation; returns the inputs of the graph and the name of the prepared rows, in 64 bits.
pub(super) fn append(graph: &mut Builder, preparation: &Preparation) -> Result<(Vec<Output>, String), Fault> {
    let (numbers, texts) = sorted(preparation)?;
    let mut parts = Parts::default();
    let mut inputs = Vec::new();
    if !numbers.is_empty() {
        inputs.push(Output::new("features", data_type::DOUBLE, Width::Columns(numbers.len())));
        append_numbers(graph, &numbers, &mut parts);
    }
    if !texts.is_empty() {
        inputs.push(Output::new("categories", data_type::STRING, Width::Columns(texts.len())));
    }
    for (column, (place, rule)) in texts.iter().enumerate() {
        append_text(graph, (column, *place), (rule, &preparation.missing), &mut parts);
    }
    Ok((inputs, parts.joined(graph)))
}

/// A column of numbers.
struct Number {
    /// Its place among the columns of the preparation.
    place: usize,
    fill: f64,
    indicator: bool,
    centre: f64,
    spread: f64,
}

/// Columns of numbers, and columns of texts with their places among all columns.
type Sorted<'a> = (Vec<Number>, Vec<(usize, &'a ColumnRule)>);

/// The columns of numbers and those of texts.
fn sorted(preparation: &Preparation) -> Result<Sorted<'_>, Fault> {
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for (place, PreparedColumn { name, rule }) in preparation.columns.iter().enumerate() {
        match rule {
            ColumnRule::Number { fill, indicator, centre, spread } => {
                let (fill, indicator, centre, spread) = (*fill, *indicator, *centre, *spread);
                numbers.push(Number { place, fill, indicator, centre, spread });
            }
            ColumnRule::Boolean { .. } | ColumnRule::Category { .. } => texts.push((place, rule)),
            ColumnRule::DateTime { .. } => {
                let fault = "a point in time has no form in a graph; expected numbers, categories, yes and no\n\
                             help: export without --preprocessing, or train without the column";
                return Err(Fault::Column { column: shown(name), fault: fault.to_owned() });
            }
        }
    }
    Ok((numbers, texts))
}

/// Arrays of columns that are put side by side at the end, and where each input of the network is among them.
#[derive(Debug, Default)]
struct Parts {
    names: Vec<String>,
    width: usize,
    /// For each input: the place of its column in the preparation, its place among that column's inputs, where it lies.
    inputs: Vec<(usize, usize, usize)>,
}

impl Parts {
    /// Adds an array whose columns are the given inputs.
    fn push(&mut self, name: String, inputs: impl IntoIterator<Item = (usize, usize)>) {
        self.names.push(name);
        for (place, input) in inputs {
            self.inputs.push((place, input, self.width));
            self.width += 1;
        }
    }

    /// All inputs in their order.
    fn joined(mut self, graph: &mut Builder) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let all = match names[..] {
            [one] => one.to_owned(),
            _ => graph.node_with("Concat", &names, "prepared.parts", vec![int("axis", 1)]),
        };
        self.inputs.sort_unstable();
        let order: Vec<i64> = self.inputs.iter().map(|(_, _, lies)| *lies as i64).collect();
        if order.is_sorted() {
            return all;
        }
        let order = graph.integers("prepared.order", &order);
        graph.node_with("Gather", &[&all, &order], "prepared", vec![int("axis", 1)])
    }
}

/// `(x - centre) / spread` with medians where `x` is missing, and the indicators of what is.
fn append_numbers(graph: &mut Builder, numbers: &[Number], parts: &mut Parts) {
    let width = [numbers.len()];
    let list = |of: fn(&Number) -> f64| numbers.iter().map(of).collect::<Vec<f64>>();
    let missing = graph.node("IsNaN", &["features"], "features.missing");
    let fill = graph.doubles("features.fill", &width, &list(|number| number.fill));
    let filled = graph.node("Where", &[&missing, &fill, "features"], "features.filled");
    let centre = graph.doubles("features.centre", &width, &list(|number| number.centre));
    let centred = graph.node("Sub", &[&filled, &centre], "features.centred");
    // A constant column, whose spread is 0, is multiplied by 0.
    let spread = list(|number| if number.spread == 0.0 { 1.0 } else { number.spread });
    let spread = graph.doubles("features.spread", &width, &spread);
    let mut scaled = graph.node("Div", &[&centred, &spread], "features.scaled");
    if numbers.iter().any(|number| number.spread == 0.0) {
        let varies = list(|number| if number.spread == 0.0 { 0.0 } else { 1.0 });
        let varies = graph.doubles("features.varies", &width, &varies);
        scaled = graph.node("Mul", &[&scaled, &varies], "features.varying");
    }
    parts.push(scaled, numbers.iter().map(|number| (number.place, 0)));
    let (columns, places): (Vec<i64>, Vec<usize>) = (0..)
        .zip(numbers)
        .filter(|(_, number)| number.indicator)
        .map(|(column, number)| (column, number.place))
        .unzip();
    if columns.is_empty() {
        return;
    }
    let as_numbers = graph.cast(&missing, data_type::DOUBLE, "features.missing_numbers");
    let columns = graph.integers("features.indicated", &columns);
    let indicators =
        graph.node_with("Gather", &[&as_numbers, &columns], "features.indicators", vec![int("axis", 1)]);
    parts.push(indicators, places.into_iter().map(|place| (place, 1)));
}

/// One column of texts, which lies at `column` of the graph's input and at `place` in the preparation.
fn append_text(
    graph: &mut Builder,
    (column, place): (usize, usize),
    (rule, missing): (&ColumnRule, &[String]),
    parts: &mut Parts,
) {
    let name = format!("category{}", column + 1);
    let index = graph.integers(&format!("{name}.column"), &[column as i64]);
    let text = graph.node_with("Gather", &["categories", &index], &name, vec![int("axis", 1)]);
    let empty: Vec<String> = [String::new()].iter().chain(missing).cloned().collect();
    match rule {
        ColumnRule::Boolean { no, yes, fill, indicator } => {
            let written = [(no, 0), (yes, 1)].map(|(text, value)| spellings(text).map(|text| (text, value)));
            // A text that is neither is as good as a missing one.
            let fallback = if *indicator { 2 } else { *fill as i64 };
            let code = encode(graph, &text, written.into_iter().flatten().collect(), fallback);
            if *indicator {
                let filled = if *fill == 0.0 { vec![1] } else { vec![1, 2] };
                parts.push(any_of(graph, &code, &filled, "yes"), [(place, 0)]);
                parts.push(equal(graph, &code, &[2], "missing"), [(place, 1)]);
            } else {
                parts.push(equal(graph, &code, &[1], "yes"), [(place, 0)]);
            }
        }
        ColumnRule::Category { levels, other, missing, encoding } => {
            let count = levels.len() as i64;
            let known = levels.iter().cloned().zip(0..);
            match encoding {
                CategoryEncoding::Code => {
                    let keys = known.chain(empty.into_iter().map(|text| (text, count + 1))).collect();
                    let code = encode(graph, &text, keys, count);
                    let value = graph.cast(&code, data_type::DOUBLE, &format!("{code}.number"));
                    parts.push(value, [(place, 0)]);
                }
                CategoryEncoding::OneHot => {
                    let of_missing = if *missing { count + i64::from(*other) } else { -1 };
                    let keys = known.chain(empty.into_iter().map(|text| (text, of_missing))).collect();
                    let code = encode(graph, &text, keys, if *other { count } else { -1 });
                    let width = count + i64::from(*other) + i64::from(*missing);
                    let inputs: Vec<i64> = (0..width).collect();
                    parts.push(
                        equal(graph, &code, &inputs, "levels"),
                        (0..inputs.len()).map(|input| (place, input)),
                    );
                }
            }
        }
        ColumnRule::Number { .. } | ColumnRule::DateTime { .. } => {}
    }
}

/// A text that is compared without regard to case, as it is usually written.
fn spellings(text: &str) -> [String; 3] {
    let mut letters = text.chars();
    let titled = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
    [text.to_owned(), text.to_uppercase(), titled.unwrap_or_default()]
}

/// The number of each text; `[batch, 1]`.
fn encode(graph: &mut Builder, text: &str, keys: Vec<(String, i64)>, fallback: i64) -> String {
    let (mut texts, mut numbers): (Vec<String>, Vec<i64>) = (Vec::new(), Vec::new());
    for (key, number) in keys {
        if !texts.contains(&key) {
            texts.push(key);
            numbers.push(number);
        }
    }
    let settings = vec![
        strings("keys_strings", &texts),
        ints("values_int64s", &numbers),
        int("default_int64", fallback),
    ];
    graph.table_node("LabelEncoder", text, &format!("{text}.code"), settings)
}

/// For each of the numbers whether the code is that number, as 1 or 0; `[batch, numbers]`.
fn equal(graph: &mut Builder, code: &str, numbers: &[i64], what: &str) -> String {
    let constant = graph.integers(&format!("{code}.of_{what}"), numbers);
    let holds = graph.node("Equal", &[code, &constant], &format!("{code}.is_{what}"));
    graph.cast(&holds, data_type::DOUBLE, &format!("{code}.{what}"))
}

/// Whether the code is one of neighbouring numbers up to the largest there is, as 1 or 0; `[batch, 1]`.
fn any_of(graph: &mut Builder, code: &str, numbers: &[i64], what: &str) -> String {
    match numbers {
        [_] => equal(graph, code, numbers, what),
        _ => {
            let zero = graph.integers(&format!("{code}.of_{what}"), &[0]);
            let holds = graph.node("Greater", &[code, &zero], &format!("{code}.is_{what}"));
            graph.cast(&holds, data_type::DOUBLE, &format!("{code}.{what}"))
        }
    }
}
