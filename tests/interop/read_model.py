"""Opens a model file with the Python package `safetensors` and checks that it is what it says.

    python3 tests/interop/read_model.py MODEL.safetensors [--expect EXPECTED.json]

Prints one line a tensor and the record. With --expect, compares every bit with the JSON text that
`cargo run -p chainrule-files --example write_sample` writes beside a model. Needs `safetensors` and `numpy`. Ends with
exit code 1 and one sentence if anything is not as it should be.
"""

import argparse
import json
import struct
import sys
import zlib

import numpy
from safetensors import safe_open

DTYPES = {"float32": ("F32", numpy.uint32), "float64": ("F64", numpy.uint64)}


def require(holds, sentence):
    """Stops with the sentence if the condition does not hold."""
    if not holds:
        sys.exit(f"read_model.py: {sentence}")


def read(path):
    """The metadata's entry `chainrule` as text, and the tensors by name, as the package gives them."""
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        require("chainrule" in metadata, f"the metadata has no entry `chainrule`, but {sorted(metadata)}")
        return metadata["chainrule"], {name: file.get_tensor(name) for name in file.keys()}


def file_order(path):
    """The names of the tensors in the order of their bytes."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__")
    return sorted(header, key=lambda name: header[name]["data_offsets"])


def checksum(text, tensors, order, frozen):
    """The CRC-32 of each tensor's bytes and its line, then of the record's text."""
    crc = 0
    for name in order:
        array = tensors[name]
        state = "frozen" if name in frozen else "trainable"
        line = f"{name} {DTYPES[str(array.dtype)][0]} {list(array.shape)} {state}\n"
        crc = zlib.crc32(line.encode(), zlib.crc32(array.tobytes(), crc))
    model = text[text.index('"model":') + len('"model":') : -1]
    return f"crc32:{zlib.crc32(model.encode(), crc):08x}"


def check_record(model):
    """The parts of the record that a reader relies on fit together."""
    require(model["network"].count(":") >= 2, f"`{model['network']}` is not a network")
    width = sum(feature["width"] for feature in model["features"])
    scaling = model["scaling"]
    if scaling["kind"] == "standard" and width:
        require(len(scaling["mean"]) == width, f"{len(scaling['mean'])} means for {width} columns")
        require(len(scaling["deviation"]) == width, f"{len(scaling['deviation'])} deviations for {width} columns")


def check_expected(expected, entry, tensors):
    """Every tensor and the record are those that were to be written, bit for bit."""
    require(entry["model"] == expected["model"], "the record is not the one expected")
    require(tensors.keys() == expected["tensors"].keys(), f"the tensors are {sorted(tensors)}")
    for name, wanted in expected["tensors"].items():
        array = tensors[name]
        require(str(array.dtype) == wanted["dtype"], f"`{name}` has type {array.dtype}")
        require(list(array.shape) == wanted["shape"], f"`{name}` has shape {array.shape}")
        bits = numpy.ascontiguousarray(array).reshape(-1).view(DTYPES[wanted["dtype"]][1])
        require(bits.tolist() == wanted["bits"], f"`{name}` has other bits: {bits.tolist()}")
        require((name not in entry["frozen"]) == wanted["trainable"], f"`{name}` is frozen or should be")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--expect", metavar="EXPECTED.json")
    arguments = parser.parse_args()
    text, tensors = read(arguments.model)
    entry = json.loads(text)
    require(entry["format_version"] == 1, f"format {entry['format_version']} is not known here")
    sum_of_file = checksum(text, tensors, file_order(arguments.model), entry["frozen"])
    require(entry["checksum"] == sum_of_file, f"the checksum is {sum_of_file}; expected {entry['checksum']}")
    check_record(entry["model"])
    if arguments.expect:
        with open(arguments.expect, encoding="utf-8") as file:
            check_expected(json.load(file), entry, tensors)
    for name in sorted(tensors):
        print(f"{name}: {tensors[name].dtype} {list(tensors[name].shape)}")
    print(json.dumps(entry["model"], indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
