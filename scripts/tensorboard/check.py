"""Reads event files by tbparse and compares their values with those in expected.json."""

import json
import pathlib
import sys

import numpy
from tbparse import SummaryReader


def scalars(reader, expected):
    """The tags whose scalars differ."""
    table = reader.scalars
    wrong = set(expected) ^ set(table["tag"])
    for tag in set(expected) - wrong:
        rows = table[table["tag"] == tag]
        steps, values = zip(*expected[tag])
        if list(rows["step"]) != list(steps):
            wrong.add(f"{tag}: steps {list(rows['step'])}")
        elif not numpy.array_equal(rows["value"].astype("f4"), numpy.asarray(values, "f4")):
            wrong.add(f"{tag}: {list(rows['value'])}")
    return wrong


def histograms(reader, expected):
    """The tags whose histograms have other counts, or other ends."""
    table = reader.histograms
    wrong = set(expected) ^ set(table["tag"])
    for _, row in table.iterrows():
        count, low, high = expected[row["tag"]]
        ends = row["limits"]
        if sum(row["counts"]) != count or not numpy.allclose([ends[0], ends[-1]], [low, high]):
            wrong.add(f"{row['tag']}: {sum(row['counts'])} from {ends[0]} to {ends[-1]}")
    return wrong


def images(reader, expected):
    """The tags whose pictures, decoded by Pillow, differ."""
    table = reader.images
    wrong = set(expected) ^ set(table["tag"])
    for _, row in table.iterrows():
        pixels = numpy.asarray(row["value"])
        if pixels.tolist() != expected[row["tag"]]:
            wrong.add(f"{row['tag']}: {pixels.tolist()}")
    return wrong


def main():
    folder = pathlib.Path(sys.argv[1])
    expected = json.loads((folder / "expected.json").read_text())
    reader = SummaryReader(str(folder / "run"))
    wrong = scalars(reader, expected["scalars"]) | histograms(reader, expected["histograms"])
    wrong |= images(reader, expected["images"])
    for tag in sorted(wrong):
        print(f"differs: {tag}")
    count = sum(map(len, expected["scalars"].values()))
    print(f"{count} scalars, {len(expected['histograms'])} histograms, "
          f"{len(expected['images'])} images")
    sys.exit(1 if wrong else 0)


main()
