//! Each schedule against PyTorch's or scikit-learn's, step by step.
//!
//! Made by `tests/golden/scripts/torch_schedules.py`.

use serde_json::Value;

use super::{
    Cosine, CosineRestarts, Exponential, Goal, InverseScaling, OneCycle, Plateau, PlateauState, Polynomial,
    Position, Schedule, StepDecay, Warmup,
};

const GOLDEN: &str = include_str!("../../../../tests/golden/optimizers/schedules.json");

/// PyTorch computes some sequences from the step before, so its roundings add up over the 60 steps.
const TOLERANCE: f64 = 1e-13;

fn schedule_of(case: &str) -> Schedule {
    match case {
        "constant" => Schedule::Constant,
        "step" => Schedule::Step(StepDecay { period: 2, gamma: 0.3 }),
        "exponential" => Schedule::Exponential(Exponential { gamma: 0.9 }),
        "inverse-scaling" => Schedule::InverseScaling(InverseScaling { power: 0.4 }),
        "cosine" => Schedule::Cosine(Cosine { minimum: 0.05 }),
        "cosine-restarts" => {
            Schedule::CosineRestarts(CosineRestarts { first_period: 2, growth: 1, minimum: 0.0 })
        }
        "cosine-restarts growing" => {
            Schedule::CosineRestarts(CosineRestarts { first_period: 1, growth: 2, minimum: 0.1 })
        }
        "one-cycle" => Schedule::OneCycle(OneCycle::default()),
        "one-cycle settings" => {
            Schedule::OneCycle(OneCycle { rising_share: 0.55, initial_divisor: 10.0, final_divisor: 100.0 })
        }
        "polynomial" => Schedule::Polynomial(Polynomial { power: 2.5, end: 0.0 }),
        "warmup" => Schedule::Warmup(Warmup { steps: 7, start: 0.1, ..Warmup::default() }),
        "warmup+cosine" => {
            let after = Box::new(Schedule::Cosine(Cosine::default()));
            Schedule::Warmup(Warmup { steps: 12, start: 0.25, after })
        }
        _ => panic!("unknown case `{case}`"),
    }
}

fn plateau_of(case: &str) -> Plateau {
    let plateau = Plateau { patience: 2, shrink: 0.5, ..Plateau::default() };
    match case {
        "plateau" => plateau,
        "plateau cooldown" => Plateau { cooldown: 3, threshold: 0.05, minimum: 0.2, ..plateau },
        "plateau maximise" => Plateau { goal: Goal::Maximise, ..plateau },
        _ => panic!("unknown case `{case}`"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn cases(golden: &Value, kind: &str) -> Vec<(String, Vec<f64>)> {
    let cases = golden[kind].as_array().expect("a list").iter();
    cases.map(|case| (case["name"].as_str().expect("a name").to_owned(), numbers(&case["factors"]))).collect()
}

fn golden() -> Value {
    serde_json::from_str(GOLDEN).expect("the golden file is JSON")
}

#[test]
fn factors_are_those_of_pytorch_and_scikit_learn() {
    let golden = golden();
    let whole = |name: &str| golden[name].as_u64().expect("a whole number");
    let (total_steps, steps_per_epoch) = (whole("total_steps"), whole("steps_per_epoch"));
    let examples_per_epoch = whole("examples_per_epoch");
    let cases = cases(&golden, "schedules");
    assert_eq!(cases.len(), 12);
    for (name, factors) in cases {
        let schedule = schedule_of(&name);
        assert_eq!(factors.len() as u64, total_steps);
        for (step, expected) in (0..).zip(factors) {
            let position = Position { step, total_steps, steps_per_epoch, examples_per_epoch };
            let error = (schedule.factor(position) - expected).abs();
            assert!(error <= TOLERANCE, "{name}, step {step}: expected {expected}, error {error:e}");
        }
    }
}

#[test]
fn plateaus_cut_when_pytorch_s_do() {
    let golden = golden();
    let values = numbers(&golden["values"]);
    let cases = cases(&golden, "plateaus");
    assert_eq!(cases.len(), 3);
    for (name, factors) in cases {
        let (plateau, mut state) = (plateau_of(&name), PlateauState::default());
        for (epoch, (&value, expected)) in values.iter().zip(factors).enumerate() {
            state = plateau.observe(state, value);
            assert!((state.factor - expected).abs() <= TOLERANCE, "{name}, epoch {epoch}: {}", state.factor);
        }
    }
}
