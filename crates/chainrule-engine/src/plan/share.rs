//! How the leaves of a plan, such as the gradients of weights, are dealt out to workers.
//!
//! The outputs without rows lie one after another at the start of the shared arena. That range is cut once for each
//! worker where the work is even; each computes the lines of the leaves in its piece, and nobody else writes there.
//! Cuts fall between lines, so every element is computed as it would be alone. Must not know: threads, values.

use core::ops::Range;

use super::memory::Place;
use super::step::{Step, Work};

/// A worker's piece of the outputs, and the leaves or lines of leaves that lie in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) range: Range<usize>,
    pub(super) lines: Vec<Lines>,
}

/// Some lines of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// The leaf's number.
    pub(super) leaf: usize,
    pub(super) lines: Range<usize>,
    /// Where they lie in the shared arena.
    pub(super) range: Range<usize>,
}

/// Cuts the first `head` elements of the shared arena for `parts` workers.
pub(super) fn shares(leaves: &[Step], head: usize, parts: usize, batch: usize) -> Vec<Share> {
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    order.sort_by_key(|leaf| offset(&leaves[*leaf]));
    let total: f64 = leaves.iter().map(|leaf| cost(leaf, batch) * leaf.lines() as f64).sum();
    let (mut shares, mut done) = (vec![Share { range: 0..head, lines: vec![] }], 0.0);
    for leaf in order {
        let step = &leaves[leaf];
        let (count, cost) = (step.lines(), cost(step, batch));
        let line = step.shape.elements(0) / count.max(1);
        let mut first = 0;
        while first < count {
            // The lines that still fit into this worker's even part of all work; the last one takes what is left.
            let room = total * shares.len() as f64 / parts as f64 - done;
            let fitting = if shares.len() == parts { count } else { (room / cost).round().max(0.0) as usize };
            let lines = first..count.min(first + fitting);
            if !lines.is_empty() {
                let range = offset(step) + lines.start * line..offset(step) + lines.end * line;
                done += cost * lines.len() as f64;
                first = lines.end;
                shares.last_mut().expect("there is one from the start").lines.push(Lines {
                    leaf,
                    lines,
                    range,
                });
            }
            if first < count {
                begin_next(&mut shares, offset(step) + first * line);
            }
        }
    }
    while shares.len() < parts {
        begin_next(&mut shares, head);
    }
    shares
}

/// Ends the last share at `cut` and begins another one there.
fn begin_next(shares: &mut Vec<Share>, cut: usize) {
    let last = shares.last_mut().expect("there is one from the start");
    let end = core::mem::replace(&mut last.range.end, cut);
    shares.push(Share { range: cut..end, lines: vec![] });
}

fn offset(step: &Step) -> usize {
    match step.place {
        Place::Shared(offset) => offset,
        Place::Rows(_) | Place::Parameters(_) => unreachable!("a leaf has no rows and is not a parameter"),
    }
}

/// About how long a line of a leaf takes, in vector operations; above 0.
fn cost(step: &Step, batch: usize) -> f64 {
    let read = step.operands.iter().map(|operand| operand.shape.elements(batch)).max().unwrap_or(0);
    let written = step.shape.elements(0) / step.lines().max(1);
    let products = match &step.work {
        Work::Product(..) if step.lines() > 1 => written * batch,
        Work::Product(..) => read * written,
        Work::Chain(_) | Work::Single(_) | Work::Copy { .. } => read,
    };
    1.0 + written as f64 + products as f64
}

#[cfg(test)]
mod tests {
    use crate::plan::Capacity;
    use crate::{Plan, Shape, Tape};

    /// The gradients of a layer of 10 units, then those of one of 3.
    fn plan(parts: usize) -> Plan {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(20));
        let (w1, w2) = (tape.param("w1", [10, 20].into()), tape.param("w2", [3, 10].into()));
        let y = x.matmul_transposed(w1).relu().matmul_transposed(w2);
        let gradients: Vec<_> = tape.grad(y.sum(), &[w1, w2]).unwrap().iter().map(|g| g.id()).collect();
        Plan::compile_in_parts(&tape.finish().unwrap().graph, &gradients, Capacity { batch: 8, parts })
            .unwrap()
    }

    #[test]
    fn shares_follow_each_other_and_cover_every_line_once() {
        for parts in 1..=9 {
            let plan = plan(parts);
            assert_eq!(plan.shares.len(), parts);
            assert_eq!((plan.shares[0].range.start, plan.shares[parts - 1].range.end), (0, 230));
            assert!(plan.shares.windows(2).all(|pair| pair[0].range.end == pair[1].range.start));
            let mut lines = [0; 2];
            for share in &plan.shares {
                for part in &share.lines {
                    assert!(share.range.start <= part.range.start && part.range.end <= share.range.end);
                    assert_eq!(part.lines.start, lines[part.leaf], "in order, without gaps");
                    lines[part.leaf] = part.lines.end;
                }
            }
            assert!(plan.steps.leaves.iter().zip(lines).all(|(leaf, lines)| leaf.lines() == lines));
        }
    }

    #[test]
    fn even_work_is_cut_in_the_middle() {
        let ends: Vec<usize> = plan(2).shares.iter().map(|share| share.range.end).collect();
        assert_eq!(ends, [120, 230]);
    }
}
