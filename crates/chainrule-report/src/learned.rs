//! What was learned, in a sentence, and how it stands to the trivial answer.

use crate::number::{percent, show};
use crate::outcome::{Ended, Goal, Outcome, likely_range};

/// How a network stands to the trivial answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No better, or worse.
    NoBetter,
    /// Better, but by no more than chance explains.
    WithinChance,
    /// Better.
    Better,
}

impl Verdict {
    /// A short name for programs: `no better`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoBetter => "no better",
            Self::WithinChance => "within chance",
            Self::Better => "better",
        }
    }
}

/// The share of variance below which numbers are predicted hardly better than by their mean.
const HARDLY: f64 = 0.02;

/// How the network stands to the trivial answer on the judged rows.
///
/// Right answers are counted: the lead is within chance if the trivial answer's share lies in the range that is likely for the
/// network's (95 of 100 cases, Wilson). Numbers are within chance where less than 2 % of the variance is explained. Values that
/// are no numbers are no better.
pub fn verdict(outcome: &Outcome) -> Verdict {
    let (network, baseline) = (outcome.network.value, outcome.baseline.value);
    match outcome.goal {
        Goal::Numbers if network < baseline => {
            let little = 1.0 - (network / baseline).powi(2) < HARDLY;
            if little { Verdict::WithinChance } else { Verdict::Better }
        }
        Goal::Classes | Goal::Labels if network > baseline => {
            let (low, _) = likely_range(network, outcome.rows);
            if baseline >= low { Verdict::WithinChance } else { Verdict::Better }
        }
        _ => Verdict::NoBetter,
    }
}

/// One sentence: what the network does on the judged rows, and what the trivial answer does.
///
/// ```text
/// 14 of 15 rows held out are classified right (93.3 %, likely 70.2 to 98.8 %); always `setosa` is right for 5 (33.3 %)
/// ```
///
/// A network that is no better than the trivial answer is said to be so, first.
pub fn learned(outcome: &Outcome) -> String {
    let sentence = match outcome.goal {
        Goal::Classes | Goal::Labels => of_answers(outcome),
        Goal::Numbers => of_numbers(outcome),
    };
    let before = match (verdict(outcome), outcome.ended) {
        (_, Ended::Diverged) => "training diverged; ",
        (Verdict::NoBetter, _) => "no better than the trivial answer: ",
        (Verdict::WithinChance, _) => "hardly better than the trivial answer, chance may explain it: ",
        (Verdict::Better, _) => "",
    };
    format!("{before}{sentence}")
}

fn of_answers(outcome: &Outcome) -> String {
    let Outcome { network, baseline, rows, judged_by, .. } = outcome;
    let (low, high) = likely_range(network.value, *rows);
    // Rows that were learnt from tell nothing about others.
    let likely = if outcome.seen {
        String::new()
    } else {
        format!(", likely {} to {}", show_percent(low), percent(high))
    };
    let sure = format!("{}{likely}", percent(network.value));
    if outcome.goal == Goal::Labels {
        return format!(
            "{} of the labels of {} are right; {} gets {}",
            percent(network.value),
            format_args!("{rows} {judged_by}"),
            baseline.name,
            percent(baseline.value)
        );
    }
    format!(
        "{} of {rows} {judged_by} are classified right ({sure}); {} is right for {} ({})",
        outcome.right(network),
        baseline.name,
        outcome.right(baseline),
        percent(baseline.value)
    )
}

fn of_numbers(outcome: &Outcome) -> String {
    let Outcome { network, baseline, rows, judged_by, target, .. } = outcome;
    let explained = outcome.explained.filter(|share| *share > 0.0 && verdict(outcome) != Verdict::NoBetter);
    let explained = explained
        .map(|share| format!("; {} of its variance is explained", percent(share)))
        .unwrap_or_default();
    format!(
        "`{target}` is predicted within {} (root mean square) on {rows} {judged_by}; {} is off by {}{explained}",
        show(network.value),
        baseline.name,
        show(baseline.value)
    )
}

/// Without its sign, for the first of two.
fn show_percent(share: f64) -> String {
    percent(share).trim_end_matches(" %").to_owned()
}

/// The network beside the trivial answer, for two bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared, and which way is better: `right answers (more is better)`.
    pub what: &'static str,
    /// Name, length as a share of the longest possible bar, and the value as text: the network's, then the trivial one's.
    pub bars: [(String, f64, String); 2],
}

/// The network beside the trivial answer.
pub fn comparison(outcome: &Outcome) -> Comparison {
    let (network, baseline) = (outcome.network.value, outcome.baseline.value);
    let longest = if outcome.goal == Goal::Numbers { network.max(baseline) } else { 1.0 };
    let length = |value: f64| if longest > 0.0 { (value / longest).clamp(0.0, 1.0) } else { 0.0 };
    let text = |value: f64| if outcome.goal == Goal::Numbers { show(value) } else { percent(value) };
    Comparison {
        what: match outcome.goal {
            Goal::Classes => "right answers (more is better)",
            Goal::Labels => "right labels (more is better)",
            Goal::Numbers => "error, root mean square (less is better)",
        },
        bars: [
            ("this network".to_owned(), length(network), text(network)),
            (outcome.baseline.name.clone(), length(baseline), text(baseline)),
        ],
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Verdict, learned, verdict};
    use crate::outcome::{Answer, Ended, Goal, Outcome, Smallness};

    /// An outcome without epochs and classes, judged by a tenth of the rows.
    pub(crate) fn outcome(goal: Goal, rows: usize, network: f64, baseline: f64) -> Outcome {
        let trivial = if goal == Goal::Numbers { "always the mean" } else { "always `no`" };
        Outcome {
            goal,
            target: "price".into(),
            judged_by: "rows held out".into(),
            rows,
            seen: false,
            training_rows: 9 * rows,
            held_out: Some(0.1),
            folds: false,
            network: Answer { name: "this network".into(), value: network },
            baseline: Answer { name: trivial.into(), value: baseline },
            explained: (goal == Goal::Numbers).then(|| 1.0 - (network / baseline).powi(2)),
            on_training: None,
            baseline_on_training: None,
            classes: Vec::new(),
            balanced: false,
            epochs: Vec::new(),
            ended: Ended::Completed,
            hidden: vec![32],
            smallness: Smallness { can_decay: true, ..Smallness::default() },
        }
    }

    #[test]
    fn what_was_learned_is_said_in_a_sentence() {
        let say = |goal, rows, network, baseline| learned(&outcome(goal, rows, network, baseline));
        insta::assert_snapshot!(say(Goal::Classes, 150, 0.94, 0.34), @"141 of 150 rows held out are classified right (94 %, likely 89 to 96.8 %); always `no` is right for 51 (34 %)");
        insta::assert_snapshot!(say(Goal::Classes, 100, 0.9, 0.9), @"no better than the trivial answer: 90 of 100 rows held out are classified right (90 %, likely 82.6 to 94.5 %); always `no` is right for 90 (90 %)");
        insta::assert_snapshot!(say(Goal::Classes, 10, 0.7, 0.6), @"hardly better than the trivial answer, chance may explain it: 7 of 10 rows held out are classified right (70 %, likely 39.7 to 89.2 %); always `no` is right for 6 (60 %)");
        insta::assert_snapshot!(say(Goal::Numbers, 44, 55.2, 77.0), @"`price` is predicted within 55.2 (root mean square) on 44 rows held out; always the mean is off by 77; 48.6 % of its variance is explained");
        insta::assert_snapshot!(say(Goal::Numbers, 44, 80.0, 77.0), @"no better than the trivial answer: `price` is predicted within 80 (root mean square) on 44 rows held out; always the mean is off by 77");
        insta::assert_snapshot!(say(Goal::Labels, 40, 0.9, 0.6), @"90 % of the labels of 40 rows held out are right; always `no` gets 60 %");
    }

    #[test]
    fn numbers_that_are_none_are_no_better() {
        assert_eq!(verdict(&outcome(Goal::Numbers, 5, f64::NAN, 1.0)), Verdict::NoBetter);
        assert_eq!(verdict(&outcome(Goal::Classes, 5, f64::NAN, 0.5)), Verdict::NoBetter);
    }

    #[test]
    fn a_perfect_score_on_few_rows_may_be_chance() {
        assert_eq!(verdict(&outcome(Goal::Classes, 2, 1.0, 0.5)), Verdict::WithinChance);
        assert_eq!(verdict(&outcome(Goal::Classes, 100, 1.0, 0.5)), Verdict::Better);
    }
}
