//! The notebook with hand-written numpy layers on iris ("does it work? mostly not"): its failures, one by one, and the
//! same network learning when written correctly.
//!
//! The replay is the example `06_bug_museum`, which prints the whole table; here are its rows that take little time and do
//! not depend on the last bit of a number.

#[path = "../../../examples/bug_museum/mod.rs"]
mod bug_museum;

use bug_museum::{Bug, Ending, Fixes, Replay, replay};
use chainrule::optimizers::Sgd;
use chainrule::{Control, Examples, Features, Loss, Network, Targets, Trainer, TrainingConfig};
use chainrule_data::{Scaling, Target, builtin};

fn run(fixes: &str, epochs: usize) -> Replay {
    replay(fixes.parse().unwrap(), epochs, 0).unwrap()
}

/// Loss and accuracy as the table prints them.
fn printed(replay: &Replay, decimals: usize) -> (String, String) {
    (format!("{:.decimals$}", replay.loss), format!("{:.3}", replay.accuracy))
}

fn assert_row(fixes: &str, epochs: usize, loss: &str, accuracy: &str) {
    let outcome = run(fixes, epochs);
    let decimals = loss.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    assert_eq!(printed(&outcome, decimals), (loss.into(), accuracy.into()), "{fixes} for {epochs} epochs");
    assert_eq!(outcome.ending, Ending::Finished, "{fixes} for {epochs} epochs");
}

#[test]
fn as_written_it_answers_each_class_s_share() {
    let outcome = run("none", 40);
    assert_eq!(printed(&outcome, 4), ("1.0986".into(), "0.333".into()));
    assert_eq!(format!("{:.4}", 3f64.ln()), "1.0986");
    let answers = outcome.answers.iter().flat_map(|answer| &answer.probabilities);
    assert!(answers.into_iter().all(|p| (p - 1.0 / 3.0).abs() < 5e-4));
    let of_one = &outcome.answers[45];
    let share = of_one.target.iter().zip(&of_one.slope).map(|(y, slope)| slope + y / 0.3333);
    // Bug C adds (1 - y) / (1 - a) to each slope -y / a.
    assert!(share.zip(&of_one.target).all(|(rest, y)| (rest - (1.0 - y) / 0.6667).abs() < 1e-2));
}

#[test]
fn without_both_a_and_b_nothing_is_learnt() {
    assert_row("A", 40, "1.0986", "0.333");
    assert_row("A+T", 40, "1.0986", "0.333");
    assert_row("T", 40, "1.0986", "0.333");
    assert_row("C+T", 100, "77.2", "0.333");
    assert_row("D+T", 100, "77.2", "0.333");
    assert_row("AD+T", 150, "153.5", "0.333");
    assert_row("ACD+T", 150, "153.5", "0.333");
    assert_row("BCD+T", 150, "2.50", "0.333");
}

#[test]
fn with_a_and_b_it_learns_although_other_gradients_are_wrong() {
    assert_row("AB+T", 150, "0.229", "0.940");
    assert_row("ABD+T", 150, "0.236", "0.940");
    assert_row("ABE+T", 150, "0.150", "0.993");
    assert_row("ABCDE+T", 150, "0.160", "0.987");
    assert_row("ABCE+T", 150, "0.237", "0.987");
}

#[test]
fn the_guard_stops_repaired_versions_too() {
    let trips = [("B", 1), ("C", 1), ("D", 1), ("ACD", 1), ("BCD", 1), ("AB", 3), ("ABC", 19), ("ABCDEF", 5)];
    for (fixes, epoch) in trips {
        assert_eq!(run(fixes, 100).ending, Ending::Tripped(epoch), "{fixes}");
    }
    let stopped = run("ABD", 100);
    assert_eq!((stopped.ending, printed(&stopped, 3).0.as_str()), (Ending::Tripped(52), "0.323"));
    assert_eq!(run("ABCD", 40).ending, Ending::Finished);
}

/// Why the table gives ranges for some rows: nothing but the order of additions separates two processors there.
#[test]
fn some_rows_depend_on_the_last_bit_of_one_weight() {
    let loss = |fixes: &str, epochs, nudge| replay(fixes.parse().unwrap(), epochs, nudge).unwrap().loss;
    let spread = |fixes, epochs| (loss(fixes, epochs, 0) - loss(fixes, epochs, 1)).abs();
    assert!(spread("B+T", 100) > 1e-3);
    assert!(spread("AB+T", 100) < 1e-6);
}

#[test]
fn no_answer_can_have_a_loss_below_the_entropy_of_the_soft_targets() {
    let floor = -(0.98 * 0.98f64.ln() + 2.0 * 0.01 * 0.01f64.ln());
    assert_eq!(format!("{floor:.4}"), "0.1119");
    assert!(run("ABE+T", 40).loss > floor);
}

#[test]
fn repairs_are_named_by_letters() {
    let fixes: Fixes = "T+BA".parse().unwrap();
    assert_eq!(fixes.to_string(), "AB+T");
    assert!(fixes.repair(Bug::Sigmoid) && !fixes.repair(Bug::Bias));
    assert_eq!(Fixes::default().to_string(), "none");
    let message = "AX".parse::<Fixes>().unwrap_err();
    assert_eq!(message, "fixes `AX`: no such bug; expected letters of ABCDEFT or `none`, got `X`");
}

/// Iris with its features scaled one by one.
fn flowers() -> Examples<'static> {
    let (features, target) = builtin::iris().unwrap().into_parts();
    let rows: Vec<usize> = (0..features.rows()).collect();
    let scaling = Scaling::fit(&features, &rows).unwrap();
    let mut values: Vec<f64> = rows.iter().flat_map(|row| features.row(*row)).collect();
    values.chunks_mut(4).for_each(|row| scaling.apply_f64(row));
    let Target::Classes { labels, .. } = target else { panic!("iris has classes") };
    let features = Features::Real { width: 4, values: values.into() };
    Examples::new(features, Targets::Classes { count: 3, labels: labels.into() }).unwrap()
}

/// The notebook's widths, activations, loss, learning rate and batches, in the library. Targets of 0.98 and 0.01 are a label
/// smoothing of 0.03: 0.97 + 0.03 / 3, and 0.03 / 3.
fn written_correctly(seed: u64) -> (Network, TrainingConfig) {
    let config = TrainingConfig {
        loss: Loss::CrossEntropy { label_smoothing: 0.03 },
        optimizer: Sgd::default().into(),
        learning_rate: Some(0.5),
        epochs: 100,
        batch_size: 2,
        seed,
        ..TrainingConfig::default()
    };
    ("4,sigmoid:50,sigmoid:20,sigmoid:10,softmax:3".parse().unwrap(), config)
}

fn accuracy(network: &Network, parameters: &[f64], examples: &Examples<'_>) -> f64 {
    let loss = Loss::CrossEntropy { label_smoothing: 0.03 };
    chainrule::evaluate(network, parameters, loss, examples).unwrap().get("accuracy").unwrap()
}

#[test]
fn written_correctly_the_same_network_learns_iris() {
    let examples = flowers();
    let (network, config) = written_correctly(47);
    let trained = Trainer::<f64>::new(&network, &examples, config).unwrap();
    let trained = trained.run(&mut |_| Control::Continue).unwrap();
    let right = accuracy(&network, trained.params.values(), &examples);
    assert!(right >= 0.95, "{right}");
}

/// The notebook has no test set and never shuffles; here each flower is judged by a network that has not seen it.
#[test]
fn written_correctly_it_knows_flowers_that_it_has_not_seen() {
    let examples = flowers();
    let mut sum = 0.0;
    for split in chainrule::folds(&examples, 5, 0) {
        let (network, config) = written_correctly(1);
        let trainer = Trainer::<f64>::new(&network, &examples, config).unwrap();
        let trained = trainer.with_split(split).unwrap().run(&mut |_| Control::Continue).unwrap();
        let last = trained.history.epochs.last().unwrap();
        sum += last.validation_score.filter(|score| score.name == "accuracy").unwrap().value;
    }
    assert!(sum / 5.0 >= 0.93, "{}", sum / 5.0);
}
