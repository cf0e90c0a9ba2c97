//! What looks wrong after a training, with the evidence, and which setting would change it.
//!
//! Each finding is a rule over an [`Outcome`]; the thresholds are constants with their reasons. The most serious come first.

use crate::learned::{Verdict, verdict};
use crate::number::{counted, percent, show};
use crate::outcome::{Ended, Epoch, Goal, Outcome, Smallness};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The result is of no use as it is.
    Bad,
    /// The result may be worth less than it looks.
    Warning,
    /// Something that would probably help.
    Hint,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The network is no better than the trivial answer.
    NoBetterThanTrivial,
    /// It was judged by rows that it has learnt from.
    JudgedBySeenRows,
    /// So few rows judge that the figure may be far off.
    FewRowsToJudge,
    /// The rows held out got worse while those learnt from got better.
    Overfitting,
    /// Rows learnt from are answered much better than those held out.
    Gap,
    /// Not even the rows learnt from are answered well.
    Underfitting,
    /// It was still getting better when it ended.
    StillImproving,
    /// A rare class is hardly ever found.
    RareClass,
    /// All answers are right, on many rows.
    Perfect,
}

impl Kind {
    /// A short name for programs: `still improving`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoBetterThanTrivial => "no better than trivial",
            Self::JudgedBySeenRows => "judged by seen rows",
            Self::FewRowsToJudge => "few rows to judge",
            Self::Overfitting => "overfitting",
            Self::Gap => "gap",
            Self::Underfitting => "underfitting",
            Self::StillImproving => "still improving",
            Self::RareClass => "rare class",
            Self::Perfect => "perfect",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was found.
    pub kind: Kind,
    /// How serious it is.
    pub level: Level,
    /// The evidence in a sentence, then what may help.
    pub text: String,
    /// A setting that would change it: the option and its value.
    pub change: Option<(&'static str, String)>,
}

/// A loss this much above its lowest is worse, and not the noise of epochs.
const WORSE: f64 = 1.1;
/// So many epochs after the best one are a trend.
const TREND: usize = 3;
/// A loss that fell by this share in the last tenth of the epochs is still falling.
const FALLING: f64 = 0.02;
/// A share of right answers lower by this is a gap, if it is also beyond two standard errors.
const GAP: f64 = 0.05;
/// An error larger by this factor is a gap.
const GAP_OF_ERRORS: f64 = 1.3;
/// A class is rare below this share of the rows learnt from, and below half of what it would have if all were equal ...
const RARE: f64 = 0.1;
/// ... and hardly ever found below this recall.
const HARDLY_FOUND: f64 = 0.5;
/// Fewer rows than this leave a share of right answers uncertain by a tenth and more.
const FEW: usize = 50;
/// A share held out that is advised where few rows judge ...
const LARGER: f64 = 0.3;
/// ... and where none do.
const USUAL: f64 = 0.2;
/// Decoupled weight decay that is advised, and from which on no more is.
const DECAY: f64 = 0.1;
/// The same for the penalty on half the squares of weights. With ten times as much, L-BFGS on the handwritten digits ends with no
/// weights at all and 10 % right instead of 97 %.
const L2: f64 = 0.01;
/// From so many rows on, nothing wrong at all is suspicious.
const MANY: usize = 100;

/// An error this much smaller than the trivial answer's is suspicious: 99.75 % of the variance is explained.
const SMALL_ERROR: f64 = 0.05;

/// All findings, the most serious first.
pub fn findings(outcome: &Outcome) -> Vec<Finding> {
    if outcome.ended == Ended::Diverged {
        // Its own message says where, why and what helps.
        return Vec::new();
    }
    let rules: [fn(&Outcome) -> Option<Finding>; 9] = [
        no_better,
        underfitting,
        seen_rows,
        overfitting,
        gap,
        rare_class,
        few_rows,
        perfect,
        still_improving,
    ];
    let mut found: Vec<Finding> = rules.iter().filter_map(|rule| rule(outcome)).collect();
    // A gap is then a part of what was said already, or of no weight.
    if found.iter().any(|finding| matches!(finding.kind, Kind::Overfitting | Kind::Underfitting)) {
        found.retain(|finding| finding.kind != Kind::Gap);
    }
    found.sort_by_key(|finding| finding.level);
    found
}

fn finding(
    kind: Kind,
    level: Level,
    text: String,
    change: Option<(&'static str, String)>,
) -> Option<Finding> {
    Some(Finding { kind, level, text, change })
}

fn no_better(outcome: &Outcome) -> Option<Finding> {
    if verdict(outcome) != Verdict::NoBetter {
        return None;
    }
    let text = format!(
        "{} does as well without looking at the other columns; do not rely on these predictions",
        outcome.baseline.name
    );
    finding(Kind::NoBetterThanTrivial, Level::Bad, text, None)
}

/// Whether rows learnt from are answered hardly better than trivially.
fn underfitting(outcome: &Outcome) -> Option<Finding> {
    let (network, baseline) = (outcome.on_training?, outcome.baseline_on_training?);
    let little = match outcome.goal {
        Goal::Numbers => network > 0.9 * baseline,
        // Less than a tenth of what the trivial answer gets wrong.
        Goal::Classes | Goal::Labels => network - baseline < 0.1 * (1.0 - baseline),
    };
    if !little || still_improving(outcome).is_some() {
        return None;
    }
    let text = format!(
        "the rows learnt from are not answered well either ({} beside {} of the trivial answer): the columns may say \
         little about `{}`, or the network is too small or learns too slowly",
        value(outcome, network),
        value(outcome, baseline),
        outcome.target
    );
    let wider = outcome.hidden.iter().max().map_or("64,64".to_owned(), |width| format!("{0},{0}", width * 2));
    finding(Kind::Underfitting, Level::Warning, text, Some(("--hidden", wider)))
}

fn seen_rows(outcome: &Outcome) -> Option<Finding> {
    // Folds judged by rows that were not seen, and say so.
    if !outcome.seen || outcome.folds {
        return None;
    }
    let text = "no rows were held out, so these figures are of rows that it has learnt from; new rows may be answered worse";
    // Of fewer rows, none can be spared.
    let possible = outcome.rows >= 20 && outcome.held_out.is_some_and(|share| share < USUAL);
    let change = possible.then(|| ("--validation", USUAL.to_string()));
    finding(Kind::JudgedBySeenRows, Level::Warning, text.into(), change)
}

fn few_rows(outcome: &Outcome) -> Option<Finding> {
    if outcome.rows >= FEW || outcome.seen || outcome.ended == Ended::NotTrained {
        return None;
    }
    // The rows themselves count too: where groups or times stay together, more may be held out than was asked for.
    let possible = outcome.held_out.is_some_and(|share| share < LARGER);
    let change =
        (possible && outcome.training_rows >= 4 * outcome.rows).then(|| ("--validation", LARGER.to_string()));
    let more =
        if change.is_some() { "a larger part held out tells more" } else { "more rows would tell more" };
    let judge = if outcome.rows == 1 { "judges" } else { "judge" };
    let rows = counted(outcome.rows, "row");
    let text = format!("only {rows} {judge}, so the figure may be far off; {more}");
    finding(Kind::FewRowsToJudge, Level::Hint, text, change)
}

fn overfitting(outcome: &Outcome) -> Option<Finding> {
    let last = outcome.epochs.last()?;
    let best = best_epoch(&outcome.epochs)?;
    let (lowest, now) = (best.validation_loss?, last.validation_loss?);
    let fell = last.training_loss < best.training_loss;
    let rose = now > lowest * WORSE && last.number >= best.number + TREND;
    if !(fell && rose) || outcome.ended == Ended::NoImprovement || nothing_to_gain(outcome) {
        return None;
    }
    let text = format!(
        "overfitting: the loss of the rows held out was lowest in epoch {} ({}) and rose to {}, while that of the rows \
         learnt from fell from {} to {}",
        best.number,
        show(lowest),
        show(now),
        show(best.training_loss),
        show(last.training_loss)
    );
    let patience = (outcome.epochs.len() / 10).clamp(5, 50);
    finding(Kind::Overfitting, Level::Warning, text, Some(("--patience", patience.to_string())))
}

/// The epoch with the lowest loss of the rows held out.
pub(crate) fn best_epoch(epochs: &[Epoch]) -> Option<&Epoch> {
    let judged = epochs.iter().filter(|epoch| epoch.validation_loss.is_some_and(f64::is_finite));
    judged.min_by(|a, b| {
        a.validation_loss.partial_cmp(&b.validation_loss).unwrap_or(core::cmp::Ordering::Equal)
    })
}

fn gap(outcome: &Outcome) -> Option<Finding> {
    let (training, judged) = (outcome.on_training?, outcome.network.value);
    let wide = match outcome.goal {
        Goal::Numbers => judged > GAP_OF_ERRORS * training,
        Goal::Classes | Goal::Labels => training - judged > GAP.max(2.0 * outcome.standard_error(judged)),
    };
    if !wide || outcome.seen {
        return None;
    }
    let change = keeping_small(&outcome.smallness);
    let text = format!(
        "rows learnt from are answered better than others ({} beside {}): some of what was learnt is of these rows alone; \
         more rows help{}",
        value(outcome, training),
        value(outcome, judged),
        if change.is_some() { ", or a penalty on large weights" } else { "" }
    );
    finding(Kind::Gap, Level::Warning, text, change)
}

/// What would keep weights smaller than now, in the way of the optimizer.
fn keeping_small(now: &Smallness) -> Option<(&'static str, String)> {
    let (option, factor) = if now.can_decay { ("--weight-decay", DECAY) } else { ("--l2", L2) };
    (now.decay < DECAY && now.l2 < L2).then(|| (option, factor.to_string()))
}

fn still_improving(outcome: &Outcome) -> Option<Finding> {
    let epochs = &outcome.epochs;
    let last = epochs.last()?;
    let before = epochs.get(epochs.len().checked_sub(1 + (epochs.len() / 10).max(1))?)?;
    // Rows learnt from are always answered better in the end; that says nothing about others.
    let judged = |epoch: &Epoch| if outcome.seen { Some(epoch.training_loss) } else { epoch.validation_loss };
    let loss = |epoch: &Epoch| judged(epoch).unwrap_or(f64::INFINITY);
    let (earlier, now) = (judged(before)?, judged(last)?);
    let lowest = epochs.iter().map(loss).fold(f64::INFINITY, f64::min);
    let falling = now < earlier * (1.0 - FALLING) && now <= lowest;
    if !falling || outcome.ended != Ended::Completed || nothing_to_gain(outcome) {
        return None;
    }
    let text = format!(
        "still getting better at the end: the loss fell from {} in epoch {} to {} in epoch {}",
        show(earlier),
        before.number,
        show(now),
        last.number
    );
    finding(Kind::StillImproving, Level::Hint, text, Some(("--epochs", (2 * epochs.len()).to_string())))
}

/// Whether every judged answer is right, or numbers are met almost exactly.
fn nothing_to_gain(outcome: &Outcome) -> bool {
    match outcome.goal {
        Goal::Numbers => outcome.network.value <= 1e-3 * outcome.baseline.value,
        Goal::Classes | Goal::Labels => outcome.network.value >= 1.0,
    }
}

/// Whether so little is wrong that a column may give the answers away.
fn too_good(outcome: &Outcome) -> bool {
    match outcome.goal {
        Goal::Numbers => outcome.network.value <= SMALL_ERROR * outcome.baseline.value,
        Goal::Classes | Goal::Labels => outcome.network.value >= 1.0,
    }
}

fn rare_class(outcome: &Outcome) -> Option<Finding> {
    let all: usize = outcome.classes.iter().map(|class| class.training_rows).sum();
    let share = |rows: usize| rows as f64 / all.max(1) as f64;
    let rare = RARE.min(0.5 / outcome.classes.len().max(1) as f64);
    let missed = |class: &&crate::Class| {
        share(class.training_rows) < rare && class.judged_rows > 0 && class.recall < HARDLY_FOUND
    };
    let class = outcome.classes.iter().filter(missed).max_by_key(|class| class.judged_rows)?;
    let text = format!(
        "the rare class `{}` ({} of the rows) is found in {} of {} cases",
        class.name,
        percent(share(class.training_rows)),
        (class.recall * class.judged_rows as f64).round(),
        class.judged_rows
    );
    let change = (!outcome.balanced).then(|| ("--class-weight", "balanced".to_owned()));
    finding(Kind::RareClass, Level::Warning, text, change)
}

fn perfect(outcome: &Outcome) -> Option<Finding> {
    if outcome.rows < MANY || outcome.seen || !too_good(outcome) || verdict(outcome) == Verdict::NoBetter {
        return None;
    }
    let text = format!(
        "{}, which is rare: look whether a column gives `{}` away that will not be known beforehand",
        if nothing_to_gain(outcome) { "every answer is right" } else { "hardly an error is left" },
        outcome.target
    );
    finding(Kind::Perfect, Level::Hint, text, None)
}

/// The network's measure as text.
fn value(outcome: &Outcome, value: f64) -> String {
    match outcome.goal {
        Goal::Numbers => format!("an error of {}", show(value)),
        Goal::Classes | Goal::Labels => format!("{} right", percent(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, findings};
    use crate::learned::tests::outcome;
    use crate::outcome::{Class, Ended, Epoch, Goal, Outcome, Smallness};

    fn epochs(count: usize, losses: impl Fn(f64) -> (f64, f64)) -> Vec<Epoch> {
        let epoch = |number: usize| {
            let (training_loss, validation) = losses(number as f64 / count as f64);
            Epoch { number, training_loss, validation_loss: Some(validation), ..Epoch::default() }
        };
        (1..=count).map(epoch).collect()
    }

    fn said(outcome: &Outcome) -> String {
        let line = |finding: super::Finding| {
            let change =
                finding.change.map(|(option, value)| format!(" [{option} {value}]")).unwrap_or_default();
            format!("{:?}: {}{change}", finding.level, finding.text)
        };
        findings(outcome).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn overfitting_is_shown_by_both_losses() {
        let epochs = epochs(40, |t| (1.0 - t, 0.5 + (t - 0.4) * (t - 0.4)));
        let outcome = Outcome { epochs, on_training: Some(1.0), ..outcome(Goal::Classes, 200, 0.8, 0.5) };
        insta::assert_snapshot!(said(&outcome), @"Warning: overfitting: the loss of the rows held out was lowest in epoch 16 (0.5) and rose to 0.86, while that of the rows learnt from fell from 0.6 to 0 [--patience 5]");
        let patient = Outcome { ended: Ended::NoImprovement, ..outcome };
        assert_eq!(findings(&patient)[0].kind, Kind::Gap);
    }

    #[test]
    fn a_run_that_was_still_improving_is_to_go_on() {
        let epochs = epochs(20, |t| (2.0 - t, 2.2 - t));
        let outcome = Outcome { epochs, ..outcome(Goal::Numbers, 200, 0.8, 1.5) };
        insta::assert_snapshot!(said(&outcome), @"Hint: still getting better at the end: the loss fell from 1.3 in epoch 18 to 1.2 in epoch 20 [--epochs 40]");
    }

    #[test]
    fn no_better_than_trivial_is_the_first_thing_said() {
        let outcome = Outcome {
            on_training: Some(0.61),
            baseline_on_training: Some(0.6),
            ..outcome(Goal::Classes, 40, 0.5, 0.6)
        };
        insta::assert_snapshot!(said(&outcome), @r"
        Bad: always `no` does as well without looking at the other columns; do not rely on these predictions
        Warning: the rows learnt from are not answered well either (61 % right beside 60 % right of the trivial answer): the columns may say little about `price`, or the network is too small or learns too slowly [--hidden 64,64]
        Hint: only 40 rows judge, so the figure may be far off; a larger part held out tells more [--validation 0.3]
        ");
    }

    #[test]
    fn a_rare_class_that_is_not_found_is_named() {
        let class = |name: &str, training_rows, judged_rows, recall| Class {
            name: name.into(),
            training_rows,
            judged_rows,
            recall,
        };
        let classes = vec![class("no", 950, 190, 1.0), class("yes", 50, 10, 0.2)];
        let outcome = Outcome { classes, ..outcome(Goal::Classes, 200, 0.96, 0.95) };
        insta::assert_snapshot!(said(&outcome), @"Warning: the rare class `yes` (5 % of the rows) is found in 2 of 10 cases [--class-weight balanced]");
        let balanced = Outcome { balanced: true, ..outcome.clone() };
        assert_eq!(findings(&balanced)[0].change, None);
        // Of sixty classes of the same size, none is rare.
        let equal = Outcome { classes: vec![class("one", 50, 10, 0.2); 60], ..outcome };
        assert_eq!(findings(&equal), []);
    }

    #[test]
    fn figures_of_seen_rows_and_perfect_ones_are_doubted() {
        let seen = Outcome { seen: true, held_out: Some(0.0), ..outcome(Goal::Classes, 40, 1.0, 0.5) };
        insta::assert_snapshot!(said(&seen), @"Warning: no rows were held out, so these figures are of rows that it has learnt from; new rows may be answered worse [--validation 0.2]");
        insta::assert_snapshot!(said(&outcome(Goal::Classes, 100, 1.0, 0.5)), @"Hint: every answer is right, which is rare: look whether a column gives `price` away that will not be known beforehand");
    }

    /// The option that is advised, of a finding that there must be.
    fn advised(outcome: &Outcome, kind: Kind) -> Option<(&'static str, String)> {
        let found = findings(outcome).into_iter().find(|finding| finding.kind == kind);
        found.unwrap_or_else(|| panic!("no finding: {kind:?}")).change
    }

    #[test]
    fn more_rows_to_judge_by_are_advised_only_where_there_are_some() {
        let few = |rows, training_rows, held_out| {
            let outcome = outcome(Goal::Numbers, rows, 1.0, 2.0);
            let outcome = Outcome { training_rows, held_out, ..outcome };
            advised(&outcome, Kind::FewRowsToJudge).map(|(option, value)| format!("{option} {value}"))
        };
        let larger = Some("--validation 0.3".to_owned());
        assert_eq!(few(6, 54, Some(0.1)), larger);
        // Half of them judge already; a group is larger than the share; test rows judge.
        assert_eq!(few(30, 30, Some(0.5)), None);
        assert_eq!(few(30, 30, Some(0.1)), None);
        assert_eq!(few(30, 1000, Some(0.3)), None);
        assert_eq!(few(30, 1000, None), None);
        let test =
            Outcome { judged_by: "test rows".into(), held_out: None, ..outcome(Goal::Numbers, 1, 1.0, 2.0) };
        insta::assert_snapshot!(said(&test), @"Hint: only 1 row judges, so the figure may be far off; more rows would tell more");
    }

    #[test]
    fn rows_are_to_be_held_out_where_folds_do_not_judge_and_some_can_be() {
        let seen =
            |held_out, folds| Outcome { seen: true, held_out, folds, ..outcome(Goal::Numbers, 60, 1.0, 2.0) };
        let usual = Some(("--validation", "0.2".to_owned()));
        assert_eq!(advised(&seen(Some(0.0), false), Kind::JudgedBySeenRows), usual);
        // All are of one time; so many were asked for already.
        assert_eq!(advised(&seen(None, false), Kind::JudgedBySeenRows), None);
        assert_eq!(advised(&seen(Some(0.2), false), Kind::JudgedBySeenRows), None);
        assert_eq!(findings(&seen(None, true)), []);
    }

    #[test]
    fn a_gap_asks_for_smaller_weights_in_the_way_of_the_optimizer() {
        let gap = |can_decay, decay, l2| {
            let smallness = Smallness { can_decay, decay, l2 };
            Outcome { on_training: Some(1.0), smallness, ..outcome(Goal::Numbers, 200, 1.5, 2.0) }
        };
        insta::assert_snapshot!(said(&gap(true, 0.01, 0.0)), @"Warning: rows learnt from are answered better than others (an error of 1 beside an error of 1.5): some of what was learnt is of these rows alone; more rows help, or a penalty on large weights [--weight-decay 0.1]");
        assert_eq!(advised(&gap(false, 0.0, 0.001), Kind::Gap), Some(("--l2", "0.01".to_owned())));
        // None is weaker than what there is.
        insta::assert_snapshot!(said(&gap(true, 0.5, 0.0)), @"Warning: rows learnt from are answered better than others (an error of 1 beside an error of 1.5): some of what was learnt is of these rows alone; more rows help");
        assert_eq!(advised(&gap(true, 0.0, 0.05), Kind::Gap), None);
        assert_eq!(advised(&gap(false, 0.0, 0.01), Kind::Gap), None);
    }

    #[test]
    fn a_good_run_has_no_findings() {
        let epochs = epochs(50, |t| (0.1 + 0.001 * (1.0 - t), 0.12));
        let outcome = Outcome { epochs, on_training: Some(0.96), ..outcome(Goal::Classes, 500, 0.95, 0.4) };
        assert_eq!(findings(&outcome), []);
    }
}
