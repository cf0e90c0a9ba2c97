"""Opens what `chainrule` writes for others, with their own programs, and compares with what `chainrule` computes.

    python3 tests/interop/exports.py CHAINRULE FOLDER

CHAINRULE is the program; models and exports are written into FOLDER. Checked are PyTorch state dicts (by PyTorch where it is
installed, else by `torch_stand_in.py`), arrays for numpy, numpy programs, and TensorBoard's event files. Needs `numpy`,
`safetensors` and `tensorboard`. Ends with exit code 1 and one sentence if anything is not as it should be.
"""

import csv
import json
import pathlib
import subprocess
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

try:
    import torch
    from safetensors.torch import load_file as load_torch
    from torch import nn

    IS_TORCH = True
except ImportError:
    from torch_stand_in import load_file as load_torch
    from torch_stand_in import nn, torch

    IS_TORCH = False

# Both compute in 32 bits the same sums in another order: some units in the seventh digit a layer, relative to the larger
# of 1 and the number.
TOLERANCE = 1e-5

EVERY_LAYER = "4,identity:6:no_bias,batch_norm,gelu,dropout(0.2),layer_norm,prelu:5,embed(1..3:3),softmax:3"
ACTIVATIONS = ["identity", "sigmoid", "tanh", "relu", "leaky_relu(0.3)", "elu", "elu(0.5)", "selu", "gelu", "gelu_tanh"]
ACTIVATIONS += ["silu", "mish", "softplus", "softsign", "hard_tanh", "relu6", "softmax", "log_softmax", "exp"]


def require(holds, sentence):
    """Stops with the sentence if the condition does not hold."""
    if not holds:
        sys.exit(f"exports.py: {sentence}")


class Folder:
    """The folder in which everything is written, and the program."""

    def __init__(self, program, folder):
        self.program, self.folder = pathlib.Path(program).resolve(), pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, arguments):
        """The standard output of a command that has to end well."""
        command = [self.program, *arguments.split()]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        require(done.returncode == 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def path(self, name):
        return self.folder / name


def table(text):
    """The heading and the lines of comma separated text."""
    heading, *rows = csv.reader(text.splitlines())
    return heading, rows


def numbers(text):
    """The numbers of a table of predictions, without the columns that are no numbers."""
    heading, rows = table(text)
    skipped = 1 if heading[0] == "prediction" and len(heading) > 1 else 0
    return numpy.array([[float(cell) for cell in row[skipped:]] for row in rows])


def compare(what, got, expected):
    """Compares two arrays within the tolerance."""
    require(got.shape == expected.shape, f"{what}: the shape is {got.shape}; expected {expected.shape}")
    worst = numpy.max(numpy.abs(got - expected) / numpy.maximum(1, numpy.abs(expected)))
    require(worst <= TOLERANCE, f"{what}: differs by {worst}; expected at most {TOLERANCE}")


def rows_of(folder, data):
    """The features of a built-in table, in a file without its target and as an array."""
    heading, rows = table(folder.run(f"data sample {data}"))
    with open(folder.path(f"{data}.csv"), "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([heading[:-1], *(row[:-1] for row in rows)])
    return numpy.array([[float(cell) for cell in row[:-1]] for row in rows])


def check_state_dict(folder, data, features, options):
    """The printed text makes PyTorch predict what `predict` does; the state dict comes back."""
    folder.run("export model.safetensors --pytorch dict.safetensors")
    expected = numbers(folder.run(f"predict model.safetensors {data}.csv"))
    with safe_open(folder.path("dict.safetensors"), framework="numpy") as file:
        text = file.metadata()["sequential"]
    load = lambda name: load_torch(str(folder.path(name)))  # noqa: E731
    program = "\n".join(line for line in text.splitlines() if not line.startswith(("import", "from")))
    names = {"torch": torch, "nn": nn, "load_file": load}
    exec(program, names)  # noqa: S102: the text is our own
    got = numpy.asarray(names["predict"](torch.tensor(features, dtype=torch.float64)), dtype=numpy.float64)
    if expected.shape[1] == 2 and got.shape[1] == 1:
        expected = expected[:, 1:]
    compare(f"PyTorch, {options}", got, expected)
    # As PyTorch itself saves it: no metadata, under a prefix.
    tensors = load_file(folder.path("dict.safetensors"))
    save_file({f"net.{name}": tensor for name, tensor in tensors.items()}, folder.path("saved.safetensors"))
    folder.run("import saved.safetensors --like model.safetensors --out back.safetensors")
    back = numbers(folder.run(f"predict back.safetensors {data}.csv"))
    require((back == numbers(folder.run(f"predict model.safetensors {data}.csv"))).all(), f"import, {options}")


def check_npz(folder):
    """The arrays are those of the model, bit for bit, and the record is its record."""
    folder.run("export model.safetensors --npz model.npz")
    arrays = numpy.load(folder.path("model.npz"))
    tensors = load_file(folder.path("model.safetensors"))
    require(set(arrays) == {*tensors, "record"}, f"the arrays are {sorted(arrays)}")
    for name, tensor in tensors.items():
        same = arrays[name].dtype == tensor.dtype and arrays[name].tobytes() == tensor.tobytes()
        require(same and arrays[name].shape == tensor.shape, f"npz: `{name}` is another array")
    with safe_open(folder.path("model.safetensors"), framework="numpy") as file:
        record = json.loads(file.metadata()["chainrule"])["model"]
    require(json.loads(str(arrays["record"])) == record, "npz: the record is another one")


def check_numpy(folder, data, options):
    """The program prints what `predict` prints, but for the last digits."""
    folder.run("export model.safetensors --numpy model.py")
    command = [sys.executable, "-W", "error", "model.py", f"{data}.csv"]
    done = subprocess.run(command, cwd=folder.folder, capture_output=True, text=True)
    require(done.returncode == 0, f"numpy, {options}: {done.stderr}")
    expected = folder.run(f"predict model.safetensors {data}.csv")
    require(table(done.stdout)[0] == table(expected)[0], f"numpy, {options}: the heading is {table(done.stdout)[0]}")
    compare(f"numpy, {options}", numbers(done.stdout), numbers(expected))
    if table(expected)[0][0] == "prediction" and len(table(expected)[0]) > 1:
        answers = [[row[0] for row in table(text)[1]] for text in (done.stdout, expected)]
        require(answers[0] == answers[1], f"numpy, {options}: other answers")


def check_models(folder):
    """Every layer, every activation, every kind of answer, in every form."""
    features = {data: rows_of(folder, data) for data in ["iris", "diabetes", "moons", "digits"]}
    cases = [("iris", f"--spec {EVERY_LAYER}"), ("iris", "--hidden 8 --precision f64"), ("diabetes", "--hidden 5,4")]
    cases += [("moons", "--hidden 8"), ("moons", "--spec 2,tanh:4,identity:1 --loss hinge"), ("digits", "--hidden 64")]
    cases += [("iris", "--spec 4,tanh:5,identity:3 --loss cross_entropy"), ("iris", "--spec 4,relu:3,log_softmax:3")]
    regression = "--task regression --loss squared_error --validation 0 --spec"
    cases += [("moons", f"{regression} 2,{name}:3,{name},identity:1") for name in ACTIVATIONS]
    for data, options in cases:
        folder.run(f"train {data} --epochs 2 --quiet --out model.safetensors {options}")
        check_state_dict(folder, data, features[data], options)
        check_npz(folder)
        check_numpy(folder, data, options)
    return len(cases)


# What stands for nothing in every column, and in columns of numbers alone.
EVERYWHERE = ["", "NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "null", "NULL", "None", "?"]
AMONG_NUMBERS = [*EVERYWHERE, "-", "."]


def check_tables(folder):
    """Columns of every kind, with missing cells in every form, codes, and levels that training had not."""
    random = numpy.random.RandomState(0)
    heading = ["age", "colour", "sign", "zone", "member", "joined", "amount", "left"]

    def line(colours, zones, texts, numbers):
        cells = [random.randint(18, 80), random.choice(colours), random.choice(["+", "-", "0"]), random.choice(zones)]
        cells += [random.choice(["yes", "no"])]
        cells += [f"{random.randint(1, 28)}.{random.randint(1, 12)}.{random.randint(2015, 2024)}"]
        cells += [f"{random.lognormal(3, 1):.2f}"]
        gone = "gone" if random.uniform() < (0.8 if cells[1] == "red" else 0.2) else "there"
        for at, column in enumerate(heading[:-1]):
            if random.uniform() < 0.1:
                cells[at] = random.choice(numbers if column in ["age", "amount"] else texts)
        return [*cells, gone]

    def write(name, *choices):
        with open(folder.path(f"{name}.csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([heading, *(line(*choices) for _ in range(300))])

    colours, zones = ["red", "green", "blue"], ["1", "2", "3"]
    write("table", colours, zones, [""], [""])
    new = [*colours, "violet"], [*zones, "01", "2.0", "3e0", "7", "-0"]
    markers = {
        "": (EVERYWHERE, AMONG_NUMBERS),
        "--categories embedding --precision f64": (EVERYWHERE, AMONG_NUMBERS),
        "--missing -999": ([*EVERYWHERE, "-999"], [*AMONG_NUMBERS, "-999", "-999.0", "-9.99e2"]),
        "--missing-only none,0": (["", "none"], ["", "none", "0", "0.0"]),
    }
    for options, (texts, numbers) in markers.items():
        write("new", *new, texts, numbers)
        folder.run("train table.csv --target left --categorical zone --epochs 3 --quiet --out model.safetensors"
                   f" {options}")
        check_numpy(folder, "new", f"a table {options}")
        check_npz(folder)
        folder.run("export model.safetensors --pytorch dict.safetensors")
        folder.run("import dict.safetensors --out back.safetensors")
        texts = [folder.run(f"predict {name}.safetensors new.csv") for name in ["model", "back"]]
        require(texts[0] == texts[1], f"a table {options}: other predictions after a way out and in")


def check_tensorboard(folder):
    """TensorBoard's own reader finds every figure of the history; it checks each checksum."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for old in folder.folder.glob("events/*"):
        old.unlink()
    folder.run("train iris --epochs 4 --quiet --out model.safetensors --tensorboard events --log-steps 3"
               " --history history.csv --log run.jsonl")
    (file,) = folder.folder.glob("events/*")
    # 0: it keeps all of them, not a sample.
    everything = {"scalars": 0, "histograms": 0}
    events = EventAccumulator(str(file), everything).Reload()
    with open(folder.path("history.csv"), newline="", encoding="utf-8") as history:
        lines = list(csv.DictReader(history))
    tags = {"loss/training": "training_loss", "loss/validation": "validation_loss", "learning_rate": "learning_rate"}
    tags |= {"accuracy/training": "training_accuracy", "accuracy/validation": "validation_value"}
    for tag, column in tags.items():
        got = [(event.step, event.value) for event in events.Scalars(tag)]
        expected = [(int(line["step"]), float(numpy.float32(line[column]))) for line in lines]
        require(got == expected, f"TensorBoard: {tag} is {got}; expected {expected}")
    with open(folder.path("run.jsonl"), encoding="utf-8") as log:
        log = [json.loads(line) for line in log]
    steps = [(line["step"], float(numpy.float32(line["loss"]))) for line in log if line["event"] == "step"]
    require([(event.step, event.value) for event in events.Scalars("loss/step")] == steps, "TensorBoard: steps")
    (text,) = events.Tensors("settings")
    require(b"| optimizer | " in text.tensor_proto.string_val[0], "TensorBoard: the settings are not there")
    weights = events.Histograms("layer1.weight")
    tensor = load_file(folder.path("model.safetensors"))["layer1.weight"]
    last = weights[-1].histogram_value
    require(len(weights) == 2 and last.num == tensor.size, "TensorBoard: the weights are not all there")
    require((last.min, last.max) == (tensor.min(), tensor.max()), "TensorBoard: the weights are others")
    # A bit that is turned is found.
    torn = bytearray(file.read_bytes())
    torn[-9] ^= 1
    folder.path("torn").mkdir(exist_ok=True)
    (folder.path("torn") / file.name).write_bytes(torn)
    try:
        whole = EventAccumulator(str(folder.path("torn") / file.name), everything).Reload()
        found = len(whole.Histograms("layer1.weight")) < 2
    except Exception:  # noqa: BLE001: whichever way its reader says so
        found = True
    require(found, "TensorBoard: a damaged record was read")


def main():
    require(len(sys.argv) == 3, "expected the program and a folder")
    folder = Folder(*sys.argv[1:])
    if not IS_TORCH:
        print("exports.py: PYTORCH IS NOT INSTALLED, its modules are computed in numpy", file=sys.stderr)
    cases = check_models(folder)
    check_tables(folder)
    check_tensorboard(folder)
    print(f"{cases} models, {'PyTorch ' + torch.__version__ if IS_TORCH else 'a stand-in for PyTorch'}: all agree")


if __name__ == "__main__":
    main()
