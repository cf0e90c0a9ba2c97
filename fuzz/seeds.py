"""Puts small files of every format into the corpora of the fuzz targets `npy`, `columnar` and `packed`.

    python fuzz/seeds.py

Takes the files that other programs wrote (tests/golden/tables), and packs a text; needs nothing beside Python's library.
"""

import gzip
import pathlib

HERE = pathlib.Path(__file__).parent
TABLES = HERE.parent / "tests" / "golden" / "tables"
TEXT = b"size;colour\n1.5;red\n;blue\n" * 4


def put(target, name, content):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def main():
    for path in sorted(TABLES.iterdir()):
        target = "npy" if path.suffix in (".npy", ".npz") else "columnar"
        put(target, path.name.replace(".", "_"), path.read_bytes())
    packed = gzip.compress(TEXT, mtime=0)
    put("packed", "gzip", packed)
    put("packed", "gzip_two_members", packed + packed)
    put("packed", "gzip_cut_off", packed[:-5])
    # A frame of raw blocks, one of a repeated byte, and a frame that is to be skipped.
    magic = b"\x28\xb5\x2f\xfd"
    raw = magic + b"\x00\x00" + (len(TEXT) << 3 | 1).to_bytes(3, "little") + TEXT
    repeated = magic + b"\x00\x00" + (100 << 3 | 3).to_bytes(3, "little") + b"a"
    put("packed", "zstd_raw", raw)
    put("packed", "zstd_skipped", b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + repeated + raw)
    put("packed", "zstd_window", magic + b"\x00\xa8\x01\x00\x00")


if __name__ == "__main__":
    main()
