#!/usr/bin/env python3
"""check.py SYMBOLS: checks what DocC does not.

Every public declaration in the symbol graphs of the folder SYMBOLS has a documentation comment, its own or its
requirement's; every type and function outside of one is in a topic of its module's page; and Swift code in articles
comes by @Snippet from programs that are built and run, a manifest excepted.
"""

import collections
import json
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]


def symbols(module, folder):
    """What the module declares, without what the compiler synthesizes and the members of re-exported types."""
    for path in sorted(folder.glob(f"{module}*.symbols.json")):
        for symbol in json.loads(path.read_text())["symbols"]:
            if "::SYNTHESIZED::" in symbol["identifier"]["precise"]:
                continue
            if symbol["kind"]["identifier"] != "swift.extension":
                yield symbol


def place(symbol):
    location = symbol.get("location")
    if not location:
        return ""
    path = location["uri"].removeprefix("file://")
    path = path[path.find("/Sources/") + 1 :]
    return f"{path}:{location['position']['line'] + 1}: "


def main(folder):
    faults, counts = [], collections.Counter()
    for module_folder in sorted(pathlib.Path(folder).iterdir()):
        module = module_folder.name
        page = root / "Sources" / module / f"{module}.docc" / f"{module}.md"
        topics = set(re.findall(r"^- ``([^`]+)``", page.read_text(), re.MULTILINE))
        topics = {re.sub(r"-(>|\().*$", "", name) for name in topics}
        for symbol in symbols(module, module_folder):
            name = ".".join(symbol["pathComponents"])
            counts["all"] += 1
            if not symbol.get("docComment"):
                faults.append(f"{place(symbol)}{name} has no documentation comment")
            is_own = symbol["identifier"]["precise"].startswith("s:" + str(len(module)) + module)
            if is_own and len(symbol["pathComponents"]) == 1 and name not in topics:
                faults.append(f"{place(symbol)}{name} is in no topic of {page.relative_to(root)}")
    for article in sorted(root.glob("Sources/*/*.docc/**/*.md")):
        for number, line in enumerate(lines := article.read_text().splitlines()):
            if line.strip() == "```swift" and not lines[number + 1].startswith("// swift-tools-version"):
                faults.append(f"{article.relative_to(root)}:{number + 1}: Swift code not by @Snippet")
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(f"faults in the documentation: {len(faults)}, in {counts['all']} public declarations")
    print(f"All {counts['all']} public declarations are documented.", file=sys.stderr)


main(*sys.argv[1:])
