"""Every page in every theme and width: python -m unittest test_pages. AXE=path/to/axe.min.js adds accessibility."""
import os
import pathlib
import sys
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import fake
from browser import axe, browser, messages, overflow, settle, size

ada = "00000001-1111-4222-8333-444455556666"
pages = ["", "accounts", f"accounts/{ada}", f"accounts/{ada}?tab=changes&level=3d", "accounts/none:oneDriveForBusiness:0000000a-1111-4222-8333-444455556666", "incidents/7",
         *os.environ.get("PAGES", "").split()]
themes = {name: how for name, how in {"light": {}, "dark": {"dark": True}, "forced": {"forced": True}}.items() if name in os.environ.get("THEMES", "light dark forced").split()}
widths = [int(width) for width in os.environ.get("WIDTHS", "1280 640 390 320").split()]


class Pages(unittest.TestCase):
    def check(self, driver, path, more=""):
        driver.get(f"{self.address}/portal/{path}{more}")
        settle(driver)
        findings = [message for message in messages(driver) if "favicon" not in message] + overflow(driver)
        heads = driver.execute_script("return [...document.querySelectorAll('h1')].map((h) => h.textContent.trim())")
        if len(heads) != 1:
            findings.append(f"{len(heads)} headings of the first level")
        small = driver.execute_script("""return [...document.querySelectorAll("button, select, input:not([type=checkbox]):not([type=radio])")].filter((node) => {
            const box = node.getBoundingClientRect(); return box.width > 0 && (box.width < 24 || box.height < 24) }).map((node) => node.outerHTML.slice(0, 80))""")
        findings += [f"smaller than 24 px: {node}" for node in small]
        if os.environ.get("AXE"):
            findings += axe(driver, os.environ["AXE"])
        if findings:
            print(f"{path or 'overview'}{more}: " + "\n    ".join(findings), flush=True)
        self.assertEqual(findings, [])

    def setUp(self):
        _, self.address = fake.start("small")

    def test_pages_in_all_themes_and_widths(self):
        for theme, how in themes.items():
            driver = browser(**how)
            try:
                for width in widths if theme == "light" else widths[:1]:
                    size(driver, width, 900)
                    for path in pages:
                        with self.subTest(theme=theme, width=width, page=path):
                            self.check(driver, path)
            finally:
                driver.quit()

    def test_a_language_that_is_longer_and_written_right_to_left(self):
        driver = browser()
        try:
            for width in [1280, 390]:
                size(driver, width, 900)
                for path in pages:
                    with self.subTest(width=width, page=path):
                        self.check(driver, path, "&language=pseudo" if "?" in path else "?language=pseudo")
                        plain = driver.execute_script("""
                            const found = []
                            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
                            while (walk.nextNode()) {
                              const text = walk.currentNode.textContent.trim()
                              const parent = walk.currentNode.parentElement
                              if (!parent || parent.closest("bdi, time, svg, pre, code, .code, noscript, script, .tenant, .person > button, .brand")) continue
                              if (/[a-z]{3,} [a-z]{2,}/i.test(text) && !text.includes("⟦") && !text.includes("~") && !/[áéíóú]/i.test(text)) found.push(text.slice(0, 80))
                            }
                            return [...new Set(found)]""")
                        # What the server says itself comes in its own language.
                        own = ["Team sites", "files were", "are protected", "Free space", "disk is full", "files replaced", "names end", "appeared in", "accounts are in no", "Protect or exclude"]
                        self.assertEqual([text for text in plain if not any(some in text for some in own)], [])
        finally:
            driver.quit()


if __name__ == "__main__":
    unittest.main(verbosity=2)
