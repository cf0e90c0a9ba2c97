//! Reverse mode: the chain rule as a transformation of the graph.
//!
//! For a scalar loss `L` the adjoint of a node `y` is `dL/dy`, an array of the shape of `y`. The loss has adjoint 1;
//! walking the nodes backward, each node hands its adjoint `g` to its operands by its rule in [`rules`], and what arrives
//! at a node from several users is added (the multivariate chain rule). Every adjoint is a node, so a gradient prints,
//! plans and differentiates like any other value.
//!
//! Only nodes on a path from the variables to the loss are visited. Must not know: values, layers.
//!
//! Source: Griewank and Walther, "Evaluating Derivatives", 2nd edition, chapter 3.

mod rules;

use crate::{Error, Graph, NodeId, Recorded, Tape, Tensor};

/// The gradients of a scalar `loss` with respect to `wrt`, as further nodes of `tape`.
#[track_caller]
pub(crate) fn grad<'t>(
    tape: &'t Tape,
    loss: Tensor<'t>,
    wrt: &[Tensor<'t>],
) -> Result<Vec<Tensor<'t>>, Error> {
    let adjoints = adjoints(tape, loss, wrt)?;
    let found = |x: &Tensor<'t>| adjoints.get(x.id().index()).copied().flatten();
    let gradients = wrt.iter().map(|x| found(x).unwrap_or_else(|| x.zeros_like())).collect();
    tape.check()?;
    Ok(gradients)
}

/// The adjoint of every node up to the loss that depends on `wrt` and that the loss depends on.
#[track_caller]
pub(crate) fn adjoints<'t>(
    tape: &'t Tape,
    loss: Tensor<'t>,
    wrt: &[Tensor<'t>],
) -> Result<Vec<Option<Tensor<'t>>>, Error> {
    tape.check()?;
    if !loss.shape().is_scalar() {
        return Err(Error::NotScalar { loss: tape.read(|graph| graph.operand(loss.id())) });
    }
    let sources: Vec<NodeId> = wrt.iter().map(|x| x.id()).collect();
    let depends = tape.read(|graph| graph.depends_on(&sources));
    let mut adjoints = vec![None; loss.id().index() + 1];
    if depends[loss.id().index()] {
        adjoints[loss.id().index()] = Some(tape.scalar(1.0));
    }
    for index in (0..adjoints.len()).rev() {
        if let Some(adjoint) = adjoints[index] {
            hand_down(tape.tensor(NodeId::new(index)), adjoint, &depends, &mut adjoints);
        }
    }
    tape.check()?;
    Ok(adjoints)
}

/// Adds what `node` owes its operands to their adjoints.
fn hand_down<'t>(
    node: Tensor<'t>,
    adjoint: Tensor<'t>,
    depends: &[bool],
    adjoints: &mut [Option<Tensor<'t>>],
) {
    let tape = node.tape();
    let (op, inputs) =
        tape.read(|graph| (graph.node(node.id()).op().clone(), graph.node(node.id()).inputs().to_vec()));
    let operands: Vec<Tensor<'t>> = inputs.iter().map(|id| tape.tensor(*id)).collect();
    for (position, id) in inputs.iter().enumerate().filter(|(_, id)| depends[id.index()]) {
        let share = rules::adjoint(&op, &operands, rules::At { y: node, g: adjoint, position });
        let sum = match (adjoints[id.index()], share) {
            (Some(before), Some(share)) => Some(before + share),
            (before, share) => before.or(share),
        };
        adjoints[id.index()] = sum;
    }
}

impl Recorded {
    /// Appends the gradients of the node `loss` with respect to the nodes `wrt`, and returns their ids.
    ///
    /// # Errors
    /// [`Error::NotScalar`] if `loss` is not of shape `[]`.
    #[track_caller]
    pub fn grad(&mut self, loss: NodeId, wrt: &[NodeId]) -> Result<Vec<NodeId>, Error> {
        let tape = Tape::resume(self.clone());
        let tensors: Vec<Tensor<'_>> = wrt.iter().map(|id| tape.tensor(*id)).collect();
        let gradients = grad(&tape, tape.tensor(loss), &tensors)?;
        let ids = gradients.iter().map(|gradient| gradient.id()).collect();
        for (id, gradient) in wrt.iter().zip(gradients) {
            if let Some(name) = self.graph.node(*id).name() {
                gradient.named(&gradient_name(&self.graph, gradient.id(), name));
            }
        }
        *self = tape.finish()?;
        Ok(ids)
    }
}

/// The name of a gradient: `grad(name)`, unless the node has a name already (it is another node's gradient as well).
fn gradient_name(before: &Graph, gradient: NodeId, of: &str) -> String {
    let named = gradient.index() < before.len();
    named.then(|| before.node(gradient).name().map(str::to_owned)).flatten().unwrap_or(format!("grad({of})"))
}

#[cfg(test)]
mod tests {
    use crate::{Array, Error, Tape};

    #[test]
    fn gradients_of_gradients_are_gradients() -> Result<(), Error> {
        let tape = Tape::eager();
        let x = tape.scalar(3.0);
        let cube = x * x * x;
        let first = tape.grad(cube, &[x])?[0];
        let second = tape.grad(first, &[x])?[0];
        let third = tape.grad(second, &[x])?[0];
        let values = [first, second, third].map(|y| y.value().unwrap().values()[0]);
        assert_eq!(values, [27.0, 18.0, 6.0]);
        Ok(())
    }

    #[test]
    fn what_the_loss_does_not_use_has_gradient_zero() -> Result<(), Error> {
        let tape = Tape::eager();
        let (x, y) = (tape.scalar(2.0), tape.array(&Array::new([2], &[1.0, 2.0]).unwrap()));
        let gradients = tape.grad(x * 5.0, &[x, y])?;
        assert_eq!(gradients[0].value()?.values(), [5.0]);
        assert_eq!(gradients[1].value()?.values(), [0.0, 0.0]);
        Ok(())
    }

    #[test]
    fn only_a_scalar_has_a_gradient() {
        let tape = Tape::new();
        let x = tape.input("x", [2].into());
        insta::assert_snapshot!(tape.grad(x, &[x]).unwrap_err(), @r"
        gradient: `x` cannot be differentiated; expected a scalar [], got [2]
        help: reduce it with `sum()` or `mean()` first
        ");
    }
}
