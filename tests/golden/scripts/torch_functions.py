"""Writes ../activations/*.json, ../losses/*.json and ../layers/*.json: values and gradients of PyTorch's functions in float64.

Run from anywhere: python3 torch_functions.py. Needs torch (the files were made with 2.15). Points lie off the kinks at which
PyTorch and this project choose different slopes. Functions that PyTorch lacks are written out from their formula and
differentiated by its autograd; they are marked below.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

GOLDEN = Path(__file__).parent.parent
POINTS = [-1e4, -745.5, -100.0, -20.25, -6.5, -3.3, -1.75, -0.9, -0.5, -0.1, -1e-3, -1e-9]
POINTS = POINTS + [0.0] + [-x for x in reversed(POINTS)]
ROWS = [[0.5, -1.25, 3.0, 0.0], [1e4, -1e4, 0.0, 1.0], [2.0, 2.0, 2.0, 2.0], [-30.0, 0.25, -0.75, 12.5]]

ELEMENTWISE = {
    "identity": lambda x: x * 1.0,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "leaky_relu_0.3": lambda x: F.leaky_relu(x, 0.3),
    "elu": F.elu,
    "elu_0.5": lambda x: F.elu(x, 0.5),
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    # Not F.softplus: above its threshold it is the identity, and without one its gradient overflows.
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "softsign": F.softsign,
    "hard_tanh": F.hardtanh,
    "relu6": F.relu6,
}


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def write(path, record):
    target = GOLDEN / f"{path}.json"
    target.parent.mkdir(exist_ok=True)
    record = {"source": "scripts/torch_functions.py", **record}
    target.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in record.items()) + "\n}\n")


def activation(name, function, x, width):
    """y and the gradient of sum(c y), where c counts 1, 2, ... along each row."""
    x = tensor(x).reshape(-1, width).requires_grad_()
    y = function(x)
    counts = torch.arange(1, width + 1, dtype=torch.float64)
    (y * counts).sum().backward()
    record = {"width": width, "x": x.tolist(), "y": y.tolist(), "gradient": x.grad.tolist()}
    write(f"activations/{name}", record)


def loss(name, function, prediction, target, **settings):
    """The terms of a loss and the gradient of their sum with respect to the prediction."""
    prediction = tensor(prediction).requires_grad_()
    terms = function(prediction, target)
    terms.sum().backward()
    record = {"settings": settings, "prediction": prediction.tolist(), "target": target.tolist()}
    write(f"losses/{name}", {**record, "terms": terms.tolist(), "gradient": prediction.grad.tolist()})


PREDICTION = [[0.5, -1.25, 3.0], [1e4, -1e4, 0.25], [2.0, 2.0, 2.0], [-30.0, 0.75, 12.5]]
REAL = [[0.0, -1.0, 1.5], [0.0, 5.0, 0.5], [-1.0, 2.5, 7.0], [-29.5, 0.5, 40.0]]
COUNTS = [[0.0, 3.0, 1.0], [0.0, 5.0, 2.0], [1.0, 2.0, 7.0], [0.0, 1.0, 4.0]]
LABELS = [[0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [0.25, 0.5, 0.75], [0.0, 1.0, 0.0]]
PROBABILITIES = [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.25, 0.25, 0.5], [0.0, 0.1, 0.9]]
CLASSES = [2, 1, 0, 1]


def elementwise_losses():
    real, labels = tensor(REAL), tensor(LABELS)
    loss("squared_error", lambda p, t: F.mse_loss(p, t, reduction="none"), PREDICTION, real)
    loss("half_squared_error", lambda p, t: 0.5 * F.mse_loss(p, t, reduction="none"), PREDICTION, real)
    loss("absolute_error", lambda p, t: F.l1_loss(p, t, reduction="none"), PREDICTION, real)
    for delta in [1.0, 0.4]:
        huber = lambda p, t: F.huber_loss(p, t, reduction="none", delta=delta)
        loss(f"huber_{delta}", huber, PREDICTION, real, delta=delta)
    # From the formula, without cosh, which overflows: ln cosh d = |d| + ln(1 + e^(-2|d|)) - ln 2.
    log_cosh = lambda p, t: (p - t).abs() + torch.log1p(torch.exp(-2 * (p - t).abs())) - torch.log(tensor(2.0))
    loss("log_cosh", log_cosh, PREDICTION, real)
    # From the formula.
    quantile = lambda p, t: torch.maximum(0.9 * (t - p), -0.1 * (t - p))
    loss("quantile_0.9", quantile, PREDICTION, real, level=0.9)
    rates = [[0.5, -1.25, 3.0], [-1e4, 1.5, 0.25], [2.0, 2.0, 2.0], [-30.0, 0.75, 12.5]]
    loss("poisson", lambda p, t: F.poisson_nll_loss(p, t, reduction="none"), rates, tensor(COUNTS))
    binary = lambda p, t: F.binary_cross_entropy_with_logits(p, t, reduction="none")
    loss("binary_cross_entropy", binary, PREDICTION, labels)
    # From the formula; PyTorch's hinge losses are others.
    loss("hinge", lambda p, t: torch.clamp(1 - (2 * t - 1) * p, min=0), PREDICTION, (labels > 0.4).double())


def losses_over_classes():
    classes, soft = torch.tensor(CLASSES), tensor(PROBABILITIES)
    for smoothing in [0.0, 0.1]:
        entropy = lambda p, t: F.cross_entropy(p, t, reduction="none", label_smoothing=smoothing)
        loss(f"cross_entropy_{smoothing}", entropy, PREDICTION, classes, label_smoothing=smoothing)
        loss(f"soft_cross_entropy_{smoothing}", entropy, PREDICTION, soft, label_smoothing=smoothing)
    divergence = lambda p, t: F.kl_div(F.log_softmax(p, 1), t, reduction="none").sum(1)
    loss("kl_divergence", divergence, PREDICTION, soft)

    def crammer_singer(p, t):
        """From the formula."""
        own = p.gather(1, t[:, None])[:, 0]
        others = p.masked_fill(F.one_hot(t, 3).bool(), -torch.inf).max(1).values
        return torch.clamp(1 + others - own, min=0)

    loss("multiclass_hinge", crammer_singer, [PREDICTION[0], PREDICTION[1], [2.0, 1.5, 1.75], PREDICTION[3]], classes)


def class_weights():
    """The mean of the cross-entropy with class weights."""
    weights, prediction = tensor([0.5, 2.0, 3.0]), tensor(PREDICTION).requires_grad_()
    mean = F.cross_entropy(prediction, torch.tensor(CLASSES), weight=weights)
    mean.backward()
    record = {"weights": weights.tolist(), "prediction": PREDICTION, "target": CLASSES}
    write("losses/class_weights", {**record, "mean": mean.item(), "gradient": prediction.grad.tolist()})


def norms():
    """Layer and batch normalisation; parameters in the order weight, bias, running mean, running variance."""
    x = tensor([[0.5, -1.25, 3.0, 0.0], [100.0, -10.0, 0.0, 1.0], [2.0, 2.0, 2.0, 2.5], [-30.0, 0.25, -0.75, 12.5]])
    weight, bias = tensor([1.0, -2.0, 0.5, 3.0]), tensor([0.0, 1.0, -0.25, 10.0])
    mean, variance = tensor([1.0, -0.5, 0.25, 2.0]), tensor([0.5, 1.0, 4.0, 2.0])
    y = F.layer_norm(x, [4], weight, bias)
    write("layers/layer_norm", {"parameters": [weight.tolist(), bias.tolist()], "x": x.tolist(), "y": y.tolist()})
    parameters = [tensor.tolist() for tensor in [weight, bias, mean, variance]]
    predicted = F.batch_norm(x, mean, variance, weight, bias)
    y = F.batch_norm(x, mean, variance, weight, bias, training=True)  # moves mean and variance
    record = {"parameters": parameters, "x": x.tolist(), "y": y.tolist(), "predicted": predicted.tolist()}
    write("layers/batch_norm", {**record, "running_mean": mean.tolist(), "running_variance": variance.tolist()})


def embed():
    """Two categories by `Embedding` with a number between them; the rows of `x` have one-hot blocks in their place."""
    tables = [tensor([[0.5, -1.0], [2.0, 0.25], [-3.0, 1.5]]), tensor([[i * 0.5 - j * j for j in range(4)] for i in range(5)])]
    levels, middle = torch.tensor([[0, 4], [2, 0], [1, 3], [2, 2]]), tensor([[0.75], [-2.0], [0.0], [9.5]])
    one_hot = [F.one_hot(levels[:, 0], 3).double(), middle, F.one_hot(levels[:, 1], 5).double()]
    y = torch.cat([F.embedding(levels[:, 0], tables[0]), middle, F.embedding(levels[:, 1], tables[1])], 1)
    parameters = [table.flatten().tolist() for table in tables]
    write("layers/embed", {"parameters": parameters, "x": torch.cat(one_hot, 1).tolist(), "y": y.tolist()})


def main():
    for name, function in ELEMENTWISE.items():
        activation(name, function, POINTS, 1)
    activation("exp", torch.exp, [x for x in POINTS if x < 700], 1)
    activation("softmax", lambda x: F.softmax(x, 1), ROWS, 4)
    activation("log_softmax", lambda x: F.log_softmax(x, 1), ROWS, 4)
    elementwise_losses()
    losses_over_classes()
    class_weights()
    norms()
    embed()


main()
