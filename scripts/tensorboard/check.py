"""Reads event files by tbparse and compares their values with those in expected.json."""

import io
import json
import pathlib
import sys

import numpy
from PIL import Image
from tbparse import SummaryReader
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


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
    """The tags whose histograms have other counts or other bins."""
    table = reader.histograms
    wrong = set(expected) ^ set(table["tag"])
    for _, row in table.iterrows():
        count, low, high = expected[row["tag"]]
        ends = row["limits"]
        # The right ends of bins of equal width.
        right = numpy.linspace(low, high, len(ends) + 1)[1:]
        if sum(row["counts"]) != count or not numpy.allclose(ends, right):
            wrong.add(f"{row['tag']}: {sum(row['counts'])} from {ends[0]} to {ends[-1]}")
    return wrong


def images(folder, expected):
    """The tags whose pictures, decoded by Pillow, differ; tbparse would need TensorFlow for them."""
    events = EventAccumulator(folder)
    events.Reload()
    tags = events.Tags()["images"]
    wrong = set(expected) ^ set(tags)
    for tag in tags:
        for image in events.Images(tag):
            pixels = numpy.asarray(Image.open(io.BytesIO(image.encoded_image_string))).tolist()
            if pixels != expected[tag] or [image.height, image.width] != [
                    len(pixels), len(pixels[0])]:
                wrong.add(f"{tag}: {pixels}")
    return wrong


def main():
    folder = pathlib.Path(sys.argv[1])
    expected = json.loads((folder / "expected.json").read_text())
    reader = SummaryReader(str(folder / "run"))
    wrong = scalars(reader, expected["scalars"]) | histograms(reader, expected["histograms"])
    wrong |= images(str(folder / "run"), expected["images"])
    for tag in sorted(wrong):
        print(f"differs: {tag}")
    count = sum(map(len, expected["scalars"].values()))
    print(f"{count} scalars, {len(expected['histograms'])} histograms, "
          f"{len(expected['images'])} images")
    sys.exit(1 if wrong else 0)


main()
