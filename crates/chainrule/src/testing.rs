//! Helpers of the unit tests: values and slopes of functions on an eager tape, and golden files.

use chainrule_engine::{Array, Tape, Tensor};
use serde_json::Value;

/// What our `f64` and PyTorch's may differ by, relative to the larger of 1 and the value: compositions of up to ten
/// operations, each rounded to 1.1e-16, whose conditions multiply to less than about 100 on the golden points.
pub(crate) const TORCH_TOLERANCE: f64 = 1e-13;

/// A function of one tensor.
pub(crate) trait Function: for<'t> Fn(Tensor<'t>) -> Tensor<'t> {}
impl<F: for<'t> Fn(Tensor<'t>) -> Tensor<'t>> Function for F {}

/// The values of `f` on rows of the given width.
pub(crate) fn values_of_rows(f: impl Function, x: &[f64], width: usize) -> Vec<f64> {
    let tape = Tape::eager();
    f(rows(&tape, x, width)).value().unwrap().into_values()
}

/// The gradient of `sum(c f(x))` on rows of the given width, where `c` counts 1, 2, ... along each row.
pub(crate) fn slopes_of_rows(f: impl Function, x: &[f64], width: usize) -> Vec<f64> {
    let tape = Tape::eager();
    let x = rows(&tape, x, width);
    let counts: Vec<f64> = (1..=width).map(|number| number as f64).collect();
    let loss = (f(x) * tape.array(&Array::new([width], &counts).unwrap())).sum();
    tape.grad(loss, &[x]).unwrap()[0].value().unwrap().into_values()
}

fn rows<'t>(tape: &'t Tape, x: &[f64], width: usize) -> Tensor<'t> {
    tape.array(&Array::new([x.len() / width, width], x).unwrap())
}

/// The values of an elementwise function.
pub(crate) fn values(f: impl Function, x: &[f64]) -> Vec<f64> {
    values_of_rows(f, x, 1)
}

/// The slopes of an elementwise function.
pub(crate) fn slopes(f: impl Function, x: &[f64]) -> Vec<f64> {
    slopes_of_rows(f, x, 1)
}

/// The JSON file of that name under the golden files.
pub(crate) fn golden(path: &str) -> Value {
    let path = format!("{}/../../tests/golden/{path}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The numbers of a JSON array, nested arrays flattened.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().expect("a golden file holds numbers")],
    }
}

/// Compares within [`TORCH_TOLERANCE`].
pub(crate) fn assert_close(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= TORCH_TOLERANCE * b.abs().max(1.0), "{what} at {place}: {a} and {b}");
    }
}

/// Compares values and gradients with `activations/<name>.json`, which PyTorch made.
pub(crate) fn assert_matches_torch(name: &str, f: impl Function) {
    let file = golden(&format!("activations/{name}"));
    let width = file["width"].as_u64().unwrap() as usize;
    let x = numbers(&file["x"]);
    assert!(x.len() >= 8);
    assert_close(name, &values_of_rows(&f, &x, width), &numbers(&file["y"]));
    assert_close(&format!("slope of {name}"), &slopes_of_rows(&f, &x, width), &numbers(&file["gradient"]));
}

/// Whether values and slopes are finite at the ends of the range that a stable function must survive.
pub(crate) fn assert_stable(f: impl Function) {
    let far = [-1e4, -745.0, -100.0, 100.0, 745.0, 1e4];
    assert!(values(&f, &far).iter().all(|y| y.is_finite()));
    assert!(slopes(&f, &far).iter().all(|slope| slope.is_finite()));
}
