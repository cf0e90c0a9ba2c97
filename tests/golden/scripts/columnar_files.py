"""Writes tests/golden/tables/*.parquet and *.arrow as pyarrow and Polars write them: every type, packer and page version.

    python tests/golden/scripts/columnar_files.py

Needs pyarrow and polars.
"""

import datetime
import decimal
import pathlib

import polars
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

FOLDER = pathlib.Path(__file__).parent.parent / "tables"


def table():
    """Four rows with a null in every column but the first."""
    day = datetime.date(2024, 1, 31)
    moment = datetime.datetime(2024, 1, 31, 12, 0, 0, 500_000)
    return pa.table(
        {
            "whole": pa.array([1, 2, 3, 2**40], pa.int64()),
            "small": pa.array([1, None, 3, -4], pa.int8()),
            "half": pa.array([0.5, None, 1.5, -2.0], pa.float16()),
            "real": pa.array([0.1, None, float("nan"), 1e300], pa.float64()),
            "flag": pa.array([True, None, False, True]),
            "price": pa.array([decimal.Decimal("12.34"), None, decimal.Decimal("-0.01"), decimal.Decimal("99999.99")]),
            "city": pa.array(["Ulm", None, "", "Köln"]),
            "colour": pa.array(["red", None, "blue", "red"]).dictionary_encode(),
            "day": pa.array([day, None, day, day]),
            "moment": pa.array([moment, None, moment, moment], pa.timestamp("us", tz="UTC")),
            "list": pa.array([[1], None, [], [2, 3]]),
        }
    )


def main():
    FOLDER.mkdir(exist_ok=True)
    rows = table()
    for packer in ["snappy", "gzip", "zstd", "lz4"]:
        pa.parquet.write_table(rows, FOLDER / f"types_{packer}.parquet", compression=packer, row_group_size=3)
    pa.parquet.write_table(rows, FOLDER / "types_pages_2.parquet", compression="snappy", data_page_version="2.0")
    for packer in ["lz4", "zstd", "uncompressed"]:
        pa.feather.write_feather(rows, FOLDER / f"types_{packer}.arrow", compression=packer, chunksize=3)
    with pa.ipc.new_stream(FOLDER / "types_stream.arrow", rows.schema) as out:
        out.write_table(rows, max_chunksize=3)
    simple = polars.DataFrame({"size": [1.5, None, 3.0], "city": ["Ulm", "Bonn", None]})
    simple.write_parquet(FOLDER / "polars.parquet")
    simple.write_ipc(FOLDER / "polars.arrow", compression="zstd")


if __name__ == "__main__":
    main()
