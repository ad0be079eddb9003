#!/usr/bin/env python3
"""snippets.py FOLDER MODULE OUTPUT: writes the programs of FOLDER as the symbol graph that DocC's @Snippet reads.

The markup is that of SwiftPM's snippets: the comment at a file's head explains it, `// snippet.NAME` begins a slice,
which ends at the next one or at `// snippet.end`, and `// snippet.hide` to `// snippet.show` is not shown.
"""

import json
import pathlib
import re
import sys

MARKER = re.compile(r"^\s*//\s*snippet\.([\w-]+)\s*$", re.IGNORECASE)


def presented(path):
    """What is explained, the lines that are shown, and the slices as ranges of them."""
    text = path.read_text().splitlines()
    head = 0
    while head < len(text) and text[head].startswith("//") and not MARKER.match(text[head]):
        head += 1
    # Commands become code.
    explanation = [re.sub(r"^(swift|scripts/)", r"    \1", line[2:].strip()) for line in text[:head]]

    lines, slices, name, is_shown = [], {}, None, True
    for number, line in enumerate(text[head:], head + 1):
        marker = MARKER.match(line)
        if not marker:
            if is_shown and (lines or line.strip()):
                lines.append(line)
            continue
        word = marker.group(1).lower()
        if word in ("hide", "show"):
            is_shown = word == "show"
            continue
        if name is not None:
            slices[name][1] = len(lines)
        name = None
        if word != "end":
            name = marker.group(1)
            if name in slices:
                sys.exit(f"{path}:{number}: the slice {name} is there twice")
            slices[name] = [len(lines), None]
    if name is not None:
        slices[name][1] = len(lines)
    return explanation, lines, slices


def symbol(path, module):
    explanation, lines, slices = presented(path)
    return {
        "identifier": {"precise": f"$snippet__{module}.{path.stem}", "interfaceLanguage": "swift"},
        "names": {"title": path.stem},
        "pathComponents": ["Snippets", path.stem],
        "docComment": {"lines": [{"text": line} for line in explanation]},
        "accessLevel": "public",
        "kind": {"identifier": "snippet", "displayName": "Snippet"},
        "isVirtual": True,
        "snippet": {"language": "swift", "lines": lines, "slices": slices},
    }


def main(folder, module, output):
    graph = {
        "metadata": {
            "formatVersion": {"major": 0, "minor": 1, "patch": 0},
            "generator": "scripts/documentation/snippets.py",
        },
        "module": {"name": module, "platform": {}, "isVirtual": True},
        "symbols": [symbol(path, module) for path in sorted(pathlib.Path(folder).glob("*.swift"))],
        "relationships": [],
    }
    pathlib.Path(output).write_text(json.dumps(graph))


main(*sys.argv[1:])
