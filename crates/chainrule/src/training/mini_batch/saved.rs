//! Snapshots of a run with a step for each batch, and going on from them.
//!
//! A run stores the first layer's matrix the other way round; a snapshot has the declared order, so that it does not depend
//! on how a run stores its numbers. Must not know: files.

use chainrule_engine::Scalar;

use super::{Run, declared};
use crate::optimizers::SavedOptimizer;
use crate::training::snapshot::Snapshot;
use crate::training::terms::terms;
use crate::training::turned::Turned;
use crate::{Average, Error};

impl<T: Scalar> Run<'_, T> {
    /// The run as it is after a step or an epoch.
    pub(super) fn snapshot(&self) -> Snapshot<T> {
        let turned = self.turned.as_ref();
        let mut optimizer = SavedOptimizer::of_rule(&self.rule, &self.state);
        each_vector(&mut optimizer.vectors, self.parameters.len(), turned, Turned::turn_back);
        let average = self.average.as_ref().zip(self.trainer.config.averaging).map(|(average, decay)| {
            Average::from_parts(decay, average.steps(), declared(turned, average.values()).into_owned())
        });
        Snapshot {
            settings: self.terms.get_or_init(|| terms(&self.trainer)).clone(),
            steps: self.steps,
            learning_rate: self.learning_rate,
            parameters: declared(turned, &self.parameters).into_owned(),
            optimizer,
            average,
            plateau: self.plateau.map(|(_, state)| state),
            best: self.review.best().clone(),
            history: self.review.history.clone(),
            tally: self.tally,
            converged: false,
        }
    }

    /// The run where its trainer's snapshot was taken, if it has one.
    pub(super) fn restored(mut self) -> Result<Self, Error> {
        let Some(mut snapshot) = self.trainer.snapshot.take() else { return Ok(self) };
        snapshot.check(&self.trainer)?;
        let (turned, parameters) = (self.turned.as_ref(), self.parameters.len());
        each_vector(&mut snapshot.optimizer.vectors, parameters, turned, Turned::turn);
        each_vector(&mut snapshot.parameters, parameters, turned, Turned::turn);
        self.state = snapshot.optimizer.to_state(&self.rule, parameters)?;
        self.parameters.copy_from_slice(&snapshot.parameters);
        if let (Some(average), Some(decay)) = (snapshot.average, self.trainer.config.averaging) {
            let mut values = average.values().to_vec();
            each_vector(&mut values, parameters, turned, Turned::turn);
            self.average = Some(Average::from_parts(decay, average.steps(), values));
        }
        if let (Some((_, state)), Some(saved)) = (&mut self.plateau, snapshot.plateau) {
            *state = saved;
        }
        self.review.restore(snapshot.history, snapshot.best);
        self.tally = snapshot.tally;
        (self.steps, self.learning_rate) = (snapshot.steps, snapshot.learning_rate);
        Ok(self)
    }
}

/// Brings each of several vectors, one after another, into another order.
fn each_vector<T: Scalar>(
    vectors: &mut [T],
    parameters: usize,
    turned: Option<&Turned>,
    bring: impl Fn(&Turned, &mut [T]),
) {
    if let Some(turned) = turned {
        vectors.chunks_exact_mut(parameters.max(1)).for_each(|vector| bring(turned, vector));
    }
}
