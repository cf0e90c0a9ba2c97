"""Opens reports in a headless Chromium as a reader would, and says what is wrong with them.

    python3 browser.py CHROMIUM REPORT.html... --out FOLDER [--broken PAGE.html]

For each page, at the widths of a desktop (light and dark) and of a phone: no message on the console, no request to
anywhere, nothing wider than the screen, every drawing and chart with a size, every text with enough contrast. Then the page
is printed: the curves must be on paper, without a script's canvas. Screenshots and the printed page are left in FOLDER.
With --broken, a page full of faults is opened first, and all of them must be found.

The browser is driven through a pipe (`--remote-debugging-pipe`, messages of the DevTools protocol that end with a zero byte),
so that this needs Python's standard library and nothing else.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--remote-debugging-pipe",
]
DESKTOP, PHONE = ("desktop", 1280, 900, False), ("phone", 390, 844, True)
VIEWS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")]
# How long one answer of the browser may take, and everything together, in seconds.
PATIENCE = 20
ALL = 60
# What must be found on the page full of faults.
FAULTS = ["wide on a screen", "sticks out", "without a size", "zoomed is missing", "contrast", "console:", "exception:", "a request to", "on paper:"]

# What is measured inside the page: elements that stick out, drawings without a size, pale text.
MEASURE = r"""
(() => {
  const faults = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} wide on a screen of ${width}`);
  }
  const shown = (element) => element.checkVisibility() && !element.closest("details:not([open]) > :not(summary)");
  for (const element of document.querySelectorAll("main *, header *, nav *")) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 1 && shown(element) && !element.closest(".scroll, svg, .uplot")) {
      faults.push(`<${element.tagName}> sticks out to ${Math.round(box.right)}: ${element.textContent.slice(0, 40)}`);
    }
  }
  for (const drawing of document.querySelectorAll("svg, canvas, img")) {
    const box = drawing.getBoundingClientRect();
    if (shown(drawing) && (box.width < 20 || box.height < 5)) { faults.push(`a <${drawing.tagName}> without a size`); }
  }
  for (const box of document.querySelectorAll(".live")) {
    if (!box.querySelector("canvas")) { faults.push("a chart that can be zoomed is missing"); continue; }
    if (box.getBoundingClientRect().width + 1 < box.querySelector(".uplot").getBoundingClientRect().width) {
      faults.push("a chart is wider than its place");
    }
  }
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (x) => { x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) { return colour; }
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const element of document.querySelectorAll("main *, header *, nav *, footer *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("svg, .uplot") || !shown(element)) { continue; }
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) { pale.add(`contrast ${contrast.toFixed(1)} in <${element.tagName} class="${element.className}">`); }
  }
  return JSON.stringify(faults.concat([...pale]).slice(0, 20));
})()
"""


class Browser:
    """A headless browser and its messages."""

    def __init__(self, program, folder):
        to_browser, self.out = os.pipe()
        self.into, from_browser = os.pipe()

        def hand_over():
            # Above 4 first, so that neither is overwritten by the other.
            high = [os.dup2(to_browser, 13), os.dup2(from_browser, 14)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        command = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(
            command, preexec_fn=hand_over, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        os.set_blocking(self.into, False)
        self.number, self.buffer, self.events = 0, b"", []
        self.end = time.monotonic() + ALL

    def read(self, deadline):
        """The next message, or an error once the deadline is over."""
        while b"\0" not in self.buffer:
            if time.monotonic() > min(deadline, self.end):
                raise TimeoutError("the browser does not answer")
            try:
                piece = os.read(self.into, 1 << 20)
            except BlockingIOError:
                time.sleep(0.005)
                continue
            if not piece:
                raise EOFError("the browser ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """Asks, and waits for the answer; what else is told meanwhile is kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.read(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        """Waits until something was told."""
        deadline = time.monotonic() + PATIENCE
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read(deadline))

    def close(self):
        try:
            self.call("Browser.close")
        except (OSError, EOFError, TimeoutError, RuntimeError):
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def messages(events):
    """What the page wrote on the console, and what it wanted to load."""
    faults = []
    for event in events:
        method, told = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            faults.append("exception: " + told["exceptionDetails"].get("exception", {}).get("description", "?"))
        elif method == "Runtime.consoleAPICalled":
            faults.append("console: " + " ".join(str(value.get("value", "")) for value in told["args"]))
        elif method == "Log.entryAdded":
            faults.append("log: " + told["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if not url.startswith(("file:", "data:")):
                faults.append("a request to " + url)
    return faults


def look(browser, page, screen, scheme, out):
    """Opens a page on a screen; returns what is wrong."""
    name, width, height, is_phone = screen
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.events.clear()
    for domain in ["Page", "Runtime", "Log", "Network"]:
        browser.call(f"{domain}.enable", session)
    scale = 2 if is_phone else 1
    browser.call(
        "Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=scale, mobile=is_phone
    )
    browser.call("Emulation.setEmulatedMedia", session, features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Page.navigate", session, url=page.resolve().as_uri())
    browser.wait("Page.loadEventFired")
    result = browser.call("Runtime.evaluate", session, expression=MEASURE)["result"]
    faults = json.loads(result["value"]) if "value" in result else ["the page cannot be measured: " + str(result)]
    stem = out / f"{page.stem}-{name}-{scheme}"
    shot = browser.call("Page.captureScreenshot", session, format="png", captureBeyondViewport=True)
    picture = base64.b64decode(shot["data"])
    stem.with_suffix(".png").write_bytes(picture)
    if len(picture) < 20_000:
        faults.append(f"the screenshot has {len(picture)} bytes and cannot show a report")
    if scheme == "light" and not is_phone:
        faults += printed(browser, session, stem)
    faults += messages(browser.events)
    browser.call("Target.closeTarget", targetId=target)
    return [f"{page.name}, {name}, {scheme}: {fault}" for fault in faults]


def printed(browser, session, stem):
    """Prints the page; returns what is wrong on paper."""
    browser.call("Emulation.setEmulatedMedia", session, media="print")
    count = "[...document.querySelectorAll('{}')].filter((one) => one.checkVisibility()).length"
    seen = {}
    for what in [".still svg", "canvas", "nav"]:
        answer = browser.call("Runtime.evaluate", session, expression=count.format(what))
        seen[what] = answer["result"]["value"]
    charts = browser.call("Runtime.evaluate", session, expression="document.querySelectorAll('.live').length")
    faults = []
    if seen[".still svg"] != charts["result"]["value"] or seen["canvas"] or seen["nav"]:
        faults.append(f"on paper: {seen}")
    browser.call("Emulation.setEmulatedMedia", session, media="", features=[])
    paper = browser.call("Page.printToPDF", session, preferCSSPageSize=True, printBackground=True)
    content = base64.b64decode(paper["data"])
    stem.with_suffix(".pdf").write_bytes(content)
    if not content.startswith(b"%PDF"):
        faults.append("on paper: no PDF came out")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chromium")
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--broken", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    faults = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(arguments.chromium, folder)
        try:
            if arguments.broken:
                found = " ".join(look(browser, arguments.broken, DESKTOP, "light", arguments.out))
                faults += [f"on the broken page, this was not found: {fault}" for fault in FAULTS if fault not in found]
            for page in arguments.reports:
                for screen, scheme in VIEWS:
                    faults += look(browser, page, screen, scheme, arguments.out)
        finally:
            browser.close()
    print("\n".join(faults) if faults else f"{len(arguments.reports)} reports are shown as they should be")
    sys.exit(1 if faults else 0)


main()
