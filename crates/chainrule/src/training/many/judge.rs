//! What the parameters of several networks are worth on the examples that each holds out.

use chainrule_engine::{MOST_LANES, Moment, Pack, Real};

use super::gather::{fill, lane_of};
use super::lane::Lane;
use crate::Error;
use crate::metrics::Evaluation;
use crate::training::evaluate::Judge;
use crate::training::graphs::JUDGED_AT_ONCE;

impl Judge<Pack> {
    /// The evaluation of each lane, in blocks of as many rows as a network alone is judged by. All lanes hold out as many.
    pub(super) fn evaluate_lanes(
        &mut self,
        parameters: &[Pack],
        lanes: &[Lane<'_>],
    ) -> Result<Vec<Evaluation>, Error> {
        let rows = lanes.first().map_or(0, |lane| lane.trainer.validation.rows.len());
        let (mut totals, mut values) = ([0.0; MOST_LANES], vec![Vec::new(); lanes.len()]);
        values.iter_mut().for_each(|values| values.reserve_exact(rows * self.outputs));
        let plan = &self.judging.plan;
        for first in (0..rows).step_by(JUDGED_AT_ONCE) {
            let range = first..rows.min(first + JUDGED_AT_ONCE);
            let sources = lanes.iter().map(|lane| lane.held_out(range.clone()));
            fill(sources, (range.len(), self.judging.target_width), plan, &mut self.workspace);
            plan.execute(range.len(), parameters, Moment::default(), &mut self.workspace)?;
            let (loss, predictions) = (self.workspace.output(plan, 0)[0], self.workspace.output(plan, 1));
            for (lane, values) in lanes.iter().zip(&mut values) {
                totals[lane.number] += f64::from(loss.lane(lane.number));
                values.extend(lane_of(predictions, lane.number).map(f64::from));
            }
        }
        let conclude = |(lane, values): (&Lane<'_>, &Vec<f64>)| {
            self.conclude(totals[lane.number], values, &lane.trainer.validation)
        };
        Ok(lanes.iter().zip(&values).map(conclude).collect())
    }
}
