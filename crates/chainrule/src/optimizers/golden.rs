//! Each optimizer against 20 steps of PyTorch's, on a problem that is not quadratic.
//!
//! Made by `tests/golden/scripts/torch_optimizers.py`.

use serde_json::Value;

use super::{
    Adagrad, Adam, AdamW, AmsGrad, Group, Lbfgs, LbfgsState, NAdam, RAdam, RmsProp, Sgd, State, UpdateRule,
};
use chainrule_engine::Scalar;

const GOLDEN: &str = include_str!("../../../../tests/golden/optimizers/trajectories.json");

/// Both sides see the same gradients bit for bit and differ in the order of some products: a few units in the last place a
/// step, which 20 steps down a curved valley may enlarge. Measured: 2e-15 at most.
const TOLERANCE: f64 = 1e-12;
/// L-BFGS divides by small differences of gradients, which enlarges roundings most. Measured: 2e-11 at most.
const LBFGS_TOLERANCE: f64 = 1e-9;
/// A rounding in `f32` is 2^29 times one in `f64`. Measured: 6e-7 at most.
const SINGLE_TOLERANCE: f64 = 1e-5;

/// Rosenbrock's valley with a quartic, operation by operation as in the script.
fn loss_and_gradient<T: Scalar>(x: &[T], gradient: &mut [T]) -> T {
    let number = T::from_f64;
    let mut loss = T::ZERO;
    gradient.fill(T::ZERO);
    for i in 0..x.len() - 1 {
        let (valley, slope) = (x[i + 1] - x[i] * x[i], number(1.0) - x[i]);
        loss += number(10.0) * valley * valley + slope * slope;
        gradient[i] += number(-40.0) * valley * x[i] - number(2.0) * slope;
        gradient[i + 1] += number(20.0) * valley;
    }
    for i in 0..x.len() {
        let cube = x[i] * x[i] * x[i];
        loss += number(0.25) * cube * x[i];
        gradient[i] += cube;
    }
    loss
}

/// The settings behind a case's name; names without extra settings are the optimizer's own.
fn rule_of(case: &str) -> UpdateRule {
    let rmsprop = RmsProp::default();
    match case {
        "rmsprop centered" => RmsProp { centered: true, ..rmsprop }.into(),
        "rmsprop momentum" => RmsProp { momentum: 0.5, smoothing: 0.9, ..rmsprop }.into(),
        "rmsprop centered momentum" => RmsProp { momentum: 0.5, centered: true, ..rmsprop }.into(),
        "adagrad decay" => {
            Adagrad { learning_rate_decay: 0.05, initial_accumulator: 0.5, ..Adagrad::default() }.into()
        }
        "adam betas" => Adam { beta1: 0.8, beta2: 0.9, epsilon: 1e-4 }.into(),
        "amsgrad" => AmsGrad(Adam { beta2: 0.9, ..Adam::default() }).into(),
        _ => case.trim_end_matches(" decoupled").parse().expect("the script's names are ours"),
    }
}

fn lbfgs_of(case: &str) -> Lbfgs {
    match case {
        "lbfgs" => Lbfgs { max_iterations: 1, ..Lbfgs::default() },
        "lbfgs short history" => {
            Lbfgs { max_iterations: 2, max_evaluations: 4, history: 3, ..Lbfgs::default() }
        }
        _ => panic!("unknown case `{case}`"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn assert_near<T: Scalar>(actual: &[T], expected: &Value, tolerance: f64, place: &str) {
    for (a, e) in actual.iter().zip(numbers(expected)) {
        let error = (a.to_f64() - e).abs();
        assert!(error <= tolerance * e.abs().max(1.0), "{place}: expected {e}, got {a}, error {error:e}");
    }
}

/// Follows a case's trajectory in the type `T`.
fn follow<T: Scalar>(case: &Value, start: &[f64], tolerance: f64) {
    let name = case["name"].as_str().expect("a name");
    let (learning_rate, weight_decay) = (number(&case["learning_rate"]), number(&case["weight_decay"]));
    let rule = rule_of(name);
    let mut state = State::<T>::new(&rule, start.len());
    let mut parameters: Vec<T> = start.iter().map(|&x| T::from_f64(x)).collect();
    let mut gradients = parameters.clone();
    for (step, expected) in case["trajectory"].as_array().expect("a list").iter().enumerate() {
        loss_and_gradient(&parameters, &mut gradients);
        let group = Group { weight_decay, ..Group::whole(&mut parameters, &gradients) };
        rule.update(&mut state, group, learning_rate);
        assert_near(&parameters, expected, tolerance, &format!("{name}, step {step}"));
    }
}

fn follow_lbfgs(case: &Value, start: &[f64]) {
    let name = case["name"].as_str().expect("a name");
    let lbfgs = lbfgs_of(name);
    let mut state = LbfgsState::new(&lbfgs, start.len());
    let mut parameters = start.to_vec();
    for (step, expected) in case["trajectory"].as_array().expect("a list").iter().enumerate() {
        lbfgs.step(&mut state, &mut parameters, &mut loss_and_gradient, number(&case["learning_rate"]));
        assert_near(&parameters, expected, LBFGS_TOLERANCE, &format!("{name}, step {step}"));
    }
}

/// Calls a function for each element-wise case, then another for each of L-BFGS; gives the number of cases.
fn for_each_case(rules: impl Fn(&Value, &[f64]), lbfgs: impl Fn(&Value, &[f64])) -> usize {
    let golden: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    let start = numbers(&golden["start"]);
    let cases = golden["cases"].as_array().expect("a list");
    for case in cases {
        let is_lbfgs = case["name"].as_str().is_some_and(|name| name.starts_with("lbfgs"));
        if is_lbfgs { lbfgs(case, &start) } else { rules(case, &start) }
    }
    cases.len()
}

#[test]
fn trajectories_are_those_of_pytorch() {
    let cases = for_each_case(|case, start| follow::<f64>(case, start, TOLERANCE), follow_lbfgs);
    assert_eq!(cases, 23);
}

#[test]
fn single_precision_follows_the_same_trajectories() {
    for_each_case(|case, start| follow::<f32>(case, start, SINGLE_TOLERANCE), |_, _| {});
}

/// From the same start, with the learning rate of each rule's own scale.
#[test]
fn every_rule_descends_far_into_the_valley() {
    let golden: Value = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    let start = numbers(&golden["start"]);
    let mut gradients = vec![0.0; start.len()];
    let before = loss_and_gradient(&start, &mut gradients);
    for &name in UpdateRule::NAMES {
        let rule: UpdateRule = name.parse().expect("a name of the list");
        let mut state = State::new(&rule, start.len());
        let mut parameters = start.clone();
        let learning_rate = match name {
            "adagrad" => 0.2,
            "lion" => 0.003,
            _ => rule.default_learning_rate(),
        };
        for _ in 0..2000 {
            loss_and_gradient(&parameters, &mut gradients);
            rule.update(&mut state, Group::whole(&mut parameters, &gradients), learning_rate);
        }
        let after = loss_and_gradient(&parameters, &mut gradients);
        assert!(after < 0.2 * before, "{name}: from {before} to {after}");
    }
}

#[test]
fn lbfgs_reaches_the_bottom_in_both_types() {
    fn descend<T: Scalar>() -> f64 {
        let lbfgs =
            Lbfgs { max_iterations: 100, max_evaluations: 150, change_tolerance: 0.0, ..Lbfgs::default() };
        let mut parameters: Vec<T> =
            [-1.2, 1.0, 0.7, -0.3, 1.5, 0.4].iter().map(|&x| T::from_f64(x)).collect();
        let mut state = LbfgsState::new(&lbfgs, parameters.len());
        lbfgs.step(&mut state, &mut parameters, &mut loss_and_gradient, 1.0);
        let mut gradient = parameters.clone();
        loss_and_gradient(&parameters, &mut gradient);
        gradient.iter().fold(0.0, |largest, g| largest.max(g.to_f64().abs()))
    }
    assert!(descend::<f64>() < 1e-7);
    assert!(descend::<f32>() < 1e-3);
}

#[test]
fn defaults_are_those_the_documentation_states() {
    assert_eq!(UpdateRule::from(AdamW::default()).default_weight_decay(), 0.01);
    let rules: [(UpdateRule, usize); 4] = [
        (Sgd::default().into(), 0),
        (Sgd::with_momentum(0.9).into(), 1),
        (NAdam::default().into(), 2),
        (RAdam::default().into(), 2),
    ];
    for (rule, moments) in rules {
        assert_eq!((rule.moments(), rule.default_weight_decay()), (moments, 0.0));
    }
}

/// A unit that dies leaves no trace that slows down the steps after it.
#[test]
fn averages_of_a_gradient_that_vanished_become_zero() {
    for &name in UpdateRule::NAMES {
        let rule: UpdateRule = name.parse().expect("a name of the list");
        let mut state = State::<f32>::new(&rule, 1);
        let mut parameters = [0.5];
        rule.update(&mut state, Group::whole(&mut parameters, &[1e-3]), 1e-3);
        for _ in 0..100_000 {
            rule.update(&mut state, Group::whole(&mut parameters, &[0.0]), 1e-3);
        }
        let subnormal = |moment: &&f32| moment.is_subnormal();
        assert_eq!(state.moments().iter().find(subnormal), None, "{name}");
        assert!(parameters[0].is_finite(), "{name}");
    }
}
