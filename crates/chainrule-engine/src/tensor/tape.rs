//! The tape: a graph that grows while expressions are evaluated.

use core::cell::RefCell;
use core::panic::Location;

use crate::array::Array;
use crate::exec::{self, View};
use crate::feed::Moment;
use crate::op::Literal;
use crate::{Dim, Error, Extents, Graph, Layout, NodeId, Op, Shape, grad, jvp};

/// Records tensors into a graph; an eager tape computes them as well.
///
/// ```
/// use chainrule_engine::{Array, Tape};
/// let tape = Tape::eager();
/// let x = tape.array(&Array::new([3], &[1.0, 2.0, 3.0]).unwrap());
/// let loss = (x * x).sum();
/// let gradient = tape.grad(loss, &[x])?;
/// assert_eq!(loss.value()?.values(), [14.0]);
/// assert_eq!(gradient[0].value()?.values(), [2.0, 4.0, 6.0]);
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Tape {
    recording: RefCell<Recording>,
}

#[derive(Debug, Default)]
struct Recording {
    graph: Graph,
    layout: Layout,
    inputs: usize,
    streams: u64,
    error: Option<Error>,
    eager: Option<Eager>,
}

/// The values of an eager tape, one for each node.
#[derive(Debug, Default)]
struct Eager {
    values: Vec<Array>,
    parameters: Vec<f64>,
    moment: Moment,
}

/// What a tape recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The nodes.
    pub graph: Graph,
    /// The parameters that the graph names.
    pub layout: Layout,
}

impl Tape {
    /// An empty tape that records only.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty tape that computes each tensor in `f64` when it is made.
    pub fn eager() -> Self {
        Self::eager_with(Layout::default(), Vec::new(), Moment::default())
    }

    /// An eager tape on which [`Tape::param`] finds the values of a layout's parameters.
    ///
    /// `parameters` has `layout.len()` elements; a parameter beyond its end has no value, and asking for it is an error.
    pub fn eager_with(layout: Layout, parameters: Vec<f64>, moment: Moment) -> Self {
        let eager = Some(Eager { values: Vec::new(), parameters, moment });
        Tape { recording: RefCell::new(Recording { layout, eager, ..Recording::default() }) }
    }

    /// An empty recording tape that knows the parameters of `layout`.
    pub fn with_layout(layout: Layout) -> Self {
        Tape { recording: RefCell::new(Recording { layout, ..Recording::default() }) }
    }

    /// A tape that continues a graph whose parameters lie in `layout`.
    pub fn resume(recorded: Recorded) -> Self {
        let Recorded { graph, layout } = recorded;
        let next_input = |op: &Op| if let Op::Input { slot, .. } = op { slot + 1 } else { 0 };
        let next_stream = |op: &Op| if let Op::Random { stream, .. } = op { stream + 1 } else { 0 };
        let inputs = graph.nodes().map(|(_, node)| next_input(node.op())).max().unwrap_or(0);
        let streams = graph.nodes().map(|(_, node)| next_stream(node.op())).max().unwrap_or(0);
        let recording = Recording { graph, layout, inputs, streams, error: None, eager: None };
        Tape { recording: RefCell::new(recording) }
    }

    /// The next array that a caller will feed, under a name for messages.
    #[track_caller]
    pub fn input(&self, name: &str, shape: Shape) -> Tensor<'_> {
        let slot = self.recording.borrow().inputs;
        self.recording.borrow_mut().inputs += 1;
        self.push(Op::Input { slot, shape }, &[]).named(name)
    }

    /// The trainable parameter of this name, added to the layout if it is new.
    #[track_caller]
    pub fn param(&self, name: &str, shape: Shape) -> Tensor<'_> {
        self.entry(name, shape, true)
    }

    /// The parameter of this name that no optimizer changes, added to the layout if it is new.
    #[track_caller]
    pub fn statistic(&self, name: &str, shape: Shape) -> Tensor<'_> {
        self.entry(name, shape, false)
    }

    #[track_caller]
    fn entry(&self, name: &str, shape: Shape, trainable: bool) -> Tensor<'_> {
        let added =
            self.recording.borrow_mut().layout.add(name, shape, trainable).map(|entry| entry.range.start);
        match added {
            Ok(offset) => self.push(Op::Param { offset, shape }, &[]).named(name),
            Err(error) => self.fail(error),
        }
    }

    /// One number.
    #[track_caller]
    pub fn scalar(&self, value: f64) -> Tensor<'_> {
        self.push(Op::Constant(Literal::scalar(value)), &[])
    }

    /// An array of numbers.
    #[track_caller]
    pub fn array(&self, array: &Array) -> Tensor<'_> {
        let dims: Vec<Dim> = array.sizes().iter().map(|size| Dim::Fixed(*size)).collect();
        let shape = Shape::new(&dims).expect("an array has at most four dimensions");
        let literal =
            Literal::new(shape, array.values()).expect("an array has as many values as its sizes say");
        self.push(Op::Constant(literal), &[])
    }

    /// Uniform random numbers in [0, 1), independent of every other call's.
    #[track_caller]
    pub fn random(&self, shape: Shape) -> Tensor<'_> {
        let stream = self.recording.borrow().streams;
        self.recording.borrow_mut().streams += 1;
        self.push(Op::Random { stream, shape }, &[])
    }

    /// The number of examples, as a tensor of shape `[]`.
    #[track_caller]
    pub fn batch_size(&self) -> Tensor<'_> {
        self.scalar(1.0).broadcast_to(Shape::BATCH).sum()
    }

    /// The gradients of the scalar `loss` with respect to each of `wrt`, as further tensors of this tape.
    ///
    /// Shapes: each gradient has the shape of its tensor. A tensor on which the loss does not depend has gradient zero.
    /// The gradients can be differentiated again.
    ///
    /// # Errors
    /// [`Error::NotScalar`] if `loss` is not of shape `[]`, or the first error that the tape remembers.
    #[track_caller]
    pub fn grad<'t>(&'t self, loss: Tensor<'t>, wrt: &[Tensor<'t>]) -> Result<Vec<Tensor<'t>>, Error> {
        grad::grad(self, loss, wrt)
    }

    /// The directional derivatives of `outputs` where each `(x, dx)` of `tangents` moves `x` in direction `dx`.
    ///
    /// Forward mode: each derivative has the shape of its output; `dx` has the shape of `x`.
    ///
    /// # Errors
    /// [`Error::Shape`] if a direction has another shape than its tensor, or the first error that the tape remembers.
    #[track_caller]
    pub fn jvp<'t>(
        &'t self,
        outputs: &[Tensor<'t>],
        tangents: &[(Tensor<'t>, Tensor<'t>)],
    ) -> Result<Vec<Tensor<'t>>, Error> {
        jvp::jvp(self, outputs, tangents)
    }

    /// The graph and the table of its parameters.
    ///
    /// # Errors
    /// The first error that the tape remembers.
    pub fn finish(self) -> Result<Recorded, Error> {
        let Recording { graph, layout, error, .. } = self.recording.into_inner();
        error.map_or(Ok(Recorded { graph, layout }), Err)
    }

    /// `Ok` while the tape remembers no error.
    ///
    /// # Errors
    /// The first error that the tape remembers.
    pub fn check(&self) -> Result<(), Error> {
        self.recording.borrow().error.clone().map_or(Ok(()), Err)
    }

    /// A copy of the graph so far.
    pub fn graph(&self) -> Graph {
        self.recording.borrow().graph.clone()
    }

    /// The tensor of a node of this tape's graph.
    pub fn tensor(&self, id: NodeId) -> Tensor<'_> {
        Tensor { tape: self, id }
    }

    /// Reads the graph so far.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Graph) -> R) -> R {
        read(&self.recording.borrow().graph)
    }

    /// Appends a node and returns its tensor; after an error, appends nothing.
    ///
    /// Operands whose number or shapes do not fit the operation are remembered as the tape's error.
    #[track_caller]
    pub fn push(&self, op: Op, inputs: &[Tensor<'_>]) -> Tensor<'_> {
        let location = Location::caller();
        let mut recording = self.recording.borrow_mut();
        if recording.error.is_some() {
            return Tensor { tape: self, id: NodeId::NONE };
        }
        let result = if inputs.iter().any(|input| !core::ptr::eq(input.tape, self)) {
            Err(Error::ForeignTensor { operation: op.name(), location })
        } else {
            let ids: Vec<NodeId> = inputs.iter().map(|input| input.id).collect();
            recording.push(op, &ids, location)
        };
        let id = result.unwrap_or_else(|error| {
            recording.error = Some(error);
            NodeId::NONE
        });
        Tensor { tape: self, id }
    }

    /// Remembers an error, if it is the first.
    pub(crate) fn fail(&self, error: Error) -> Tensor<'_> {
        self.recording.borrow_mut().error.get_or_insert(error);
        Tensor { tape: self, id: NodeId::NONE }
    }
}

impl Recording {
    fn push(
        &mut self,
        op: Op,
        inputs: &[NodeId],
        location: &'static Location<'static>,
    ) -> Result<NodeId, Error> {
        let id = self.graph.push_at(op, inputs, location)?;
        if let Some(eager) = &mut self.eager {
            let value = eager.execute(&self.graph, id)?;
            eager.values.push(value);
        }
        Ok(id)
    }
}

impl Eager {
    fn execute(&self, graph: &Graph, id: NodeId) -> Result<Array, Error> {
        let node = graph.node(id);
        let extents = node.shape().extents(0);
        let no_value = || Error::NoValue { name: graph.label(id) };
        match node.op() {
            Op::Input { .. } => return Err(no_value()),
            Op::Param { offset, .. } => {
                let values =
                    self.parameters.get(*offset..offset + extents.elements()).ok_or_else(no_value)?;
                return Ok(Array::from_parts(extents, values.to_vec()));
            }
            _ => {}
        }
        let operands: Vec<View<&[f64]>> = node
            .inputs()
            .iter()
            .map(|input| &self.values[input.index()])
            .map(|value| View { extents: value.extents(), values: value.values() })
            .collect();
        let sizes: Vec<Extents> = operands.iter().map(|operand| operand.extents).collect();
        let mut scratch = vec![0.0; exec::scratch_len(node.op(), &sizes, extents)];
        let mut values = vec![0.0; extents.elements()];
        let out = View { extents, values: &mut values[..] };
        exec::execute(node.op(), &operands, out, self.moment, &mut scratch);
        Ok(Array::from_parts(extents, values))
    }
}

/// A value on a tape: a handle that can be copied.
///
/// Elementwise operators take two tensors of equal shapes, a tensor and a number, or a tensor and one whose shape is
/// the end of its shape (a bias `[n]` with rows `[batch, n]`). Nothing else is repeated silently.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'t> {
    pub(crate) tape: &'t Tape,
    pub(crate) id: NodeId,
}

impl<'t> Tensor<'t> {
    /// The node in the tape's graph.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tape that the tensor lives on.
    pub fn tape(self) -> &'t Tape {
        self.tape
    }

    /// The shape; `[]` after an error.
    pub fn shape(self) -> Shape {
        if self.id == NodeId::NONE {
            return Shape::SCALAR;
        }
        self.tape.read(|graph| graph.node(self.id).shape())
    }

    /// The same tensor, with a name for messages, prints and traces.
    pub fn named(self, name: &str) -> Self {
        if self.id != NodeId::NONE {
            self.tape.recording.borrow_mut().graph.set_name(self.id, name);
        }
        self
    }

    /// The value on an eager tape.
    ///
    /// # Errors
    /// [`Error::NoValue`] on a tape that only records, or the first error that the tape remembers.
    pub fn value(self) -> Result<Array, Error> {
        self.tape.check()?;
        let recording = self.tape.recording.borrow();
        match &recording.eager {
            Some(eager) => Ok(eager.values[self.id.index()].clone()),
            None => Err(Error::NoValue { name: recording.graph.label(self.id) }),
        }
    }
}
