#!/usr/bin/env python3
"""A second engine: every page once in headless Firefox, for its messages, width and heading. firefox.py [FOLDER for pictures]

Speaks WebDriver BiDi to Debian's firefox-esr itself, since geckodriver is not in Debian. Needs websocket-client (Selenium has it).
"""
import base64
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import websocket

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
import fake
from browser import key_script
from states import pages


class Firefox:
    def __init__(self, profile):
        self.process = subprocess.Popen(["firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        while not (found := re.search(r"BiDi listening on (ws://\S+)", line := self.process.stderr.readline())):
            if not line:
                raise SystemExit("Firefox ended.")
        self.socket = websocket.create_connection(found[1] + "/session", timeout=60, suppress_origin=True)
        self.numbers, self.said = itertools.count(1), []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]
        self.call("script.addPreloadScript", functionDeclaration="() => { if (location.origin !== 'null') { %s } }" % key_script)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded":
                entry = answer["params"]
                if entry["level"] in ("warn", "error"):
                    self.said.append(f"{entry['level']}: {entry.get('text')}")
            elif answer.get("id") == number:
                if answer.get("type") == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def script(self, text):
        return json.loads(self.call("script.evaluate", expression=f"JSON.stringify((() => {{ {text} }})())", target={"context": self.context}, awaitPromise=True)["result"]["value"])

    def open(self, address, width):
        self.call("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": 900})
        self.call("browsingContext.navigate", context=self.context, url=address, wait="complete")
        end = time.time() + 15
        while time.time() < end and self.script("return !document.querySelector('h1') || document.querySelectorAll('[aria-busy=true]').length > 0"):
            time.sleep(0.1)
        time.sleep(0.4)

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.call("browsingContext.captureScreenshot", context=self.context)["data"]))

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    _, address = fake.start("small")
    failed = 0
    with tempfile.TemporaryDirectory() as profile:
        firefox = Firefox(profile)
        try:
            for name, (path, _, _) in pages.items():
                path = path.replace("RUNNING", next(iter(fake.Handler.world["plans"]), "none"))
                for width in (1280, 390):
                    firefox.said.clear()
                    firefox.open(f"{address}/portal/{path}", width)
                    findings = firefox.said
                    findings += firefox.script("""const root = document.documentElement, heads = document.querySelectorAll("h1").length
                        return [root.scrollWidth > root.clientWidth && `scrolls sideways, ${root.scrollWidth}`, heads !== 1 && `${heads} h1`].filter(Boolean)""")
                    if folder:
                        firefox.picture(folder / f"{name}-{width}.png")
                    failed += bool(findings)
                    print(f"{'not ok' if findings else 'ok'} {name} {width} {firefox.script('return document.title')} {findings[:3]}", flush=True)
        finally:
            firefox.close()
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
