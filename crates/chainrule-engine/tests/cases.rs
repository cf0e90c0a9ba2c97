//! One row per operation: inference, eager = reference, plan = reference, reverse = forward = numeric gradient, and the
//! second derivative where it exists. An operation without a row fails `every_operation_has_a_row`.

use chainrule_engine::random::{Purpose, Stream};
use chainrule_engine::{
    Array, Axes, Binary, Capacity, CheckConfig, Dim, Error, Feed, Layout, Literal, Moment, NodeId, Op, Order,
    Plan, Recorded, Run, Shape, Tape, Tensor, Unary, check, reference,
};
use chainrule_kernels::Pool;

const BATCH: usize = 3;
/// f64 against f64: the readers add in different orders and use different libraries.
const CLOSE_F64: f64 = 1e-13;
/// f32 against f64: a few roundings of 6e-8 each.
const CLOSE_F32: f64 = 1e-5;

/// One operation with operands that it is checked on.
struct Row {
    op: Op,
    operands: Vec<Shape>,
    /// Where operand values come from: any sign and no kink, positive, or row positions below the number given.
    domains: Vec<Domain>,
    shape: &'static str,
    smoothness: Smoothness,
}

#[derive(Clone, Copy)]
enum Domain {
    /// Magnitudes in [0.3, 1.3), either sign, all different: no ties and no kinks.
    Real,
    /// Values in [0.5, 1.5).
    Positive,
    /// Whole numbers below the bound.
    Position(u64),
}

#[derive(Clone, Copy, PartialEq)]
enum Smoothness {
    /// Has first and second derivatives everywhere on its domain.
    Smooth,
    /// Nothing to differentiate.
    Leaf,
}

use Domain::{Position, Positive, Real};
use Smoothness::{Leaf, Smooth};

fn shape(dims: &[Dim]) -> Shape {
    Shape::new(dims).unwrap()
}

const B: Dim = Dim::Batch;
const fn n(size: usize) -> Dim {
    Dim::Fixed(size)
}

fn row(op: Op, operands: &[(&[Dim], Domain)], shape_text: &'static str) -> Row {
    let smoothness = if operands.is_empty() { Leaf } else { Smooth };
    Row {
        op,
        operands: operands.iter().map(|(dims, _)| shape(dims)).collect(),
        domains: operands.iter().map(|(_, domain)| *domain).collect(),
        shape: shape_text,
        smoothness,
    }
}

fn unary_rows() -> impl Iterator<Item = Row> {
    Unary::ALL.into_iter().map(|function| {
        let domain = match function {
            Unary::Log | Unary::Sqrt => Positive,
            _ => Real,
        };
        row(Op::Unary(function), &[(&[B, n(4)], domain)], "[batch, 4]")
    })
}

fn binary_rows() -> impl Iterator<Item = Row> {
    Binary::ALL.into_iter().map(|function| {
        let domain = if function == Binary::Pow { Positive } else { Real };
        row(Op::Binary(function), &[(&[B, n(4)], domain), (&[B, n(4)], domain)], "[batch, 4]")
    })
}

fn matmul_rows() -> impl Iterator<Item = Row> {
    [(false, false), (false, true), (true, false), (true, true)].into_iter().flat_map(|(ta, tb)| {
        let flat = |rows, columns, flip| if flip { vec![columns, rows] } else { vec![rows, columns] };
        let stacked = |mut dims: Vec<Dim>| {
            dims.insert(0, n(2));
            dims
        };
        let op = Op::MatMul { transpose_a: ta, transpose_b: tb };
        let (a, b) = (flat(n(5), B, ta), flat(B, n(4), tb));
        let batched = row(op.clone(), &[(&stacked(a.clone()), Real), (&stacked(b), Real)], "[2, 5, 4]");
        let (a, b) = (flat(B, n(5), ta), flat(n(5), n(4), tb));
        [batched, row(op, &[(&a, Real), (&b, Real)], "[batch, 4]")]
    })
}

fn table() -> Vec<Row> {
    let literal = Literal::new([2, 2].into(), &[1.0, -2.0, 3.5, 0.0]).unwrap();
    let rows4 = Shape::rows(4);
    let mut table = vec![
        row(Op::Input { slot: 0, shape: rows4 }, &[], "[batch, 4]"),
        row(Op::Param { offset: 0, shape: [2, 3].into() }, &[], "[2, 3]"),
        row(Op::Constant(literal), &[], "[2, 2]"),
        row(Op::Random { stream: 3, shape: rows4 }, &[], "[batch, 4]"),
        row(Op::Reshape(shape(&[B, n(2), n(3)])), &[(&[B, n(6)], Real)], "[batch, 2, 3]"),
        row(Op::LogSoftmax, &[(&[B, n(4)], Real)], "[batch, 4]"),
        row(Op::Pick, &[(&[B, n(4)], Real), (&[B], Position(4))], "[batch]"),
        row(Op::Unpick { classes: 4 }, &[(&[B], Real), (&[B], Position(4))], "[batch, 4]"),
        row(Op::Slice { axis: 1, start: 1, end: 3 }, &[(&[B, n(4), n(2)], Real)], "[batch, 2, 2]"),
        row(Op::Concat { axis: 1 }, &[(&[B, n(1)], Real), (&[B, n(3)], Real)], "[batch, 4]"),
        row(
            Op::Concat { axis: 0 },
            &[(&[n(1), B], Real), (&[n(3), B], Real), (&[n(0), B], Real)],
            "[4, batch]",
        ),
    ];
    for order in [vec![1, 0], vec![0, 1]] {
        let text = if order[0] == 1 { "[4, batch]" } else { "[batch, 4]" };
        table.push(row(Op::Transpose(Order::new(&order).unwrap()), &[(&[B, n(4)], Real)], text));
    }
    let order = Order::new(&[2, 0, 3, 1]).unwrap();
    table.push(row(Op::Transpose(order), &[(&[B, n(2), n(3), n(4)], Real)], "[3, batch, 4, 2]"));
    let cube: &[Dim] = &[B, n(2), n(4)];
    for (axes, text) in [(&[0usize][..], "[2, 4]"), (&[1], "[batch, 4]"), (&[2], "[batch, 2]")] {
        table.push(row(Op::Sum(Axes::of(axes)), &[(cube, Real)], text));
        table.push(row(Op::MaxOver(Axes::of(axes)), &[(cube, Real)], text));
    }
    for (axes, text) in [(&[0usize, 2][..], "[2]"), (&[0, 1, 2], "[]"), (&[], "[batch, 2, 4]")] {
        table.push(row(Op::Sum(Axes::of(axes)), &[(cube, Real)], text));
        table.push(row(Op::MaxOver(Axes::of(axes)), &[(cube, Real)], text));
    }
    for (axes, operand) in [
        (&[0usize][..], &[n(2), n(4)][..]),
        (&[0, 1], &[n(4)]),
        (&[0, 1, 2], &[]),
        (&[1], &[B, n(4)]),
        (&[2], &[B, n(2)]),
        (&[1, 2], &[B]),
    ] {
        let op = Op::Broadcast { axes: Axes::of(axes), shape: shape(cube) };
        table.push(row(op, &[(operand, Real)], "[batch, 2, 4]"));
    }
    table.extend(unary_rows().chain(binary_rows()).chain(matmul_rows()));
    table
}

/// The number of an operation in the closed list: a new operation does not compile without an arm here.
fn number(op: &Op) -> usize {
    match op {
        Op::Input { .. } => 0,
        Op::Param { .. } => 1,
        Op::Constant(_) => 2,
        Op::Random { .. } => 3,
        Op::MatMul { .. } => 4,
        Op::Sum(_) => 5,
        Op::MaxOver(_) => 6,
        Op::Broadcast { .. } => 7,
        Op::Reshape(_) => 8,
        Op::Transpose(_) => 9,
        Op::Concat { .. } => 10,
        Op::Slice { .. } => 11,
        Op::LogSoftmax => 12,
        Op::Pick => 13,
        Op::Unpick { .. } => 14,
        Op::Unary(function) => 15 + Unary::ALL.iter().position(|f| f == function).unwrap(),
        Op::Binary(function) => 28 + Binary::ALL.iter().position(|f| f == function).unwrap(),
    }
}

#[test]
fn every_operation_has_a_row() {
    let mut seen = [false; 34];
    table().iter().for_each(|row| seen[number(&row.op)] = true);
    assert!(seen.iter().all(|seen| *seen), "operations without a row: {seen:?}");
}

/// The row's operation on a tape, its operands as inputs.
struct Built {
    recorded: Recorded,
    operands: Vec<NodeId>,
    result: NodeId,
    /// Σ result · weights, where the weights are the last input.
    loss: NodeId,
}

fn build(row: &Row) -> Built {
    let tape = Tape::new();
    let leaf = row.operands.is_empty();
    let operands: Vec<Tensor<'_>> = row.operands.iter().map(|shape| tape.input("operand", *shape)).collect();
    let result = match &row.op {
        Op::Input { shape, .. } => tape.input("operand", *shape),
        Op::Param { shape, .. } => tape.param("parameter", *shape),
        op => tape.push(op.clone(), &operands),
    };
    let weights = tape.input("weights", result.shape());
    let loss = (result * weights).sum().id();
    let operands = if leaf { vec![] } else { operands.iter().map(|x| x.id()).collect() };
    let result = result.id();
    Built { recorded: tape.finish().unwrap(), operands, result, loss }
}

fn values(domain: Domain, len: usize, number: u64) -> Vec<f64> {
    let mut stream = Stream::new(11, Purpose::Check, number);
    (0..len)
        .map(|_| match domain {
            Real => (stream.next_uniform() + 0.3) * if stream.next_uniform() < 0.5 { -1.0 } else { 1.0 },
            Positive => stream.next_uniform() + 0.5,
            Position(bound) => stream.next_below(bound) as f64,
        })
        .collect()
}

/// The arrays that feed a built row.
fn arrays(row: &Row, built: &Built, batch: usize) -> Vec<Vec<f64>> {
    let mut arrays: Vec<Vec<f64>> = row
        .operands
        .iter()
        .zip(&row.domains)
        .zip(0..)
        .map(|((shape, domain), number)| values(*domain, shape.elements(batch), number))
        .collect();
    let len = built.recorded.graph.node(built.result).shape().elements(batch);
    if matches!(row.op, Op::Input { .. }) {
        arrays.push(values(Real, len, 50));
    }
    arrays.push(values(Real, len, 99));
    arrays
}

fn slices<T>(arrays: &[Vec<T>]) -> Vec<&[T]> {
    arrays.iter().map(Vec::as_slice).collect()
}

const PARAMETERS: [f64; 6] = [0.5, -0.25, 1.0, 2.0, -3.0, 0.125];

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let close = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(close || found.is_nan() && expected.is_nan(), "{what}: {found} is not {expected}");
    }
}

#[test]
fn inference_gives_the_stated_shape() {
    for row in table() {
        let built = build(&row);
        assert_eq!(built.recorded.graph.node(built.result).shape().to_string(), row.shape, "{}", row.op);
    }
}

#[test]
fn plan_equals_reference() {
    for row in table() {
        let built = build(&row);
        let graph = &built.recorded.graph;
        let plan = Plan::compile(graph, &[built.result, built.loss], BATCH).unwrap();
        let (mut wide, mut narrow) = (plan.workspace::<f64>(), plan.workspace::<f32>());
        for batch in [BATCH, 1, 2] {
            let arrays = arrays(&row, &built, batch);
            let feed = slices(&arrays);
            let feed = Feed::new(batch, &feed, &PARAMETERS);
            let expected = reference::evaluate(graph, &[built.result, built.loss], &feed).unwrap();
            plan.run(&feed, &mut wide).unwrap();
            let arrays32: Vec<Vec<f32>> =
                arrays.iter().map(|array| array.iter().map(|x| *x as f32).collect()).collect();
            let parameters = PARAMETERS.map(|x| x as f32);
            plan.run(&Feed::new(batch, &slices(&arrays32), &parameters), &mut narrow).unwrap();
            for (index, expected) in expected.iter().enumerate() {
                let what = row.op.to_string();
                assert_close(wide.output(&plan, index), expected.values(), CLOSE_F64, &what);
                let found: Vec<f64> = narrow.output(&plan, index).iter().map(|x| f64::from(*x)).collect();
                assert_close(&found, expected.values(), CLOSE_F32, &what);
            }
        }
    }
}

#[test]
fn the_number_of_parts_never_shows_in_the_bits() {
    let mut pool = Pool::new(2);
    for row in table() {
        let built = build(&row);
        let (graph, outputs) = (&built.recorded.graph, [built.result, built.loss]);
        for batch in [BATCH, 1, 2] {
            let arrays = arrays(&row, &built, batch);
            let slices = slices(&arrays);
            let feed = Feed::new(batch, &slices, &PARAMETERS).at(Moment { seed: 3, step: 5 });
            let run = Run { batch, parameters: feed.parameters, moment: feed.moment };
            let results = [1, 2, 3, 4, 7].map(|parts| {
                let plan = Plan::compile_in_parts(graph, &outputs, Capacity { batch: BATCH, parts }).unwrap();
                let mut workspace = plan.workspace::<f64>();
                plan.run(&feed, &mut workspace).unwrap();
                // Again, now by several threads, with the inputs where they are.
                plan.execute_on(&mut pool, &run, &mut workspace, |_, _| ()).unwrap();
                let output = |index| workspace.output_parts(&plan, index).flatten().map(|x| x.to_bits());
                output(0).chain(output(1)).collect::<Vec<u64>>()
            });
            assert!(results.iter().all(|bits| *bits == results[0]), "{} with {batch} rows", row.op);
        }
    }
}

#[test]
fn an_empty_batch_runs_wherever_it_has_a_meaning() {
    for row in table() {
        let built = build(&row);
        let plan = Plan::compile(&built.recorded.graph, &[built.result], BATCH).unwrap();
        let mut workspace = plan.workspace::<f64>();
        let arrays = arrays(&row, &built, 0);
        plan.run(&Feed::new(0, &slices(&arrays), &PARAMETERS), &mut workspace).unwrap();
        let len = built.recorded.graph.node(built.result).shape().elements(0);
        assert_eq!(workspace.output(&plan, 0).len(), len, "{}", row.op);
    }
}

/// The same shape with a number in place of the batch: an eager tape knows how many examples there are.
fn concrete(shape: Shape) -> Shape {
    let dims: Vec<Dim> = shape.extents(BATCH).sizes().iter().map(|size| n(*size)).collect();
    Shape::new(&dims).unwrap()
}

fn concrete_op(op: Op) -> Op {
    match op {
        Op::Random { stream, shape } => Op::Random { stream, shape: concrete(shape) },
        Op::Broadcast { axes, shape } => Op::Broadcast { axes, shape: concrete(shape) },
        Op::Reshape(shape) => Op::Reshape(concrete(shape)),
        op => op,
    }
}

#[test]
fn eager_equals_reference() {
    for row in table().into_iter().filter(|row| !matches!(row.op, Op::Input { .. } | Op::Param { .. })) {
        let tape = Tape::eager();
        let operands: Vec<Tensor<'_>> = row
            .operands
            .iter()
            .zip(&row.domains)
            .zip(0..)
            .map(|((shape, domain), number)| {
                let values = values(*domain, shape.elements(BATCH), number);
                let flat = Array::new([values.len()], &values).unwrap();
                tape.array(&flat).reshape(concrete(*shape))
            })
            .collect();
        let result = tape.push(concrete_op(row.op.clone()), &operands);
        let found = result.value().unwrap();
        let expected = reference::evaluate(&tape.graph(), &[result.id()], &Feed::new(0, &[], &[])).unwrap();
        assert_eq!(found.sizes(), expected[0].sizes(), "{}", row.op);
        assert_close(found.values(), expected[0].values(), CLOSE_F64, &row.op.to_string());
    }
}

#[test]
fn an_eager_tape_reads_parameters_and_refuses_what_it_cannot_know() {
    let mut layout = Layout::default();
    layout.add("w", [2].into(), true).unwrap();
    let tape = Tape::eager_with(layout, vec![3.0, 4.0], Moment::default());
    assert_eq!(tape.param("w", [2].into()).square().sum().value().unwrap().values(), [25.0]);
    let unknown = tape.param("v", [2].into()).value().unwrap_err();
    assert!(matches!(unknown, Error::NoValue { .. }), "{unknown}");
    let fed = Tape::eager();
    assert!(fed.input("x", Shape::rows(2)).value().is_err());
    let recorded = Tape::new();
    let message = recorded.scalar(1.0).named("one").value().unwrap_err().to_string();
    assert_eq!(
        message,
        "tape: `one` has no value, since this tape only records; expected a tape made with `Tape::eager`"
    );
}

#[test]
fn tensors_of_two_tapes_do_not_mix() {
    let (a, b) = (Tape::new(), Tape::new());
    let _ = a.scalar(1.0) + b.scalar(2.0);
    assert!(matches!(a.finish().unwrap_err(), Error::ForeignTensor { operation: "add", .. }));
}

/// The operands that have a derivative.
fn differentiable(row: &Row, built: &Built) -> Vec<NodeId> {
    let real = |domain: &Domain| !matches!(domain, Position(_));
    built.operands.iter().zip(&row.domains).filter(|(_, domain)| real(domain)).map(|(id, _)| *id).collect()
}

#[test]
fn reverse_equals_forward_equals_numeric() {
    for row in table().iter().filter(|row| row.smoothness == Smooth) {
        let built = build(row);
        let arrays = arrays(row, &built, BATCH);
        let feed = slices(&arrays);
        let feed = Feed::new(BATCH, &feed, &PARAMETERS);
        let wrt = differentiable(row, &built);
        let report = check(&built.recorded, built.loss, &wrt, &feed, &CheckConfig::default()).unwrap();
        assert!(report.passed(), "{}:\n{report}", row.op);
    }
}

#[test]
fn second_derivatives_equal_numeric_ones() {
    for row in table().iter().filter(|row| row.smoothness == Smooth) {
        let mut built = build(row);
        let wrt = differentiable(row, &built);
        let gradients = built.recorded.grad(built.loss, &wrt).unwrap();
        let tape = Tape::resume(built.recorded.clone());
        // A different multiple of each gradient, so that no two second derivatives cancel.
        let terms = gradients.iter().zip(1..).map(|(id, k)| tape.tensor(*id).sum() * f64::from(k));
        let loss = terms.reduce(|total, term| total + term).unwrap().id();
        let recorded = tape.finish().unwrap();
        let arrays = arrays(row, &built, BATCH);
        let feed = slices(&arrays);
        let feed = Feed::new(BATCH, &feed, &PARAMETERS);
        let report = check(&recorded, loss, &wrt, &feed, &CheckConfig::default()).unwrap();
        assert!(report.passed(), "{}:\n{report}", row.op);
    }
}

#[test]
fn operands_that_do_not_fit_are_refused_with_both_shapes() {
    let tape = Tape::new();
    let x = tape.input("x", Shape::rows(3));
    let weight = tape.param("hidden.weight", [5, 4].into());
    let _ = x.matmul_transposed(weight).relu().sum();
    let message = tape.finish().unwrap_err().to_string();
    assert!(message.starts_with("crates/chainrule-engine/tests/cases.rs:"), "{message}");
    let (_, sentence) = message.split_once(": ").unwrap();
    assert_eq!(
        sentence,
        "`matmul` does not fit `x` [batch, 3] and `hidden.weight` [5, 4]; \
         expected inner dimensions to be equal, got 3 and 4"
    );
}
