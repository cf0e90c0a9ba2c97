"""What all Python peers share: the requests, the data and the clock."""

import gzip
import json
import pathlib
import statistics
import sys
import time

import numpy as np

ASSETS = pathlib.Path(__file__).parents[3] / "crates" / "chainrule-data" / "assets" / "mnist"


def serve(version, prepare):
    """Answers each request. `prepare(work)` gives pairs of a number of threads and a function that trains a block."""
    line_before, blocks = None, None
    for line in sys.stdin:
        try:
            work = json.loads(line)
            if line != line_before:
                line_before, blocks = line, prepare(work)
            answers = [measure(work, threads, block) for threads, block in blocks]
            answer = min(answers, key=lambda answer: answer["best"])
        except Exception as error:  # the other networks are still worth measuring
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"version": version, **answer}), flush=True)


def measure(work, threads, block):
    """Seconds of a step, in the fastest and the median block, after one block of warming up."""
    block()
    times, began = [], time.perf_counter()
    while not times or time.perf_counter() - began < work["seconds"]:
        started = time.perf_counter()
        block()
        times.append((time.perf_counter() - started) / steps(work))
    return {"threads": threads, "best": min(times), "median": statistics.median(times)}


def steps(work):
    """Steps of a block."""
    return work["epochs_per_block"] * work["rows"] // work["batch"]


def data(work):
    """Features `[rows, inputs]` in float32 and classes `[rows]` in int64."""
    rows = work["rows"]
    if work["data"] == "mnist":
        pixels = unpack("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:rows]
        return pixels.astype(np.float32) / 255, unpack("train-labels-idx1-ubyte.gz", 8)[:rows].astype(np.int64)
    generator = np.random.default_rng(0)
    features = generator.standard_normal((rows, work["widths"][0]), dtype=np.float32)
    # Every class occurs, or scikit-learn would leave its unit out.
    return features, generator.permutation(np.arange(rows) % work["widths"][-1])


def unpack(name, header):
    return np.frombuffer(gzip.decompress((ASSETS / name).read_bytes()), np.uint8, offset=header)


def weights(work):
    """For each layer a matrix `[inputs, outputs]` of He's uniform rule and a vector of zeros."""
    generator = np.random.default_rng(1)
    pairs = zip(work["widths"], work["widths"][1:])
    uniform = lambda n, m: generator.uniform(-1, 1, (n, m)).astype(np.float32) * np.float32((6 / n) ** 0.5)
    return [(uniform(n, m), np.zeros(m, np.float32)) for n, m in pairs]
