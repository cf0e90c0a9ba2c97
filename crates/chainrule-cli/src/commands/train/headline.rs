//! The result in a sentence, by the rows that tell most: rows of a test, else those of folds, else those held out.
//!
//! Must not know: where it is shown.

use chainrule_report::{Ended, Goal, Outcome, Verdict, learned, percent, show, verdict};

use super::folds::{Folds, Spread};

/// The result in a sentence, and in numbers.
pub(super) struct Headline {
    /// The sentence, without a full stop.
    pub(super) text: String,
    /// What it says, beside the trivial answer: with folds, the mean of what their networks are worth.
    pub(super) outcome: Outcome,
}

/// What tells most: the folds, where they are given, since the final network has learnt from all rows.
pub(super) fn headline(folds: Option<&Folds>, outcome: &Outcome) -> Headline {
    let judged = folds.and_then(|folds| Some((folds, *folds.spreads().first()?)));
    let Some((folds, first)) = judged else {
        return Headline { text: learned(outcome), outcome: outcome.clone() };
    };
    let mut outcome = outcome.clone();
    outcome.network.value = first.mean;
    outcome.rows = folds.rows.iter().sum();
    Headline { text: sentence(folds, first, &outcome), outcome }
}

fn sentence(folds: &Folds, Spread { mean, deviation, .. }: Spread, outcome: &Outcome) -> String {
    let (count, baseline) = (folds.rows.len(), &outcome.baseline);
    let before = match (verdict(outcome), outcome.ended) {
        (_, Ended::Diverged) => "training diverged; ",
        (Verdict::NoBetter, _) => "no better than the trivial answer: ",
        (Verdict::WithinChance, _) => "hardly better than the trivial answer, chance may explain it: ",
        (Verdict::Better, _) => "",
    };
    let who = format!("{before}{count} networks like this one");
    let (answers, trivial) = match outcome.goal {
        Goal::Numbers => {
            let worth = format!(
                "predict `{}` within {} ± {} (root mean square)",
                outcome.target,
                show(mean),
                show(deviation)
            );
            (worth, format!("is off by {}", show(baseline.value)))
        }
        Goal::Classes | Goal::Labels => {
            let what = if outcome.goal == Goal::Labels { "their labels" } else { "them" };
            let (mean, deviation) = (percent(mean), percent(deviation));
            let worth = format!("are right for {} ± {deviation} of {what}", mean.trim_end_matches(" %"));
            (worth, format!("is right for {}", percent(baseline.value)))
        }
    };
    format!("{who}, each judged by rows that it had not seen, {answers}; {} {trivial}", baseline.name)
}
