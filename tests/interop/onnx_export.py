"""Exports models as ONNX and holds onnxruntime to what `chainrule predict` says.

    python3 tests/interop/onnx_export.py CHAINRULE FOLDER

CHAINRULE is the program, FOLDER an empty one to work in. Needs `onnx`, `onnxruntime`, `numpy`, `safetensors`. For each model:

- the full check of `onnx.checker`, and shape inference in its strict mode, whose shapes are those declared;
- the answers of onnx's own ReferenceEvaluator and of onnxruntime, for the plain graph and for the one with preprocessing,
  against the numbers that `predict` prints; labels are the same, and the numbers of every class are compared, not labels
  alone;
- the same bytes when it is exported twice;
- the network that `chainrule import` finds in the graph gives the same predictions.

Tolerance: 1e-6, for values above 1 relative. Both sides compute in 32 bits, whose rounding is 6e-8, with sums in another order
and other polynomials for the exponential; a graph that means something else differs by far more. For models of 64 bits it is
1e-13, but where GELU's error function is computed in 32 bits.
"""

import csv
import json
import os
import struct
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import save_file

TOLERANCE = 1e-6
WIDE_TOLERANCE = 1e-13
ACTIVATIONS = [
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "leaky_relu(0.2)", "elu", "elu(0.5)", "selu", "gelu", "gelu_tanh",
    "silu", "mish", "softplus", "softsign", "hard_tanh", "relu6", "exp",
]
LAYERS = [
    "identity:6,batch_norm,relu", "tanh:6,layer_norm", "prelu:6", "relu:6,dropout(0.5),tanh:5:no_bias", "identity:6:no_bias,silu",
]
QUICK = ["--quiet", "--optimizer", "adam", "--learning-rate", "0.02", "--batch-size", "16"]


class Bench:
    """The program in a folder, and the count of what held."""

    def __init__(self, program, folder):
        self.program, self.folder, self.models, self.worst = os.path.abspath(program), folder, 0, 0.0
        self.tolerance = TOLERANCE

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"chainrule {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def train(self, data, *options, epochs=2):
        self.run("train", data, *QUICK, "--epochs", str(epochs), *options, "--out", "model.safetensors")

    def predicted(self, model, rows):
        """The columns that `predict` prints, by name."""
        self.run("predict", model, rows, "--out", "predicted.csv")
        with open(self.path("predicted.csv"), newline="", encoding="utf-8") as file:
            table = list(csv.reader(file))
        return {name: [row[place] for row in table[1:]] for place, name in enumerate(table[0])}


def record(path):
    """What a model file says beside its tensors."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return json.loads(header["__metadata__"]["chainrule"])["model"]


def rules(model):
    """What becomes of each column, by name, also for models whose record has a mean and a deviation of each column."""
    if model.get("preparation"):
        return {column["name"]: column["rule"] for column in model["preparation"]["columns"]}
    scaling, names = model["scaling"], [feature["name"] for feature in model["features"]]
    names = names or [f"column_{place + 1}" for place in range(int(model["network"].split(",")[0].split(":")[1]))]
    numbers = {name: {"kind": "number", "fill": 0.0, "indicator": False, "centre": 0.0, "spread": 1.0} for name in names}
    if scaling["kind"] == "standard":
        for rule, mean, deviation in zip(numbers.values(), scaling["mean"], scaling["deviation"]):
            rule.update(centre=mean, spread=deviation)
    return numbers


def prepared_column(cells, rule):
    """The inputs that one column makes, computed here once more from the meaning of the rule."""
    missing = numpy.array([cell == "" for cell in cells], float)[:, None]
    if rule["kind"] == "number":
        x = numpy.array([rule["fill"] if cell == "" else float(cell) for cell in cells])
        values = [(x - rule["centre"]) / rule["spread"] if rule["spread"] else 0.0 * x]
    elif rule["kind"] == "boolean":
        known = {rule["no"]: 0.0, rule["yes"]: 1.0}
        values = [numpy.array([known.get(cell.lower(), rule["fill"]) for cell in cells])]
    else:
        levels = rule["levels"]
        values = [numpy.array([cell == level for cell in cells], float) for level in levels]
        if rule["other"]:
            values.append(numpy.array([cell not in levels and cell != "" for cell in cells], float))
        return numpy.concatenate([numpy.stack(values, 1)] + ([missing] if rule["missing"] else []), 1)
    return numpy.concatenate([numpy.stack(values, 1)] + ([missing] if rule["indicator"] else []), 1)


def prepared(table, model):
    """The rows as the network takes them."""
    return numpy.concatenate([prepared_column(table[name], rule) for name, rule in rules(model).items()], 1)


def raw(table, model):
    """The rows as the whole graph takes them: numbers, and texts."""
    kinds = {name: rule["kind"] == "number" for name, rule in rules(model).items()}
    numbers = [[float(cell) if cell else numpy.nan for cell in table[name]] for name, number in kinds.items() if number]
    texts = [table[name] for name, number in kinds.items() if not number]
    feed = {"features": numpy.array(numbers).T} if numbers else {}
    return feed | ({"categories": numpy.array(texts, object).T} if texts else {})


def checked(path):
    """The graph, after every check that onnx has for it."""
    onnx.checker.check_model(path, full_check=True)
    graph = onnx.load(path)
    inferred = onnx.shape_inference.infer_shapes(graph, check_type=True, strict_mode=True, data_prop=True)
    declared = [output.type for output in graph.graph.output]
    assert declared == [output.type for output in inferred.graph.output], f"{path}: inferred outputs differ"
    for value in [*graph.graph.input, *graph.graph.output]:
        assert value.type.tensor_type.shape.dim[0].dim_param == "batch", f"{path}: {value.name}"
    return graph


def answers(path, feed):
    """The outputs by name, of both programs."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    meta = session.get_modelmeta()
    assert meta.producer_name == "chainrule" and "network" in meta.custom_metadata_map, path
    yield "onnxruntime", dict(zip(names, session.run(None, feed)))
    yield "reference", dict(zip(names, ReferenceEvaluator(path).run(None, feed)))


def compare(bench, where, got, wanted):
    got, wanted = numpy.asarray(got, float), numpy.asarray(wanted, float)
    assert got.shape == wanted.shape, f"{where}: shape {got.shape}; expected {wanted.shape}"
    off = float(numpy.max(numpy.abs(got - wanted) / numpy.maximum(1.0, numpy.abs(wanted))))
    assert off <= bench.tolerance, f"{where}: off by {off}"
    bench.worst = max(bench.worst, off)


def compare_answers(bench, where, outputs, predicted, model, whole):
    """Every number and every label that the graph gives."""
    columns = [name for name in predicted if name != "prediction" or model["task"] == "regression"]
    numbers = numpy.array([predicted[name] for name in columns], float).T
    kind = "prediction" if model["task"] == "regression" else "probabilities"
    kind = kind if kind in outputs else "scores"
    if model["task"] == "regression" and not whole:
        scaling = model["target"]["outputs"]["scaling"] if model["target"] else {"kind": "none"}
        if scaling["kind"] == "standard":
            numbers = (numbers - numpy.array(scaling["mean"])) / numpy.array(scaling["deviation"])
    compare(bench, f"{where}, {kind}", outputs[kind], numbers)
    if "label" in outputs:
        names = model["target"]["outputs"]["names"] if model["target"] else ["0", "1"]
        label = outputs["label"]
        label = [str(name) for name in label] if whole else [names[place] for place in label]
        assert label == predicted["prediction"], f"{where}: labels differ"
    if "labels" in outputs:
        names = model["target"]["outputs"]["names"]
        got = ["|".join(name for name, holds in zip(names, row) if holds) for row in outputs["labels"]]
        assert got == predicted["prediction"], f"{where}: labels differ"


def read_table(path):
    """The cells of each column, as texts."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def check_model(bench, what, table, opset="17"):
    """Exports `model.safetensors` in both ways and compares with its predictions for the rows of a table."""
    model = record(bench.path("model.safetensors"))
    rows = read_table(bench.path(table))
    predicted = bench.predicted("model.safetensors", table)
    for whole in (False, True):
        where = f"{what}, {'whole' if whole else 'network'}"
        options = ["--onnx", "model.onnx", "--opset", opset] + (["--preprocessing"] if whole else [])
        bench.run("export", "model.safetensors", *options)
        with open(bench.path("model.onnx"), "rb") as file:
            first = file.read()
        bench.run("export", "model.safetensors", *options)
        with open(bench.path("model.onnx"), "rb") as file:
            assert file.read() == first, f"{where}: two exports differ"
        graph = checked(bench.path("model.onnx"))
        kind = onnx.helper.tensor_dtype_to_np_dtype(graph.graph.input[0].type.tensor_type.elem_type)
        feed = raw(rows, model) if whole else {"features": prepared(rows, model).astype(kind)}
        assert set(feed) == {value.name for value in graph.graph.input}, f"{where}: {list(feed)}"
        for program, outputs in answers(bench.path("model.onnx"), feed):
            compare_answers(bench, f"{where}, {program}", outputs, predicted, model, whole)
        if set(feed) == {"features"} and not numpy.isnan(feed["features"]).any():
            check_import(bench, where, model, (feed["features"], predicted), whole)
    bench.models += 1


def check_import(bench, where, model, rows_and_predicted, whole):
    """What the program finds in its own graph predicts the same, in the unit of the graph."""
    rows, predicted = rows_and_predicted
    if model["loss"] in ("hinge", "multiclass_hinge"):
        # Scores are no probabilities, and the graph does not say of which loss they are.
        return
    names = [f"c{place}" for place in range(rows.shape[1])]
    bench.run("import", "model.onnx", "--out", "again.safetensors", "--columns", ",".join(names))
    write_table(bench.path("again.csv"), names, rows)
    again = bench.predicted("again.safetensors", "again.csv")
    values = numpy.array([again[name] for name in again if name != "prediction" or model["task"] == "regression"])
    assert len(values) == len(predicted) - (model["task"] != "regression"), f"{where}: {list(again)}"
    outputs = {"prediction" if model["task"] == "regression" else "probabilities": values.astype(float).T}
    compare_answers(bench, f"{where}, imported", outputs, predicted, model, whole)


def write_table(path, names, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([[repr(float(value)) for value in row] for row in rows])


def make_tables(bench):
    """Small tables for every kind of answer, one with a column far from 0, one with a constant column."""
    random = numpy.random.default_rng(0)
    x = random.normal(size=(60, 4)) * [1.0, 50.0, 0.01, 0.5] + [0.0, 1e6, 0.0, 2024.0]
    x[:, 3] = numpy.round(x[:, 3])
    z = (x - x.mean(0)) / x.std(0)
    constant = numpy.concatenate([x, numpy.full((60, 1), 7.0)], 1)
    write_table(bench.path("one.csv"), [*"abcd", "price"], numpy.c_[x, 1e5 + 1e4 * z[:, 0] * z[:, 1]])
    write_table(bench.path("two.csv"), [*"abcde", "y", "z"], numpy.c_[constant, z[:, 0], z[:, 1] - 3 * z[:, 2]])
    labels = numpy.stack([z[:, 0] > 0, z[:, 1] > z[:, 2], z[:, 3] > 0.5], 1)
    write_table(bench.path("labels.csv"), [*"abcd", "red", "green", "blue"], numpy.c_[x, labels])
    for name in ("iris", "digits", "breast-cancer", "xor"):
        with open(bench.path(f"{name}.csv"), "w", encoding="utf-8") as file:
            lines = bench.run("data", "sample", name, "--rows", "60") if name != "xor" else bench.run("data", "sample", name)
            file.write(lines)


def check_tasks(bench):
    """Every kind of answer, for 1, 2, 3 and 10 outputs."""
    tasks = [
        ("one number", "one.csv", []),
        ("two numbers", "two.csv", ["--target", "y,z"]),
        ("two classes, one output", "breast-cancer.csv", []),
        ("two classes, two outputs", "breast-cancer.csv", ["--spec", "identity:30,tanh:5,softmax:2", "--loss", "cross_entropy"]),
        ("two classes by hinge", "breast-cancer.csv", ["--spec", "identity:30,tanh:5,identity:1", "--loss", "hinge"]),
        ("three classes by hinge", "iris.csv", ["--spec", "identity:4,tanh:5,identity:3", "--loss", "multiclass_hinge"]),
        ("three classes", "iris.csv", []),
        ("three classes from logits", "iris.csv", ["--spec", "identity:4,tanh:5,identity:3", "--loss", "cross_entropy"]),
        ("three classes from their logarithms", "iris.csv", ["--spec", "identity:4,tanh:5,log_softmax:3"]),
        ("ten classes", "digits.csv", []),
        ("three labels", "labels.csv", ["--target", "red,green,blue"]),
        ("a rate", "one.csv", ["--spec", "identity:4,tanh:5,exp:1", "--loss", "poisson"]),
    ]
    for place, (what, table, options) in enumerate(tasks):
        bench.train(table, *options)
        check_model(bench, what, table, str(17 + place % 5))


def check_networks(bench):
    """Every activation and every kind of layer, trained for two epochs so that no statistic is left as it starts."""
    for hidden in [f"{activation}:6" for activation in ACTIVATIONS] + LAYERS:
        bench.train("iris.csv", "--spec", f"identity:4,{hidden},softmax:3")
        check_model(bench, hidden, "iris.csv")


def check_wide(bench):
    """Every activation in 64 bits, from a state dict, since that is how such models come."""
    random = numpy.random.default_rng(1)
    for activation in [*ACTIVATIONS, "leaky_relu(0.3333333333333333)", "softmax", "log_softmax"]:
        shapes = {"0.weight": (5, 4), "0.bias": (5,), "2.weight": (1, 5), "2.bias": (1,)}
        save_file({name: random.normal(size=shape) for name, shape in shapes.items()}, bench.path("wide.dict"))
        spec = f"identity:4,{activation}:5,sigmoid:1"
        if activation == "identity":
            spec = "identity:4,identity:5,tanh,sigmoid:1"
        os.replace(bench.path("wide.dict"), bench.path("wide.safetensors"))
        bench.run("import", "wide.safetensors", "--spec", spec, "--columns", "a,b,c,d", "--out", "model.safetensors")
        rows = random.normal(size=(20, 4)) * 3
        write_table(bench.path("wide.csv"), [*"abcd"], rows)
        bench.tolerance = TOLERANCE if activation == "gelu" else WIDE_TOLERANCE
        check_model(bench, f"64 bits, {activation}", "wide.csv")
    bench.tolerance = TOLERANCE


def check_mixed(bench):
    """Numbers, categories, yes and no in one table, with cells missing, levels that are rare, and levels that training had not."""
    random = numpy.random.default_rng(2)
    sizes = random.normal(size=200) * 30 + 170
    colours = random.choice(["red", "green", "blue", "ultra violet", ""], 200, p=[0.4, 0.3, 0.15, 0.05, 0.1])
    smokes, ages = random.choice(["Yes", "No", ""], 200, p=[0.4, 0.5, 0.1]), random.integers(18, 80, 200)
    price = sizes * (1 + (colours == "red")) + 5 * ages + 100 * (smokes == "Yes")
    header = ["size", "colour", "smokes", "age", "seen"]
    rows = [[f"{size:.2f}" if place % 7 else "", colour, smoke, age, "ab"[place % 2]]
            for place, (size, colour, smoke, age) in enumerate(zip(sizes, colours, smokes, ages))]
    for name, answer in (("cost", price), ("dear", numpy.where(price > numpy.median(price), "dear", "cheap"))):
        with open(bench.path("mixed.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([*header, name])
            writer.writerows([*row, value] for row, value in zip(rows, answer))
        bench.train("mixed.csv", "--hidden", "6", "--target", name)
        with open(bench.path("new.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows[:40] + [["", "", "", "44", ""], ["1e3", "mauve", "YES", "", "c"], ["150", "Red", "no", "20", "b"]])
        kinds = {rule["kind"] for rule in rules(record(bench.path("model.safetensors"))).values()}
        assert kinds == {"number", "boolean", "category"}, kinds
        check_model(bench, f"a mixed table, {name}", "new.csv")


def check_bytes(bench):
    """Bytes of images: `uint8` goes in."""
    bench.train("mnist", "--spec", "identity:784,relu:8,softmax:10", epochs=1)
    bench.run("export", "model.safetensors", "--onnx", "model.onnx", "--preprocessing")
    checked(bench.path("model.onnx"))
    model = record(bench.path("model.safetensors"))
    with open(bench.path("mnist.csv"), "w", encoding="utf-8") as file:
        file.write(bench.run("data", "sample", "mnist", "--rows", "40"))
    rows = numpy.loadtxt(bench.path("mnist.csv"), delimiter=",", skiprows=1)[:, :784].astype(numpy.uint8)
    predicted = bench.predicted("model.safetensors", "mnist.csv")
    for program, outputs in answers(bench.path("model.onnx"), {"features": rows}):
        compare_answers(bench, f"bytes, {program}", outputs, predicted, model, True)
    bench.models += 1


def main():
    program, folder = sys.argv[1:]
    bench = Bench(program, folder)
    make_tables(bench)
    check_tasks(bench)
    check_networks(bench)
    check_wide(bench)
    check_mixed(bench)
    check_bytes(bench)
    print(f"{bench.models} models, largest difference {bench.worst:.1e}")


if __name__ == "__main__":
    main()
