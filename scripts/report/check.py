"""Checks pages of reports in Chromium; see scripts/test-report."""

import argparse
import base64
import os
import pathlib
import sys
import tempfile
import urllib.parse

from chromium import Chromium

WIDTHS = {"desk": 1280, "phone": 390}
SCHEMES = ["light", "dark"]
# Taller pages are cut, since Chromium draws no larger picture.
HEIGHT = 16_000


def requests(events, address):
    """The addresses other than the page's own that it asked for."""
    asked = [event["params"]["request"]["url"] for event in events
             if event.get("method") == "Network.requestWillBeSent"]
    return [url for url in asked if url != address and not url.startswith("data:")]


def complaints(events):
    """The errors and warnings on the console."""
    found = []
    for event in events:
        parameters = event.get("params", {})
        match event.get("method"):
            case "Log.entryAdded" if parameters["entry"]["level"] in ("error", "warning"):
                found.append(parameters["entry"]["text"])
            case "Runtime.consoleAPICalled" if parameters["type"] in ("error", "warning", "assert"):
                found.append(" ".join(str(each.get("value")) for each in parameters["args"]))
            case "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"]["text"])
    return found


def dead_links(browser, page):
    """The links within the page, and to files beside it, that lead nowhere."""
    dead = browser.evaluate("""
      [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href'))
        .filter(href => !document.getElementById(decodeURIComponent(href.slice(1))))""")
    for href in browser.evaluate(
            "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"):
        parts = urllib.parse.urlsplit(href)
        if parts.scheme or not parts.path:
            continue
        # As browsers do, without following symbolic links.
        if not os.path.exists(os.path.normpath(page.parent / urllib.parse.unquote(parts.path))):
            dead.append(href)
    return dead


# Elements that reach over the right edge and are not within one that scrolls by itself.
OVERFLOWING = """
  [...document.querySelectorAll('main *')].filter(each => {
    if (each.getBoundingClientRect().right <= document.documentElement.clientWidth + 1) return false
    for (let up = each; up !== document.body; up = up.parentElement) {
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return false
    }
    return true
  }).slice(0, 3).map(each => each.outerHTML.slice(0, 100))"""

IDENTIFIERS = """
  (() => { const ids = [...document.querySelectorAll('[id]')].map(each => each.id)
    return ids.filter((id, index) => ids.indexOf(id) !== index).slice(0, 3) })()"""


def check(browser, page, folder):
    """The faults of a page at every width and in every colour scheme."""
    address = page.absolute().as_uri()
    faults = []
    for device, width in WIDTHS.items():
        browser.send("Emulation.setDeviceMetricsOverride", width=width, height=900,
                     deviceScaleFactor=1 if device == "desk" else 2, mobile=device == "phone")
        for scheme in SCHEMES:
            browser.send("Emulation.setEmulatedMedia",
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            events = browser.open(address)
            faults += [f"asks for {url}" for url in requests(events, address)]
            faults += [f"console: {text}" for text in complaints(events)]
            wide = browser.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth")
            if wide:
                faults.append(f"scrolls sideways on a {device}: {browser.evaluate(OVERFLOWING)}")
            if folder:
                height = min(browser.evaluate("document.documentElement.scrollHeight"), HEIGHT)
                picture = browser.send(
                    "Page.captureScreenshot", captureBeyondViewport=True,
                    clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
                name = f"{page.resolve().parent.name}-{page.stem}-{device}-{scheme}.png"
                (folder / name).write_bytes(base64.b64decode(picture["data"]))
    faults += [f"a link leads nowhere: {href}" for href in dead_links(browser, page)]
    faults += [f"an identifier comes twice: {name}" for name in browser.evaluate(IDENTIFIERS)]
    if folder:
        printed = browser.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        name = f"{page.resolve().parent.name}-{page.stem}.pdf"
        (folder / name).write_bytes(base64.b64decode(printed["data"]))
    return list(dict.fromkeys(faults))


# A page with every fault, by which the checks themselves are tried.
FAULTY = """<!DOCTYPE html><html><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"></head><body><main>
<div id="twice" style="width: 3000px">wide</div><p id="twice"></p>
<img src="https://example.invalid/picture.png"><a href="#nowhere"></a><a href="gone.csv"></a>
<script>console.error("an error"); missing()</script></main></body></html>"""
FAULTS = ["asks for https://example.invalid", "console: an error", "console: Uncaught",
          "scrolls sideways on a desk", "scrolls sideways on a phone", "leads nowhere: #nowhere",
          "leads nowhere: gone.csv", "comes twice: twice"]


def try_checks(browser):
    """Stops where a fault is not found."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "faulty.html"
        page.write_text(FAULTY)
        found = "\n".join(check(browser, page, None))
    missed = [fault for fault in FAULTS if fault not in found]
    if missed:
        sys.exit(f"The checks do not find: {', '.join(missed)}; they found:\n{found}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    has_failed = False
    with Chromium() as browser:
        try_checks(browser)
        for page in options.pages:
            faults = check(browser, page, options.screenshots)
            print(f"{page}: {f'{len(faults)} faults' if faults else 'sound'}")
            for fault in faults:
                print(f"  {fault}")
            has_failed = has_failed or bool(faults)
    sys.exit(1 if has_failed else 0)


main()
