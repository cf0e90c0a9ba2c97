//! Normalisations, slopes, and softmax: layers with numbers for each column, or functions of whole rows.

use super::attributes::Node;
use super::layer::{Layer, NORM_EPSILON};
use super::reader::{Reader, Step};
use super::stage::{Affine, Value};
use crate::Function;
use crate::Values;

/// `y = scale (x - mean) / sqrt(variance + epsilon) + shift`. Another epsilon than that of layers here moves into the variance,
/// and into the scale where no variance is small enough.
pub(super) fn batch_norm(reader: &mut Reader, node: &Node) -> Step<Value> {
    if node.int("training_mode", 0) != 0 {
        return Err("it measures the batch (training_mode 1); expected a graph for prediction".to_owned());
    }
    let rows = reader.rows_of(node, 0)?;
    let mut scale = each_column(reader, node, 1, "its scale")?;
    let [shift, mean] =
        [(2, "its shift"), (3, "its mean")].map(|(place, what)| each_column(reader, node, place, what));
    let mut variance = each_column(reader, node, 4, "its variance")?;
    let epsilon = node.float("epsilon", NORM_EPSILON);
    let mut is_in_scale = false;
    for (scale, variance) in scale.iter_mut().zip(&mut variance) {
        is_in_scale |= move_epsilon(epsilon, scale, variance)?;
    }
    if epsilon != NORM_EPSILON {
        let part = if is_in_scale { "running variance and scale" } else { "running variance" };
        reader.note(&format!("the epsilon {epsilon} of a batch normalisation became part of its {part}"));
    }
    let (scale, shift, mean, variance) =
        (Values::F64(scale), Values::F64(shift?), Values::F64(mean?), Values::F64(variance));
    let width = reader.width(rows);
    reader.layer(rows, Layer::BatchNorm { scale, shift, mean, variance }, width)
}

/// Makes `scale / sqrt(variance + epsilon)` the same with the epsilon of layers here, and a variance of at least 0; tells whether
/// the scale had to change.
fn move_epsilon(epsilon: f64, scale: &mut f64, variance: &mut f64) -> Step<bool> {
    let below = *variance + epsilon;
    if below <= 0.0 {
        return Err(format!("it divides by the root of {below}; expected a variance and an epsilon above 0"));
    }
    if below < NORM_EPSILON {
        *scale *= (NORM_EPSILON / below).sqrt();
        *variance = 0.0;
    } else if epsilon != NORM_EPSILON {
        *variance = below - NORM_EPSILON;
    }
    Ok(below < NORM_EPSILON)
}

/// `y = scale (x - m) / sqrt(v + epsilon) + shift` over each row.
pub(super) fn layer_norm(reader: &mut Reader, node: &Node) -> Step<Value> {
    last_axis(node, -1)?;
    let epsilon = node.float("epsilon", NORM_EPSILON);
    if epsilon != NORM_EPSILON {
        return Err(format!(
            "its epsilon is {epsilon}; expected {NORM_EPSILON}, the only one of layers here"
        ));
    }
    let rows = reader.rows_of(node, 0)?;
    let width = reader.width(rows);
    let scale = Values::F64(each_column(reader, node, 1, "its scale")?);
    let shift = match reader.operand(node, 2) {
        None => {
            reader.take(width, size_of::<f64>())?;
            vec![0.0; width]
        }
        Some(_) => each_column(reader, node, 2, "its shift")?,
    };
    reader.layer(rows, Layer::LayerNorm { scale, shift: Values::F64(shift) }, width)
}

/// `y = x if x > 0 else slope x`.
pub(super) fn prelu(reader: &mut Reader, node: &Node) -> Step<Value> {
    let rows = reader.rows_of(node, 0)?;
    let width = reader.width(rows);
    let constant = reader.constant(reader.operand(node, 1), "its slope")?;
    let slope = reader.columns(&constant, width, "its slope")?;
    if width > 1 && constant.numbers().is_ok_and(|values| values.len() == 1) {
        reader.note("the one slope of a PRelu became one for each unit");
    }
    reader.layer(rows, Layer::Prelu { slope: Values::F64(slope) }, width)
}

/// `y = (x - offset) scale`, the operation of scikit-learn's scalers.
pub(super) fn scaler(reader: &mut Reader, node: &Node) -> Step<Value> {
    let rows = reader.rows_of(node, 0)?;
    let width = reader.width(rows);
    reader.take(4 * width, size_of::<f64>())?;
    let [offset, factor] =
        [("offset", 0.0), ("scale", 1.0)].map(|(name, default)| match &node.floats(name)[..] {
            [] => Ok(vec![default; width]),
            [one] => Ok(vec![*one; width]),
            each if each.len() == width => Ok(each.to_vec()),
            other => {
                Err(format!("`{name}` does not fit the rows; expected {width} numbers, got {}", other.len()))
            }
        });
    let (offset, factor) = (offset?, factor?);
    let term = offset.iter().zip(&factor).map(|(offset, factor)| -offset * factor).collect();
    reader.affine(rows, Affine { factor, term })
}

/// `y = e^x / Σ e^x` over each row.
pub(super) fn softmax(reader: &mut Reader, node: &Node) -> Step<Value> {
    of_rows(reader, node, Function::Softmax)
}

/// The logarithm of softmax.
pub(super) fn log_softmax(reader: &mut Reader, node: &Node) -> Step<Value> {
    of_rows(reader, node, Function::LogSoftmax)
}

fn of_rows(reader: &mut Reader, node: &Node, activation: Function) -> Step<Value> {
    // Version 13 made the last axis the default; for rows of two axes both mean the same.
    last_axis(node, if reader.opset < 13 { 1 } else { -1 })?;
    let rows = reader.rows_of(node, 0)?;
    let width = reader.width(rows);
    reader.layer(rows, Layer::Activation(activation), width)
}

/// Checks that an operation goes along the rows.
pub(super) fn last_axis(node: &Node, default: i64) -> Step<()> {
    match node.int("axis", default) {
        1 | -1 => Ok(()),
        axis => Err(format!("it goes along axis {axis}; expected 1, along each row")),
    }
}

/// A number for each column, of the constant that a node takes at this place.
fn each_column(reader: &mut Reader, node: &Node, place: usize, what: &str) -> Step<Vec<f64>> {
    let width = reader.width(reader.rows_of(node, 0)?);
    let constant = reader.constant(reader.operand(node, place), what)?;
    reader.columns(&constant, width, what)
}
