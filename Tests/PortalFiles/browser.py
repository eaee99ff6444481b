"""A headless Chromium for tests and looks at the portal's pages; see look.py and test_*.py.

Needs Selenium (PyPI) and Debian's chromium and chromium-driver, set up outside of the repository.
"""
import json
import pathlib
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

key_script = "localStorage.setItem('holdfast.pageKey', 'development-page-key');"


def browser(width=1280, height=900, dark=False, forced=False, profile=None, key=True, flags=()):
    """`key`: signed in at fake.py; a real server gives its own key at the sign-in."""
    options = Options()
    for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}",
                 "--disable-background-networking", "--disable-component-update", "--no-first-run", *flags]:
        options.add_argument(flag)
    if profile:
        options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    size(driver, width, height)
    features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    if forced:
        features.append({"name": "forced-colors", "value": "active"})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Berlin"})
    if key:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": key_script})
    return driver


def size(driver, width, height):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 640})


def settle(driver, seconds=0.6):
    """Until nothing is busy; an answer that never comes is the caller's finding."""
    end = time.time() + 15
    while time.time() < end:
        busy = driver.execute_script("return !document.querySelector('h1') || document.querySelectorAll('[aria-busy=true]').length > 0")
        if not busy:
            break
        time.sleep(0.1)
    time.sleep(seconds)


def messages(driver):
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def overflow(driver):
    """Sideways scrolling, and elements whose text is cut off although nothing says so."""
    return driver.execute_script("""
        const found = []
        const root = document.documentElement
        if (root.scrollWidth > root.clientWidth) found.push(`page ${root.scrollWidth} > ${root.clientWidth}`)
        for (const node of document.querySelectorAll("body *")) {
          const style = getComputedStyle(node)
          if (!node.checkVisibility() || node.closest("svg, .away, .skip, [hidden]") || node.matches("select, input, textarea")) continue
          if (style.overflowX !== "visible" && style.overflowX !== "auto" && style.textOverflow !== "ellipsis"
              && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0) found.push(`${node.tagName}.${node.className} ${node.scrollWidth} > ${node.clientWidth}`)
          const box = node.getBoundingClientRect()
          if (box.width > 0 && box.right > root.clientWidth + 1 && !node.closest(".list-scroll, pre, .tabs")) found.push(`right ${node.tagName}.${node.className} ${Math.round(box.right)}`)
        }
        return found.slice(0, 12)""")


def axe(driver, source, rules=None):
    driver.execute_script(pathlib.Path(source).read_text())
    result = driver.execute_async_script("""
        const done = arguments[arguments.length - 1]
        axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(done, (e) => done({ error: String(e) }))""")
    if "error" in result:
        return [result["error"]]
    return [f"{one['id']} ({len(one['nodes'])}): " + " | ".join(
        json.dumps(node["target"]) + " " + (node.get("failureSummary") or "").replace("\n", " ")[:200] for node in one["nodes"][:3]) for one in result["violations"]]
