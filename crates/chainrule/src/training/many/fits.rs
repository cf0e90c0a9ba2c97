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
const MOST_PARAMETERS: usize = 4096;

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
    let is_new = trainer.snapshot.is_none();
    Ok(follows_rule && gains && is_new && !is_random(trainer.network)?)
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
        && a.snapshot.is_none() == b.snapshot.is_none()
        && decision(a) == decision(b)
}

/// How predictions become answers.
pub(super) fn decision(trainer: &Trainer<'_, f32>) -> Decision {
    let outputs = trainer.network.outputs();
    Decision::new(trainer.training.examples.targets(), outputs, trainer.config.loss)
}

#[cfg(test)]
mod tests {
    use super::packed;
    use crate::optimizers::Lbfgs;
    use crate::{Examples, Features, Network, Targets, Trainer, TrainingConfig};

    fn examples() -> Examples<'static> {
        let features = Features::Real { width: 2, values: vec![0.5; 40].into() };
        let labels = (0..20).map(|row| row % 2).collect();
        Examples::new(features, Targets::Classes { count: 2, labels }).expect("20 rows")
    }

    /// The sizes of the packs of runs with these settings.
    fn sizes(network: &Network, threads: usize, configs: impl Iterator<Item = TrainingConfig>) -> Vec<usize> {
        let examples = examples();
        let trainer = |config| Trainer::new(network, &examples, config).expect("the settings are sound");
        let packs = packed(configs.map(trainer).collect(), threads).expect("the network is sound");
        packs.iter().map(Vec::len).collect()
    }

    fn seeds(count: u64) -> impl Iterator<Item = TrainingConfig> {
        (0..count).map(|seed| TrainingConfig { seed, ..TrainingConfig::default() })
    }

    #[test]
    fn packs_are_filled_and_a_small_rest_is_trained_alone() {
        let network: Network = "2,tanh:3,softmax:2".parse().expect("the spec is ours");
        assert_eq!(sizes(&network, 1, seeds(3)), [1, 1, 1]);
        assert_eq!(sizes(&network, 1, seeds(4)), [4]);
        assert_eq!(sizes(&network, 1, seeds(34)), [16, 16, 1, 1]);
        assert_eq!(sizes(&network, 1, seeds(37)), [16, 16, 5]);
    }

    #[test]
    fn every_thread_has_a_pack_where_there_are_enough_runs() {
        let network: Network = "2,tanh:3,softmax:2".parse().expect("the spec is ours");
        assert_eq!(sizes(&network, 2, seeds(20)), [10, 10]);
        assert_eq!(sizes(&network, 4, seeds(10)), [4, 4, 1, 1]);
        assert_eq!(sizes(&network, 2, seeds(64)), [16; 4]);
    }

    #[test]
    fn what_the_graph_or_the_loop_depends_on_keeps_runs_apart() {
        let network: Network = "2,tanh:3,softmax:2".parse().expect("the spec is ours");
        let apart = |seed: u64| TrainingConfig {
            seed,
            batch_size: if seed.is_multiple_of(2) { 4 } else { 8 },
            learning_rate: Some(0.1 / (seed + 1) as f64),
            epochs: 1 + seed as usize,
            ..TrainingConfig::default()
        };
        assert_eq!(sizes(&network, 1, (0..10).map(apart)), [5, 5]);
        let searched = |config: TrainingConfig| config.with_optimizer(Lbfgs::default().into());
        assert_eq!(sizes(&network, 1, seeds(4).map(searched)), [1; 4]);
    }

    #[test]
    fn noise_and_size_keep_a_network_alone() {
        for spec in ["2,tanh:3,dropout(0.5),softmax:2", "2,relu:200,relu:200,softmax:2"] {
            let network: Network = spec.parse().expect("the spec is ours");
            assert_eq!(sizes(&network, 1, seeds(4)), [1; 4], "{spec}");
        }
    }
}
