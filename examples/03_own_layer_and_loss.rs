//! A layer and a loss of one's own, checked against finite differences and then trained.
//! The layer is that of radial basis functions: unit j answers `exp(-|x - c_j|²)`, where the centre `c_j` is learnt. The
//! loss is `sqrt(1 + e²) - 1` of the error `e`: a parabola near 0, straight far away, so that wild targets do not bend the
//! curve much. Neither needs a derivative of its own: both are made of the graph's operations.

use chainrule::engine::{Axes, CheckConfig, Feed, NodeId, Plan, Shape, Tape, Tensor, check};
use chainrule::initializers::{Fans, Initializer};
use chainrule::layers::{Layer, Parameter, Role, Scope};
use chainrule::optimizers::{Adam, Group, State, UpdateRule};
use chainrule::{Activation, Error, Mode, Network};

#[derive(Debug)]
struct RadialBasis(usize);

impl Layer for RadialBasis {
    fn kind(&self) -> &'static str {
        "radial_basis"
    }
    fn spec(&self) -> String {
        format!("radial_basis:{}", self.0)
    }
    fn outputs(&self, _inputs: usize) -> Result<usize, Error> {
        Ok(self.0)
    }

    fn parameters(&self, inputs: usize) -> Vec<Parameter> {
        let (shape, fans) = (Shape::from([self.0, inputs]), Fans { inputs, outputs: self.0 });
        let initializer = Initializer::Uniform { bound: 3.0 };
        vec![Parameter { name: "centre".into(), shape, role: Role::Bias, initializer, fans }]
    }

    /// `|x - c|² = |x|² - 2 x·c + |c|²`, so that one matrix product gives all distances: `[batch, units]`.
    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        let (centre, of_each_row) = (scope.parameter("centre"), Axes::of(&[1]));
        let (xx, cc) = (x.square().sum_over(of_each_row), centre.square().sum_over(of_each_row));
        (2.0 * x.matmul_transposed(centre) - xx.columns(self.0) - cc).exp()
    }
}

fn main() -> Result<(), Error> {
    let network = Network::new(1).layer(RadialBasis(8)).dense(1, Activation::Identity);
    let mut params = network.initialise::<f64>(0)?;

    let tape = Tape::new();
    let (x, target) = (tape.input("x", Shape::rows(1)), tape.input("target", Shape::rows(1)));
    let forward = network.forward(&tape, x, Mode::Train)?;
    let loss = ((1.0 + (forward.output - target).square()).sqrt() - 1.0).mean();
    let (loss, output) = (loss.id(), forward.output.id());
    let wrt: Vec<NodeId> = forward.parameters.iter().map(|parameter| parameter.id()).collect();
    let mut recorded = tape.finish()?;

    // Sixty points of a sine; every tenth is far off.
    let rows: Vec<f64> = (0..60).map(|i| f64::from(i) / 10.0 - 3.0).collect();
    let target = |(i, x): (usize, &f64)| if i % 10 == 5 { 8.0 } else { x.sin() };
    let targets: Vec<f64> = rows.iter().enumerate().map(target).collect();
    let inputs = [&rows[..], &targets];
    let feed = Feed::new(rows.len(), &inputs, params.values());
    println!("{}\n", check(&recorded, loss, &wrt, &feed, &CheckConfig::default())?);

    // The gradient is more graph; the plan runs it, and Adam follows it.
    let outputs = [recorded.grad(loss, &wrt)?, vec![loss, output]].concat();
    let plan = Plan::compile(&recorded.graph, &outputs, rows.len())?;
    let (mut workspace, adam) = (plan.workspace::<f64>(), UpdateRule::from(Adam::default()));
    let mut state = State::new(&adam, params.values().len());
    for step in 0..=1000 {
        plan.run(&Feed::new(rows.len(), &inputs, params.values()), &mut workspace)?;
        if step % 250 == 0 {
            let [loss, curve] = [0, 1].map(|after| workspace.output(&plan, wrt.len() + after));
            let far: f64 = curve.iter().zip(&rows).map(|(y, x)| (y - x.sin()).abs()).sum();
            println!("loss {:.4}, on average {:.4} from the sine", loss[0], far / 60.0);
        }
        adam.update(
            &mut state,
            Group::whole(params.values_mut(), workspace.outputs(&plan, 0..wrt.len())),
            0.01,
        );
    }
    Ok(())
}
