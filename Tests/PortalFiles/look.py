#!/usr/bin/env python3
"""Pictures and findings of pages: look.py OUT [--world small] [--dark] [--width 1280] [--axe axe.min.js] PATH…"""
import argparse
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
import fake
from browser import axe, browser, messages, overflow, settle

parser = argparse.ArgumentParser()
parser.add_argument("out", type=pathlib.Path)
parser.add_argument("paths", nargs="+")
parser.add_argument("--world", default="small")
parser.add_argument("--dark", action="store_true")
parser.add_argument("--forced", action="store_true")
parser.add_argument("--width", type=int, default=1280)
parser.add_argument("--height", type=int, default=1000)
parser.add_argument("--axe")
parser.add_argument("--behind")
parser.add_argument("--token")
given = parser.parse_args()
given.out.mkdir(parents=True, exist_ok=True)
_, address = fake.start(given.world, behind=given.behind, token=given.token)
driver = browser(given.width, given.height, given.dark, given.forced)
try:
    for path in given.paths:
        driver.get(f"{address}/portal/{path}")
        settle(driver)
        name = (path.split("?")[0].strip("/").replace("/", "-") or "overview") + ("-dark" if given.dark else "") + (f"-{given.width}" if given.width != 1280 else "") + f"-{given.world}"
        driver.save_screenshot(str(given.out / f"{name}.png"))
        print(f"{path or '(overview)'}: {driver.title!r} h1 {[h.text for h in driver.find_elements('css selector', 'h1')]}")
        for finding in messages(driver) + overflow(driver) + (axe(driver, given.axe) if given.axe else []):
            print("   ", finding[:700])
finally:
    driver.quit()
