//! `--pytorch FILE`: a state dict as safetensors, and the Python text that loads it.

use std::collections::BTreeMap;
use std::path::Path;

use chainrule_data::Scaling;
use chainrule_files::{sequential, write_state_dict};

use super::Product;
use crate::commands::import::{NETWORK, RECORD};
use crate::model::{Model, Weights};
use crate::prepare::{Inputs, as_scaling};
use crate::stack;

/// The most columns whose scaling is written out in the printed text.
const MOST_LISTED: usize = 32;

/// The state dict, with network, record and Python text in its metadata; the text is printed too.
///
/// # Errors
/// If a layer has no module in PyTorch.
pub(super) fn product(model: &Model, path: &Path) -> anyhow::Result<Product> {
    let stack = stack::of_model(model)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = python(model, &sequential(&stack), &name);
    let metadata = [
        (NETWORK, model.network.spec()),
        (RECORD, serde_json::to_string(&model.record)?),
        ("sequential", text.clone()),
    ];
    let metadata: BTreeMap<String, String> = metadata.map(|(key, text)| (key.to_owned(), text)).into();
    let steps = model.record.training.as_ref().map_or(0, |training| training.steps);
    let bytes = write_state_dict(&stack, steps, &metadata)?;
    Ok(Product { files: vec![(path.to_owned(), bytes)], notes: vec![String::new(), text] })
}

/// The whole program: network, numbers, preprocessing.
fn python(model: &Model, network: &str, file: &str) -> String {
    let kind = if matches!(model.weights, Weights::F64(_)) { "float64" } else { "float32" };
    let mut numbers = String::new();
    let preparation = match &model.inputs {
        Inputs::AsGiven => String::new(),
        Inputs::Prepared(preparation) => match as_scaling(preparation) {
            Some(scaling) => {
                numbers += &pair("centre", "spread", &scaling);
                "    x = (x - centre) / spread\n".to_owned()
            }
            None => PREPARED.to_owned(),
        },
        Inputs::Divided(divisor) => format!("    x = x / {divisor}\n"),
        Inputs::Standardised(scaling) if scaling.width() > MOST_LISTED => LONG_SCALING.to_owned(),
        Inputs::Standardised(scaling) => {
            numbers += &pair("centre", "spread", scaling);
            "    x = (x - centre) / spread\n".to_owned()
        }
    };
    let unit = match &model.outputs {
        Some(scaling) => {
            numbers += &pair("target_centre", "target_spread", scaling);
            "y * target_spread + target_centre"
        }
        None => "y",
    };
    format!(
        "\
import torch
from safetensors.torch import load_file
from torch import nn

{network}model.load_state_dict(load_file({file:?}))
model.eval()
{numbers}

def predict(x):  # x: [rows, {inputs}], float64, the columns as they come
{preparation}    with torch.no_grad():
        y = model(x.to(torch.{kind}))
    return {unit}  # [rows, {outputs}]",
        inputs = model.network.inputs(),
        outputs = model.network.outputs(),
    )
}

/// Where the scaling is too long to be read.
const LONG_SCALING: &str = "\
    # Centre and scale x here by the means and deviations under `scaling` in the metadata `record` of the file.
";

/// Where columns are prepared by more than scaling.
const PREPARED: &str = "\
    # Prepare x here as the `preparation` in the metadata `record` of the file says: levels, dates, missing cells.
";

/// The lines that name the centres and the spreads of a scaling.
fn pair(centre: &str, spread: &str, scaling: &Scaling) -> String {
    // A column that was constant in training is 0 whatever it says: infinity as its deviation does that.
    let spreads: Vec<f64> =
        scaling.spread.iter().map(|spread| if *spread == 0.0 { f64::INFINITY } else { *spread }).collect();
    format!("{centre} = {}\n{spread} = {}\n", tensor(&scaling.centre), tensor(&spreads))
}

fn tensor(numbers: &[f64]) -> String {
    let numbers: Vec<String> = numbers
        .iter()
        .map(|number| if number.is_infinite() { "float(\"inf\")".to_owned() } else { format!("{number:?}") })
        .collect();
    format!("torch.tensor([{}], dtype=torch.float64)", numbers.join(", "))
}
