//! Which runs can be lanes of one pack.
//!
//! Lanes share the graph, so everything that is a constant of it must be equal; they make their steps together, so batches
//! must be equally large; and they share the loop of the optimizer, so its settings must be equal. The learning rate enters
//! only scalars that every lane has for itself.

use chainrule_engine::{MOST_LANES, Shape, Tape};

use super::Numbered;
use crate::layers::Mode;
use crate::metrics::Decision;
use crate::optimizers::Optimizer;
use crate::training::trainer::Trainer;
use crate::{Error, Network};

/// The least number of networks that take less time together than one after another.
const FEWEST_LANES: usize = 4;
/// Parameters of the largest network that gains: sixteen of them, with gradient and moments, must not leave the caches.
const MOST_PARAMETERS: usize = 16_384;

/// The runs in groups of up to [`MOST_LANES`] that are trained together, or alone.
///
/// Where threads would have nothing to do, packs are not filled, as long as they gain.
pub(super) fn packed(
    trainers: Vec<Trainer<'_, f32>>,
    threads: usize,
) -> Result<Vec<Vec<Numbered<Trainer<'_, f32>>>>, Error> {
    let mut groups: Vec<Vec<Numbered<Trainer<'_, f32>>>> = Vec::new();
    for member in trainers.into_iter().enumerate() {
        match groups.iter_mut().find(|group| fits(&group[0].1, &member.1)) {
            Some(group) => group.push(member),
            None => groups.push(vec![member]),
        }
    }
    let mut packs = Vec::new();
    for group in groups {
        let most = if can_be_packed(&group[0].1)? { lanes(group.len(), threads) } else { 1 };
        let mut members = group.into_iter();
        while members.len() > 0 {
            let pack: Vec<_> = members.by_ref().take(most).collect();
            if pack.len() < FEWEST_LANES {
                packs.extend(pack.into_iter().map(|member| vec![member]));
            } else {
                packs.push(pack);
            }
        }
    }
    Ok(packs)
}

/// How many of `members` are trained together: as many as a pack holds, fewer where a thread would have none.
fn lanes(members: usize, threads: usize) -> usize {
    members.div_ceil(threads.max(1)).clamp(FEWEST_LANES, MOST_LANES)
}

/// Whether a run can be a lane at all.
fn can_be_packed(trainer: &Trainer<'_, f32>) -> Result<bool, Error> {
    let follows_rule = matches!(trainer.config.optimizer, Optimizer::Rule(_));
    let gains = trainer.params.values().len() <= MOST_PARAMETERS;
    Ok(follows_rule && gains && !is_random(trainer.network)?)
}

/// Whether training draws random numbers beside the order of the examples.
fn is_random(network: &Network) -> Result<bool, Error> {
    let tape = Tape::with_layout(network.layout()?);
    let x = tape.input("x", Shape::rows(network.inputs()));
    network.forward(&tape, x, Mode::Train)?;
    Ok(tape.graph().is_random())
}

/// Whether two runs can be lanes of the same pack.
fn fits(a: &Trainer<'_, f32>, b: &Trainer<'_, f32>) -> bool {
    let (left, right) = (&a.config, &b.config);
    core::ptr::eq(a.network, b.network)
        && a.training.rows.len() == b.training.rows.len()
        && a.validation.rows.len() == b.validation.rows.len()
        && a.training.is_weighted() == b.training.is_weighted()
        && left.loss == right.loss
        && left.reduction == right.reduction
        && left.optimizer == right.optimizer
        && left.batch_size == right.batch_size
        && left.penalty == right.penalty
        && left.decay() == right.decay()
        && left.clipping == right.clipping
        && left.max_norm == right.max_norm
        && left.averaging == right.averaging
        && decision(a) == decision(b)
}

/// How predictions become answers.
pub(super) fn decision(trainer: &Trainer<'_, f32>) -> Decision {
    let outputs = trainer.network.outputs();
    Decision::new(trainer.training.examples.targets(), outputs, trainer.config.loss)
}
