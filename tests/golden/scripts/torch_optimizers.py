"""Writes ../optimizers/trajectories.json: 20 steps of each optimizer of PyTorch 2.15 in float64 on a fixed problem.

Run from anywhere: python3 torch_optimizers.py. Needs torch; Lion, which torch has not, is its paper's algorithm 2 in Python.

The problem, in 6 dimensions, is Rosenbrock's valley with a quartic. Its gradient is written out in the order of operations that
the Rust test uses, so that both see the same bits.
"""

import json
from pathlib import Path

import torch

STEPS = 20
START = [-1.2, 1.0, 0.7, -0.3, 1.5, 0.4]


def loss_and_gradient(x):
    loss, gradient = 0.0, [0.0] * len(x)
    for i in range(len(x) - 1):
        valley, slope = x[i + 1] - x[i] * x[i], 1.0 - x[i]
        loss += 10.0 * valley * valley + slope * slope
        gradient[i] += -40.0 * valley * x[i] - 2.0 * slope
        gradient[i + 1] += 20.0 * valley
    for i in range(len(x)):
        cube = x[i] * x[i] * x[i]
        loss += 0.25 * cube * x[i]
        gradient[i] += cube
    return loss, gradient


class Lion:
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, parameters, lr, betas=(0.9, 0.99), weight_decay=0.0):
        (self.parameter,) = parameters
        self.lr, (self.beta1, self.beta2), self.weight_decay = lr, betas, weight_decay
        self.mean = torch.zeros_like(self.parameter)

    @torch.no_grad()
    def step(self):
        gradient = self.parameter.grad
        update = torch.sign(self.beta1 * self.mean + (1 - self.beta1) * gradient)
        self.mean = self.beta2 * self.mean + (1 - self.beta2) * gradient
        self.parameter -= self.lr * (update + self.weight_decay * self.parameter)


# Name of the case, class, learning rate, weight decay, other arguments.
OPTIM = torch.optim
CASES = [
    ("sgd", OPTIM.SGD, 0.004, 0, {}),
    ("momentum", OPTIM.SGD, 0.002, 0, {"momentum": 0.9}),
    ("nesterov", OPTIM.SGD, 0.002, 0, {"momentum": 0.9, "nesterov": True}),
    ("rmsprop", OPTIM.RMSprop, 0.01, 0, {}),
    ("rmsprop centered", OPTIM.RMSprop, 0.01, 0, {"centered": True}),
    ("rmsprop momentum", OPTIM.RMSprop, 0.005, 0, {"momentum": 0.5, "alpha": 0.9}),
    ("rmsprop centered momentum", OPTIM.RMSprop, 0.005, 0, {"momentum": 0.5, "centered": True}),
    ("adagrad", OPTIM.Adagrad, 0.1, 0, {}),
    ("adagrad decay", OPTIM.Adagrad, 0.2, 0, {"lr_decay": 0.05, "initial_accumulator_value": 0.5}),
    ("adadelta", OPTIM.Adadelta, 1.0, 0, {}),
    ("adam", OPTIM.Adam, 0.05, 0, {}),
    ("adam betas", OPTIM.Adam, 0.05, 0, {"betas": (0.8, 0.9), "eps": 1e-4}),
    ("amsgrad", OPTIM.Adam, 0.05, 0, {"amsgrad": True, "betas": (0.9, 0.9)}),
    ("adamw", OPTIM.AdamW, 0.05, 0.1, {}),
    ("nadam", OPTIM.NAdam, 0.05, 0, {}),
    ("nadam decoupled", OPTIM.NAdam, 0.05, 0.1, {"decoupled_weight_decay": True}),
    ("radam", OPTIM.RAdam, 0.002, 0, {}),
    ("radam decoupled", OPTIM.RAdam, 0.002, 0.1, {"decoupled_weight_decay": True}),
    ("lion", Lion, 0.05, 0, {}),
    ("lion decoupled", Lion, 0.05, 0.1, {}),
    ("rprop", OPTIM.Rprop, 0.02, 0, {}),
]
# Name of the case, iterations per step, evaluations per step, history.
LBFGS_CASES = [("lbfgs", 1, 25, 10), ("lbfgs short history", 2, 4, 3)]


def trajectory(parameter, step):
    points = []
    for _ in range(STEPS):
        step()
        points.append(parameter.tolist())
    return points


def run(make, learning_rate, weight_decay, arguments):
    parameter = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    if weight_decay:
        arguments = {"weight_decay": weight_decay, **arguments}
    if make is not Lion:
        arguments = {"foreach": False, **arguments}
    optimizer = make([parameter], lr=learning_rate, **arguments)

    def step():
        _, gradient = loss_and_gradient(parameter.tolist())
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()

    return trajectory(parameter, step)


def run_lbfgs(iterations, evaluations, history):
    parameter = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = OPTIM.LBFGS(
        [parameter],
        max_iter=iterations,
        max_eval=evaluations,
        history_size=history,
        line_search_fn="strong_wolfe",
    )

    def closure():
        loss, gradient = loss_and_gradient(parameter.tolist())
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        return loss

    return trajectory(parameter, lambda: optimizer.step(closure))


def main():
    # PyTorch keeps NAdam's product of momenta in the default type, whatever the parameter's: 1e-10 is lost in float32.
    torch.set_default_dtype(torch.float64)
    cases = [
        {"name": name, "learning_rate": rate, "weight_decay": decay, "trajectory": run(make, rate, decay, arguments)}
        for name, make, rate, decay, arguments in CASES
    ]
    cases += [
        {"name": name, "learning_rate": 1.0, "weight_decay": 0, "trajectory": run_lbfgs(*limits)}
        for name, *limits in LBFGS_CASES
    ]
    target = Path(__file__).parent.parent / "optimizers" / "trajectories.json"
    rows = ",\n".join(json.dumps(case) for case in cases)
    start = json.dumps(START)
    version = torch.__version__.split("+")[0]
    target.write_text(f'{{"torch": "{version}", "start": {start}, "cases": [\n{rows}\n]}}\n')


main()
