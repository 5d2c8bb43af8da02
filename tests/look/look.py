#!/usr/bin/env python3
"""look.py - pictures of every mail and of the report, and what is wrong.

usage: look.py DIRECTORY [NAME-PART ...]
Each document of letters.py is queued and shown by order-notify, in English and
German; its HTML part is opened in Chromium at the width of a phone and of a
desktop, on light and on dark ground, and so is the report of order-report, for
a year, a week, one day and nothing at all; that is printed as well (*.pdf).
Fails when a page is wider than its
window, a text has too little contrast (4.5 to 1) or is smaller than 14 px.
"""
import base64
import email
import email.policy
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

import letters

VIEWS = [("360", 360, "light"), ("360-dark", 360, "dark"),
         ("1280", 1280, "light"), ("1280-dark", 1280, "dark")]
TALLEST = 8000          # pixels of a picture
PROBE = """
(() => {
  const wrong = [], rgb = c => c.match(/[0-9.]+/g).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ?
      [18, 18, 18] : [255, 255, 255];
  };
  const light = c => {
    const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ?
      v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) {
    wrong.push(`is ${width} px wide in a window of ${innerWidth}`);
    for (const e of document.querySelectorAll("body *"))
      if (e.getBoundingClientRect().right > innerWidth + 1)
        wrong.push(`  ${e.tagName}.${e.className} ` +
          e.textContent.trim().slice(0, 40));
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || seen.has(e)) continue;
    seen.add(e);
    const style = getComputedStyle(e);
    const [a, b] = [light(rgb(style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5)
      wrong.push(`contrast ${ratio.toFixed(1)} of ${e.tagName}`);
    if (parseFloat(style.fontSize) < 14)
      wrong.push(`${style.fontSize} of ${e.tagName}`);
  }
  return JSON.stringify({wrong: wrong.slice(0, 12),
    height: document.documentElement.scrollHeight});
})()
"""


def pages():
    """{name: HTML} of every letter in both languages, by way of the tools."""
    found = {}
    with tempfile.TemporaryDirectory() as at:
        env = {**os.environ, "ORDER_DB": at + "/orders.db",
               "ORDER_NOW": "2026-11-23T09:00:00Z"}

        def run(*argv, text=b""):
            return subprocess.run(argv, input=text, env=env, check=True,
                                  stdout=subprocess.PIPE).stdout

        run("order-init")
        run("order-config", "-q", "mail_from=us@acme.example")
        run("order-receive", "-q", text=b"external_ref,channel,sku,quantity\n"
            b"PO-1,email,A,1\n")
        db = sqlite3.connect(at + "/orders.db")
        for name, kind, document in letters.letters():
            document.setdefault("nlines", len(document["lines"])
                                if "lines" in document else 0)
            for language in ("en", "de"):
                number = len(found) + 1
                db.execute(
                    "INSERT INTO messages (id, order_id, revision, kind,"
                    " recipient, seq, state, language, document, queued_at,"
                    " next_try_at) VALUES (?, 1, 1, ?, 'jo@acme.example', ?,"
                    " 'queued', ?, ?, 1795424400, 1795424400)",
                    (number, kind, number, language, json.dumps(document)))
                db.commit()
                mail = email.message_from_bytes(
                    run("order-notify", "--show", str(number)),
                    policy=email.policy.default)
                found[f"{name}-{language}"] = mail.get_body(
                    ("html",)).get_content()
        db.close()
    return found


def reports():
    """{name: HTML} of order-report, for periods of every length."""
    found = {}
    world = os.path.join(os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))), "cli", "report_world.py")
    with tempfile.TemporaryDirectory() as at:
        env = {**os.environ, "ORDER_DB": at + "/orders.db",
               "ORDER_NOW": "2026-11-23T12:00:00Z"}

        def run(*argv):
            return subprocess.run(argv, env=env, stdout=subprocess.PIPE,
                                  check=False).stdout.decode()

        run("order-init")
        run("order-config", "-q", "company_name=Kontor <Nord> & S\u00f6hne",
            "timezone=Europe/Berlin")
        found["report-nothing"] = run("order-report", "-o", "html")
        run(sys.executable, world, at + "/orders.db", "2500", "7",
            "2026-11-23")
        for name, first in (("year", "2025-11-24"), ("weeks", "2026-08-01"),
                            ("days", "2026-11-10"), ("day", "2026-11-23"),
                            ("years", "2001-01-01")):
            found["report-" + name] = run("order-report", "-o", "html",
                                          "--from", first)
    return found


class Browser:
    """Chromium without a window, spoken to through a pair of pipes."""

    def __init__(self, profile):
        ours, theirs = os.pipe(), os.pipe()
        self.to, self.answers = ours[1], os.fdopen(theirs[0], "rb")
        self.number, self.page, self.left = 0, None, b""
        with open(os.path.join(profile, "log"), "wb") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", f'exec "$@" 3<&{ours[0]} 4>&{theirs[1]}', "sh",
                 "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                 "--hide-scrollbars", "--disable-dev-shm-usage",
                 "--remote-debugging-pipe", "--user-data-dir=" + profile],
                pass_fds=(ours[0], theirs[1]), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        os.close(ours[0])
        os.close(theirs[1])
        target = self.call("Target.createTarget", url="about:blank")
        self.page = self.call("Target.attachToTarget", flatten=True,
                                 targetId=target["targetId"])["sessionId"]
        self.call("Page.enable")

    def read(self):
        """The next message it sends."""
        while b"\0" not in self.left:
            got = self.answers.read1(1 << 20)
            if not got:
                sys.exit("look: chromium has ended")
            self.left += got
        one, self.left = self.left.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.page:
            message["sessionId"] = self.page
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                break
        if "error" in answer:
            sys.exit(f"look: {method}: {answer['error']}")
        return answer["result"]

    def wait(self, event):
        while self.read().get("method") != event:
            pass

    def show(self, path, width, scheme):
        """Open it; (what is wrong, PNG)."""
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=800, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url="file://" + path)
        self.wait("Page.loadEventFired")
        found = json.loads(self.call("Runtime.evaluate", expression=PROBE)
                           ["result"]["value"])
        picture = self.call(
            "Page.captureScreenshot", captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": width, "scale": 1,
                  "height": min(found["height"], TALLEST)})
        return found["wrong"], base64.b64decode(picture["data"])

    def print(self):
        """The page it shows as a PDF of A4."""
        return base64.b64decode(self.call(
            "Page.printToPDF", preferCSSPageSize=True,
            printBackground=True)["data"])

    def close(self):
        self.page = None
        self.call("Browser.close")
        self.process.wait()


def main():
    at, parts = os.path.abspath(sys.argv[1]), sys.argv[2:]
    os.makedirs(at, exist_ok=True)
    faults = pictures = 0
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        every = {} if parts == ["report"] else pages()
        for name, page in {**every, **reports()}.items():
            if parts and not any(part in name for part in parts):
                continue
            path = f"{at}/{name}.html"
            with open(path, "w", encoding="utf-8") as f:
                f.write(page)
            for view, width, scheme in VIEWS:
                wrong, picture = browser.show(path, width, scheme)
                pictures += 1
                with open(f"{at}/{name}.{view}.png", "wb") as f:
                    f.write(picture)
                for what in wrong:
                    faults += not what.startswith(" ")
                    print(f"look: {name} at {view}: {what}", file=sys.stderr)
            if name.startswith("report"):
                with open(f"{at}/{name}.pdf", "wb") as f:
                    f.write(browser.print())
        browser.close()
    print(f"{pictures} pictures in {at}, {faults} faults")
    return faults > 0 or pictures == 0


if __name__ == "__main__":
    sys.exit(main())
