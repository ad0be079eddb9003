"""Makes JPEG files of coloured shapes and noise in ten classes, as a folder for ImageFolder."""

import argparse
import random
import shutil
from pathlib import Path

from PIL import Image, ImageDraw


def picture(label: int, size: int, source: random.Random) -> Image.Image:
    """Smooth random colours with shapes, as many as the label says."""
    colours = bytes(source.randrange(256) for _ in range(16 * 16 * 3))
    image = Image.frombytes("RGB", (16, 16), colours).resize((size, size), Image.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(label + 1):
        x, y, radius = (source.randrange(size) for _ in range(3))
        fill = tuple(source.randrange(256) for _ in range(3))
        draw.ellipse((x - radius // 8, y - radius // 8, x + radius // 8, y + radius // 8), fill=fill)
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--size", type=int, default=128)
    arguments = parser.parse_args()
    source = random.Random(0)
    # Under another name until all are there.
    partial = arguments.folder.with_name(arguments.folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for number in range(arguments.count):
        label = number % 10
        folder = partial / f"class{label}"
        folder.mkdir(parents=True, exist_ok=True)
        picture(label, arguments.size, source).save(folder / f"{number:05}.jpg", quality=90)
    partial.rename(arguments.folder)
    print(f"{arguments.folder}: {arguments.count} pictures")


if __name__ == "__main__":
    main()
