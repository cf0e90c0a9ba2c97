"""Writes tests/golden/onnx: graphs as PyTorch and scikit-learn export them, with what these programs compute for some rows.

    python3 tests/golden/scripts/onnx_models.py

Needs `torch`, `onnx`, `onnxscript`, `scikit-learn`, `skl2onnx`. The versions that wrote the files stand in
tests/golden/onnx/expected.json.
"""

import json
import os
import warnings

import numpy
import onnx
import skl2onnx
import sklearn
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

FOLDER = os.path.join(os.path.dirname(__file__), "..", "onnx")


class Plain(nn.Module):
    """A network without modules: matrices on the right, one of them with factors, an answer without its last axis."""

    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.randn(4, 3))
        self.term = nn.Parameter(torch.randn(3))
        self.second = nn.Parameter(torch.randn(3, 1))

    def forward(self, x):
        hidden = torch.tanh((x - 0.5) / 2.0 @ self.first + self.term)
        return torch.addmm(torch.ones(1), hidden, self.second, alpha=0.5, beta=2.0).squeeze(-1)


class Written(nn.Module):
    """Activations written out by hand, in orders of their own."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(6))

    def forward(self, x):
        a, b, c, d, e, f = self.layers
        x = a(x)
        x = 0.5 * (1 + torch.erf(x / 2**0.5)) * x
        x = b(x)
        x = x * torch.sigmoid(x)
        x = c(x)
        x = torch.where(x > 0, x, 0.1 * x)
        x = d(x)
        x = torch.minimum(torch.maximum(x, torch.tensor(-1.0)), torch.tensor(1.0))
        x = e(x)
        x = 0.5 * torch.tanh(0.5 * x) + 0.5
        return torch.log(torch.softmax(f(x), 1))


def stacked(activations):
    """A linear layer before each activation."""
    layers = [layer for activation in activations for layer in (nn.Linear(4, 4), activation)]
    return nn.Sequential(*layers, nn.Linear(4, 3))


def activations():
    return stacked([
        nn.ReLU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.SiLU(), nn.Mish(), nn.Hardtanh(), nn.ReLU6(), nn.ELU(0.5),
        nn.SELU(), nn.LeakyReLU(0.2), nn.Softplus(), nn.Softsign(), nn.Tanh(), nn.Sigmoid(), nn.CELU(),
    ])


def norms():
    network = nn.Sequential(
        nn.Linear(4, 5, bias=False), nn.BatchNorm1d(5, eps=1e-3), nn.PReLU(), nn.Dropout(0.5), nn.Linear(5, 4), nn.PReLU(4),
        nn.LayerNorm(4), nn.Linear(4, 2), nn.Softmax(1),
    )
    with torch.no_grad():
        for _ in range(20):
            network(torch.randn(64, 4) * 2 + 1)
        for layer in (network[1], network[6]):
            layer.weight.normal_()
            layer.bias.normal_()
        network[5].weight.normal_()
    return network


def image():
    return nn.Sequential(nn.Flatten(), nn.Linear(9, 3), nn.ReLU(), nn.Linear(3, 10), nn.LogSoftmax(1))


def without_places(path):
    """Takes out of a graph what PyTorch notes about the program that wrote it, such as folders of its machine."""
    model = onnx.load(path)
    model.graph.ClearField("metadata_props")
    for part in [*model.graph.node, *model.graph.value_info, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    model.ClearField("metadata_props")
    onnx.save(model, path)


def from_torch(name, network, shape=(4,), dtype=torch.float32, predicted=lambda outputs: outputs, **options):
    """Exports a network; returns rows and what it computes for them, as `predict` shows it."""
    network = network.eval().to(dtype)
    rows = (torch.randn(6, *shape) * 1.5).to(dtype)
    options = {"dynamo": False, "dynamic_axes": {"x": {0: "batch"}}, "opset_version": 17} | options
    torch.onnx.export(network, (rows[:2],), os.path.join(FOLDER, name), input_names=["x"], output_names=["y"], **options)
    without_places(os.path.join(FOLDER, name))
    with torch.no_grad():
        outputs = predicted(network(rows))
    return {"inputs": rows.reshape(6, -1).tolist(), "outputs": outputs.reshape(6, -1).tolist()}


def from_scikit_learn(name, model, target, **options):
    """Fits and exports; returns rows and probabilities, or predictions."""
    random = numpy.random.default_rng(0)
    x = (random.normal(size=(80, 4)) * [1.0, 5.0, 0.1, 1.0] + [0.0, 10.0, 0.0, -2.0]).astype(numpy.float32)
    model.fit(x, target(x))
    graph = skl2onnx.to_onnx(model, x[:1], **options)
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(graph.SerializeToString())
    rows = x[:6]
    outputs = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)
    outputs = numpy.asarray(outputs, float).reshape(6, -1)
    if outputs.shape[1] == 2 and set(numpy.round(outputs.sum(1), 4)) == {1.0}:
        outputs = outputs[:, 1:]
    return {"inputs": rows.astype(float).tolist(), "outputs": outputs.tolist()}


def classes(x):
    return numpy.array(["low", "middle", "high"])[numpy.digitize(x[:, 0], [-0.5, 0.5])]


def small(kind, **settings):
    return kind(hidden_layer_sizes=(5,), max_iter=60, random_state=0, **settings)


def main():
    warnings.filterwarnings("ignore")
    torch.manual_seed(4)
    dynamic = {"dynamo": True, "external_data": False, "verbose": False, "dynamic_shapes": ({0: "batch"},), "dynamic_axes": None}
    expected = {
        "torch_activations.onnx": from_torch("torch_activations.onnx", activations()),
        "torch_activations_9.onnx": from_torch("torch_activations_9.onnx", stacked([nn.ReLU6(), nn.GELU(), nn.Hardtanh()]), opset_version=9),
        "torch_dynamo.onnx": from_torch("torch_dynamo.onnx", activations(), **(dynamic | {"opset_version": 18})),
        "torch_norms.onnx": from_torch("torch_norms.onnx", norms()),
        "torch_image.onnx": from_torch("torch_image.onnx", image(), (1, 3, 3), predicted=torch.exp),
        "torch_double.onnx": from_torch("torch_double.onnx", stacked([nn.GELU(), nn.Softplus()]), dtype=torch.float64),
        "torch_plain.onnx": from_torch("torch_plain.onnx", Plain()),
        "torch_written.onnx": from_torch("torch_written.onnx", Written(), predicted=torch.exp),
        "sklearn_classes.onnx": from_scikit_learn("sklearn_classes.onnx", small(MLPClassifier), classes),
        "sklearn_binary.onnx": from_scikit_learn(
            "sklearn_binary.onnx", small(MLPClassifier, activation="tanh"), lambda x: x[:, 0] > 0, options={"zipmap": False}),
        "sklearn_labels.onnx": from_scikit_learn(
            "sklearn_labels.onnx", small(MLPClassifier), lambda x: numpy.stack([x[:, 0] > 0, x[:, 1] > 10], 1).astype(int)),
        "sklearn_scaled.onnx": from_scikit_learn(
            "sklearn_scaled.onnx", make_pipeline(StandardScaler(), small(MLPRegressor, activation="logistic")), lambda x: x[:, 1] * x[:, 3]),
    }
    versions = {package.__name__: package.__version__ for package in (torch, onnx, sklearn, skl2onnx)}
    with open(os.path.join(FOLDER, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"versions": versions, "models": expected}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
