"""Packs the four MNIST files as small as gzip allows, after checking what they hold.

    python3 -m pip install deflate==0.9.0
    python3 tests/golden/scripts/pack_mnist.py FOLDER     a folder with the four files of the distribution, .gz or not
    python3 tests/golden/scripts/pack_mnist.py --check    exit 1 unless the shipped files hold the right bytes

libdeflate at its highest level gives 10.70 MB against the distribution's 11.37 MB; the content is the same to the byte.
"""

import gzip
import hashlib
import pathlib
import sys

ASSETS = pathlib.Path("crates/chainrule-data/assets/mnist")

# SHA-256 of the unpacked files.
CONTENTS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def content(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def checked(folder, name):
    packed = folder / (name + ".gz")
    data = content(packed if packed.exists() else folder / name)
    got = hashlib.sha256(data).hexdigest()
    if got != CONTENTS[name]:
        sys.exit(f"{folder / name}: another content; expected SHA-256 {CONTENTS[name]}, got {got}")
    return data


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--check":
        for name in CONTENTS:
            checked(ASSETS, name)
        return
    import deflate

    for name in CONTENTS:
        (ASSETS / (name + ".gz")).write_bytes(deflate.gzip_compress(checked(pathlib.Path(sys.argv[1]), name), 12))


main()
