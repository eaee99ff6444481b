#!/usr/bin/env python3
"""Every page in every state: states.py --axe axe.min.js [--only restores,search] [--pictures DIR]

Loaded at four widths, dark and in forced colours; empty; loading; refused with each status; without the right; without
the additions that are new; longer and written right to left. In each cell: no finding of axe, nothing in the console but
what was ordered, no sideways scrolling, nothing cut off, one h1 with which the title begins, and what the state needs.
"""
import argparse
import pathlib
import re
import sys
import time
import urllib.request

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
import fake
from browser import axe, browser, messages, overflow, settle, size

ada = "accounts/00000001-1111-4222-8333-444455556666"
#: name: (address, what its load asks for, permission or None)
pages = {
    "rollback": ("restores/new?incident=7", "restorePlans$", "Restore.ReadWrite"), "restores": ("restores", "restorePlans$", "Restore.Read"),
    "restore": ("restores/RUNNING", "progress$", "Restore.Read"), "browse": (f"{ada}/at/2026-11-20T10:00:00Z", "restorePoints$", "Restore.ReadWrite"),
    "compare": (f"{ada}/compare/2026-11-20T10:00:00Z/now", "restorePoints$", "Restore.ReadWrite"), "search": ("search?q=budget", "fileSearches$", "Restore.ReadWrite"),
    "policies": ("policies", "protectionPolicies$", "Configuration.Read"), "policy": ("policies/policy-1", "protectionPolicies/", "Configuration.Read"), "protect": ("policies/new", "protectionPolicies$", "Configuration.ReadWrite"),
    "activity": ("activity", "auditRecords$", "Monitor.Read"), "report": ("activity/protection", "reports/", "Monitor.Read"), "access": ("activity/access", "reports/", "Monitor.Read"),
    "health": ("health", "/health$", "Control.Read"), "settings": ("settings", "emailNotificationsSetting$", None), "welcome": ("welcome", "policyPreviews$", "Configuration.ReadWrite"),
    "overview": ("", "overview$", "Configuration.Read"), "accounts": ("accounts", "unitStates$", "Configuration.Read"), "account": (ada, "unitStates/", "Configuration.Read"), "incident": ("incidents/7", "incidents/7$", "Restore.Read"),
}
gates = ["sign-in", "device"]
statuses = [403, 404, 409, 429, 500, 503]


class Look:
    def __init__(self, given):
        self.given, self.found, self.cells = given, 0, 0
        self.driver = browser()

    def order(self, text):
        urllib.request.urlopen(f"{self.address}/fake/{text}").read()

    def start(self, kind):
        _, self.address = fake.start(kind)
        self.world = fake.Handler.world

    def show(self, page, state, *, width=1280, dark=False, forced=False, wants="", expects=(), wait=0.4):
        path = pages[page][0] if page in pages else page
        if "RUNNING" in path:
            path = path.replace("RUNNING", next(iter(self.world["plans"]), "none"))
        if state == "pseudo":
            path += ("&" if "?" in path else "?") + "language=pseudo"
        size(self.driver, width, 900)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}, {"name": "forced-colors", "value": "active" if forced else "none"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        messages(self.driver)
        self.driver.get(f"{self.address}/portal/{path}")
        if state != "loading":
            settle(self.driver, wait)
        else:
            time.sleep(1.2)
        findings = [one for one in messages(self.driver) if not (expects and "Failed to load resource" in one)]
        findings += overflow(self.driver)
        # Forced colours come from the system, axe reads the page's own; and what loads changes under its hands.
        findings += axe(self.driver, self.given.axe) if not forced and state != "loading" else []
        heads = self.driver.execute_script("return [...document.querySelectorAll('h1')].map((node) => node.innerText)")
        title = self.driver.title
        if len(heads) != 1:
            findings.append(f"{len(heads)} h1")
        elif state != "pseudo" and page not in gates and not title.startswith(heads[0].strip().split(":")[0].split(" as of")[0][:12]) and state == "loaded" and page not in ("accounts", "account"):
            findings.append(f"title {title!r}, h1 {heads[0]!r}")
        body = self.driver.execute_script("return document.body.innerText")
        if wants and not re.search(wants, body):
            findings.append(f"does not say {wants!r}")
        if state == "hostile":
            findings += self.driver.execute_script("""
                const found = []
                if (document.querySelector("main img")) found.push("markup of a name became an element")
                if (/[\\u202e\\u0007]/.test(document.body.innerText)) found.push("a control or direction mark is shown as it is")
                if (!document.body.innerText.includes("<img") && !location.pathname.match(/health|settings|new|welcome/)) found.push("no hostile name is on the page")
                return found""")
        if state == "pseudo" and page not in gates:
            findings += self.untranslated()
        self.cells += 1
        name = f"{page.replace('/', '-')}-{state}" + (f"-{width}" if width != 1280 else "") + ("-dark" if dark else "") + ("-forced" if forced else "")
        if self.given.pictures:
            self.driver.save_screenshot(str(self.given.pictures / f"{name}.png"))
        if findings:
            self.found += 1
            print(f"not ok {name}", flush=True)
            for one in findings[:6]:
                print("    ", one[:500], flush=True)

    def untranslated(self):
        """Texts of the page that did not come out of text/: those without the marks of the pseudo-language, but names, numbers and codes."""
        return self.driver.execute_script("""
            const found = []
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              const text = node.data.trim(), parent = node.parentElement
              if (!/[A-Za-z]{3} [A-Za-z]{2,}/.test(text) || /[⟦⟧~]/.test(text) || parent.closest("code, pre, time, bdi, noscript, script, option, .tenant, .data, svg")) continue
              if (!parent.checkVisibility()) continue
              found.push("untranslated: " + text.slice(0, 80))
            }
            return found.slice(0, 5)""")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--axe", required=True)
    parser.add_argument("--only", default=",".join([*pages, *gates]))
    parser.add_argument("--states", default="widths,themes,empty,loading,errors,right,hostile,pseudo")
    parser.add_argument("--widths", default="1280,320,640,2560")
    parser.add_argument("--statuses", default=",".join(map(str, statuses)))
    parser.add_argument("--pictures", type=pathlib.Path)
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    look, states = Look(given), given.states.split(",")
    wanted = given.only.split(",")
    everything = None
    for page in wanted:
        look.start("small")
        everything = list(look.world["me"]["scopes"])
        if "widths" in states:
            for width in map(int, given.widths.split(",")):
                look.show(page, "loaded", width=width, wait=1.6 if page == "rollback" else 0.4)
        if "themes" in states:
            look.show(page, "loaded", dark=True)
            look.show(page, "loaded", forced=True)
        if page in gates:
            continue
        _, call, right = pages[page]
        if "loading" in states:
            look.order(f"delay?path={call}&ms=3000&times=20")
            look.show(page, "loading")
            look.order("clear")
        if "errors" in states:
            for status in map(int, given.statuses.split(",")):
                look.order(f"fail?path={call}&status={status}&times=1000" + ("&retry=60" if status in (429, 503) else ""))
                isPart = (page == "rollback" and status == 404) or page == "restores"
                look.show(page, f"error{status}", expects=(status,), wants="" if isPart else "Try again")
                look.order("clear")
        if "right" in states and right:
            look.world["me"].update({"roles": ["Nobody"], "scopes": []})
            look.show(page, "right", wants="This page needs the role", expects=(403,))
            look.world["me"].update({"roles": ["administrator"], "scopes": everything})
        if "hostile" in states:
            look.order("hostile")
            for width in (1280, 390):
                look.show(page, "hostile", width=width, expects=(404,))
            look.order("clear")
        if "pseudo" in states:
            look.start("small")
            look.order("foreign")
            look.show(page, "pseudo", width=390)
            look.order("clear")
        if "empty" in states and page not in ("restore", "browse", "compare", "policy", "account", "incident"):
            look.start("empty")
            look.show(page, "empty", expects=(404,))
    look.driver.quit()
    print(f"{look.cells} cells, {look.found} with findings")
    sys.exit(look.found > 0)


if __name__ == "__main__":
    main()
