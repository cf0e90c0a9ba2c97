"""Writes ../optimizers/schedules.json: the learning rate's factor at each of 60 steps, by PyTorch 2.15's schedulers.

Run from anywhere: python3 torch_schedules.py. Needs torch and scikit-learn, whose inverse scaling PyTorch has not.
"""

import json
import warnings
from pathlib import Path

import torch
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from torch.optim import lr_scheduler

TOTAL_STEPS, STEPS_PER_EPOCH, EXAMPLES_PER_EPOCH = 60, 6, 187
# Falls, rests, jumps, falls again, rests for long: one value an epoch.
VALUES = [1.0, 0.8, 0.7, 0.7, 0.71, 0.72, 0.7, 0.69999, 0.6, 0.61, 0.62, 0.9, 0.58, 0.575, 0.57, 0.57]
VALUES += [0.57, 0.57, 0.57, 0.57, 0.57, 0.57, 0.3, 0.31, 0.31, 0.31, 0.31, 0.31, 0.31, 0.31, 0.31, 0.31]


def optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


def factors(make, every=1):
    """The factor of each step, where the scheduler is stepped after each `every` steps."""
    target = optimizer()
    scheduler = make(target)
    result = []
    for step in range(TOTAL_STEPS):
        result.append(float(target.param_groups[0]["lr"]))
        target.step()
        if (step + 1) % every == 0 and step + 1 < TOTAL_STEPS:
            scheduler.step()
    return result


def restarts(**arguments):
    target = optimizer()
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(target, **arguments)
    result = []
    for step in range(TOTAL_STEPS):
        scheduler.step(step / STEPS_PER_EPOCH)
        result.append(float(target.param_groups[0]["lr"]))
    return result


def inverse_scaling(power):
    target = SGDOptimizer([], learning_rate_init=1.0, lr_schedule="invscaling", power_t=power)
    result = []
    for epoch in range(TOTAL_STEPS // STEPS_PER_EPOCH):
        result += [float(target.learning_rate)] * STEPS_PER_EPOCH
        target.iteration_ends((epoch + 1) * EXAMPLES_PER_EPOCH)
    return result


def linear(target, steps, start):
    return lr_scheduler.LinearLR(target, start_factor=start, total_iters=steps)


def warmup_and_cosine(target):
    parts = [linear(target, 12, 0.25), lr_scheduler.CosineAnnealingLR(target, TOTAL_STEPS - 12)]
    return lr_scheduler.SequentialLR(target, parts, milestones=[12])


def plateau(**arguments):
    target = optimizer()
    scheduler = lr_scheduler.ReduceLROnPlateau(target, patience=2, factor=0.5, **arguments)
    result = []
    for value in VALUES:
        scheduler.step(value)
        result.append(float(target.param_groups[0]["lr"]))
    return result


def one_cycle(**arguments):
    return lambda o: lr_scheduler.OneCycleLR(o, 1.0, TOTAL_STEPS, cycle_momentum=False, **arguments)


def main():
    warnings.simplefilter("ignore")
    epoch = STEPS_PER_EPOCH
    schedules = {
        "constant": factors(lambda o: lr_scheduler.ConstantLR(o, factor=1.0)),
        "step": factors(lambda o: lr_scheduler.StepLR(o, 2, 0.3), epoch),
        "exponential": factors(lambda o: lr_scheduler.ExponentialLR(o, 0.9), epoch),
        "inverse-scaling": inverse_scaling(0.4),
        "cosine": factors(lambda o: lr_scheduler.CosineAnnealingLR(o, TOTAL_STEPS, eta_min=0.05)),
        "cosine-restarts": restarts(T_0=2),
        "cosine-restarts growing": restarts(T_0=1, T_mult=2, eta_min=0.1),
        "one-cycle": factors(one_cycle()),
        "one-cycle settings": factors(one_cycle(pct_start=0.55, div_factor=10.0, final_div_factor=100.0)),
        "polynomial": factors(lambda o: lr_scheduler.PolynomialLR(o, TOTAL_STEPS, 2.5)),
        "warmup": factors(lambda o: linear(o, 7, 0.1)),
        "warmup+cosine": factors(warmup_and_cosine),
    }
    plateaus = {
        "plateau": plateau(),
        "plateau cooldown": plateau(cooldown=3, threshold=0.05, min_lr=0.2),
        "plateau maximise": plateau(mode="max"),
    }
    lines = [f'"torch": "{torch.__version__.split("+")[0]}"']
    lines += [f'"total_steps": {TOTAL_STEPS}, "steps_per_epoch": {STEPS_PER_EPOCH}']
    lines += [f'"examples_per_epoch": {EXAMPLES_PER_EPOCH}', f'"values": {json.dumps(VALUES)}']
    for kind, cases in [("schedules", schedules), ("plateaus", plateaus)]:
        rows = ",\n".join(json.dumps({"name": name, "factors": values}) for name, values in cases.items())
        lines.append(f'"{kind}": [\n{rows}\n]')
    target = Path(__file__).parent.parent / "optimizers" / "schedules.json"
    target.write_text("{" + ",\n".join(lines) + "}\n")


main()
