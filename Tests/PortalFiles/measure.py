#!/usr/bin/env python3
"""What 10,000 accounts cost a browser, before fake.py: measure.py. Figures, no verdicts; the aims stand beside them."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import fake
from browser import browser, settle

_, address = fake.start("large")
driver = browser()
cdp = driver.execute_cdp_cmd


def say(what, value, aim):
    print(f"{what}: {value} (aim: {aim})", flush=True)


# When the page's own content is there, by the browser's clock.
watch = """
    new MutationObserver(() => { if (window.shownAt === undefined && document.querySelector("[role=cell].c-name, .cards .card")) window.shownAt = performance.now() })
      .observe(document, { childList: true, subtree: true })"""


def load(path, asked):
    """Milliseconds to the first paint and to the page's own content; of that, when its call was sent and how long the server took;
    calls and bytes of the API; bytes of files."""
    driver.get(f"{address}/portal/{path}")
    end = time.time() + 30
    while time.time() < end and not driver.execute_script("return window.shownAt"):
        time.sleep(0.05)
    settle(driver, 1)
    return driver.execute_script("""
        const all = performance.getEntriesByType("resource")
        const api = all.filter((one) => one.name.includes("/portal/api/") && !one.name.includes("/events"))
        const sum = (some) => some.reduce((bytes, one) => bytes + one.encodedBodySize, 0) / 1024
        const call = api.find((one) => one.name.includes(arguments[0]))
        return [performance.getEntriesByName("first-contentful-paint")[0]?.startTime, shownAt, call.startTime, call.duration, api.length, sum(api), sum(all.filter((one) => !one.name.includes("/portal/api/")))]""", asked)


def heap():
    cdp("HeapProfiler.collectGarbage", {})
    return {one["name"]: one["value"] for one in cdp("Performance.getMetrics", {})["metrics"]}


try:
    cdp("Performance.enable", {})
    cdp("Page.addScriptToEvaluateOnNewDocument", {"source": watch})
    for path, asked, aim in (("", "/overview", "1000 ms; at most 6 calls, 60 KB"), ("accounts", "/unitStates", "1000 ms")):
        # The first run is the made-up server's: it works out what it then knows.
        load(path, asked)
        for run in ("one", "two"):
            paint, shown, sent, took, calls, size, files = load(path, asked)
            say(f"{path or 'overview'}, run {run}: first paint {paint or 0:.0f} ms, content {shown:.0f} ms", f"asked at {sent:.0f} ms, answered in {took:.0f} ms; {calls} calls of {size:.1f} KB, files {files:.1f} KB", aim)
    tasks, nodes = driver.execute_async_script("""
        const done = arguments[0]
        const long = []
        new PerformanceObserver((list) => long.push(...list.getEntries().map((one) => Math.round(one.duration)))).observe({ entryTypes: ["longtask"] })
        const list = document.querySelector(".list-scroll"), begin = performance.now()
        let most = 0
        const step = () => {
          const part = (performance.now() - begin) / 5000
          list.scrollTop = part * (list.scrollHeight - list.clientHeight)
          most = Math.max(most, document.getElementsByTagName("*").length)
          if (part < 1) requestAnimationFrame(step)
          else setTimeout(() => done([long, most]), 500)
        }
        step()""")
    say("scrolling from top to bottom in 5 s: long tasks", f"{len(tasks)}, the longest {max(tasks, default=0)} ms", "none over 100 ms")
    say("nodes in the document at any time", nodes, "at most 3,000")
    last = driver.execute_script("const box = document.querySelector('.list-scroll').getBoundingClientRect(); return document.elementFromPoint(box.left + 120, box.bottom - 30).closest('[role=row]')?.getAttribute('aria-rowindex')")
    say("row at the bottom of the screen", last, "10,001")
    act = """
        const [what, done] = [arguments[0], arguments[1]]
        const begin = performance.now()
        const rows = document.querySelector(".list-rows").textContent
        if (what === "search") { const find = document.querySelector("main input[type=search]"); find.value = "lovelace"; find.dispatchEvent(new Event("input", { bubbles: true })) }
        if (what === "sort") [...document.querySelectorAll(".list-head button")].find((one) => one.textContent.includes("Size")).click()
        if (what === "all") document.querySelector(".list-head input").click()
        // Of that, the server's answer.
        const call = () => performance.getEntriesByType("resource").filter((one) => one.startTime >= begin && one.name.includes("/unitStates")).at(0)?.duration ?? 0
        const wait = () => document.querySelector(".list-rows").textContent !== rows || what === "all"
          ? requestAnimationFrame(() => setTimeout(() => done([performance.now() - begin, call()].map(Math.round)))) : requestAnimationFrame(wait)
        wait()"""
    # The first time each question is new to the made-up server, which sorts 10,000 rows in Python; a real one has indexes.
    for is_first in (True, False):
        load("accounts", "/unitStates")
        for what in ("sort", "all", "search"):
            whole, server = driver.execute_async_script(act, what)
            if not is_first:
                say(f"{what}: until the answer is painted", f"{whole} ms, of them {server} ms the server's", "200 ms")
            time.sleep(1)
    # Code that the browser compiles as it gets warm grows by some 50 KB in ten pages and is no object of the page, so this browser compiles none.
    driver.quit()
    driver = browser(flags=["--js-flags=--jitless"])
    cdp = driver.execute_cdp_cmd
    cdp("Performance.enable", {})
    pages = ["", "accounts", f"accounts/{next(iter(fake.Handler.world['byId']))}", "restores", "policies", "activity", "health", "settings", "search?q=budget", "incidents/7"]
    driver.get(f"{address}/portal/")
    settle(driver)

    def visit(path):
        driver.execute_script("const a = document.createElement('a'); a.href = arguments[0]; document.body.append(a); a.click(); a.remove()", f"/portal/{path}")
        settle(driver, 0.2)
    for path in pages:
        visit(path)
    before = heap()
    for _ in range(5):
        for path in pages:
            visit(path)
    after = heap()
    say("heap after 50 more visits of 10 pages", f"{after['JSHeapUsedSize'] / before['JSHeapUsedSize'] - 1:+.1%} ({after['JSHeapUsedSize'] / 1048576:.1f} MB), nodes {before['Nodes']:.0f} → {after['Nodes']:.0f}, listeners {before['JSEventListeners']:.0f} → {after['JSEventListeners']:.0f}", "within 10 %")
finally:
    driver.quit()
