"""A person before the portal: finds things by their role and accessible name only, and counts what it takes.

A click, a tap, an Enter and a shortcut count one each, and so does typing a word or a number, the way to its field
included (pages.md, section 2). Nothing is found by id, class or path.
"""
import re
import time


from browser import browser

keys = {"Enter": ("Enter", 13, "\r"), "Tab": ("Tab", 9, ""), "Space": (" ", 32, " "), "Escape": ("Escape", 27, ""), "ArrowDown": ("ArrowDown", 40, "")}


class Person:
    """`how`: mouse, keyboard, phone or slow (a mouse behind a bad line on an old machine)."""

    def __init__(self, address, how="mouse", folder=None, key=True):
        self.how, self.address, self.clicks, self.words, self.said = how, address, 0, 0, []
        size = (390, 844) if how == "phone" else (1280, 900)
        self.driver = browser(*size, key=key)
        self.cdp = self.driver.execute_cdp_cmd
        if how == "phone":
            self.cdp("Emulation.setTouchEmulationEnabled", {"enabled": True})
        if how == "slow":
            self.cdp("Network.enable", {})
            self.cdp("Network.emulateNetworkConditions", {"offline": False, "latency": 300, "downloadThroughput": 1.5e6 / 8, "uploadThroughput": 1.5e6 / 8})
            self.cdp("Emulation.setCPUThrottlingRate", {"rate": 4})
        if folder:
            self.cdp("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})

    def open(self, path=""):
        self.driver.get(f"{self.address}/portal/{path}")
        self.find("heading", ".")
        self.clicks = self.words = 0

    def all(self, role, name):
        """Nodes of a role whose accessible name fits, in the order of the page; hidden ones have no role."""
        root = self.cdp("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        found = self.cdp("Accessibility.queryAXTree", {"nodeId": root, "role": role})["nodes"]
        return [node["backendDOMNodeId"] for node in found if not node.get("ignored") and re.search(name, node.get("name", {}).get("value", "")) and not disabled(node)]

    def find(self, roles, name, seconds=30, last=False):
        end = time.time() + seconds
        while time.time() < end:
            for role in roles.split("|"):
                try:
                    if found := self.all(role, name):
                        return found[-1 if last else 0]
                except Exception as error:
                    if "node" not in str(error).lower():
                        raise
            time.sleep(0.1)
        self.picture("not-found")
        raise AssertionError(f"There is no {roles} named {name!r} on the page {self.driver.title!r}.")

    def picture(self, name):
        self.driver.save_screenshot(f"/tmp/portal-{name}.png")

    def middle(self, node):
        """The middle of a node once it is in view and nothing covers it."""
        for _ in range(25):
            try:
                self.cdp("DOM.scrollIntoViewIfNeeded", {"backendNodeId": node})
                # Lists move when things above them arrive.
                before = self.cdp("DOM.getContentQuads", {"backendNodeId": node})["quads"][0]
                time.sleep(0.1)
                quad = self.cdp("DOM.getContentQuads", {"backendNodeId": node})["quads"][0]
                x, y = sum(quad[0::2]) / 4, sum(quad[1::2]) / 4
                if quad == before and self.hits(node, x, y):
                    return x, y
            except IndexError:
                # It has no place yet.
                pass
            except Exception as error:
                if "quads" not in str(error) and "node" not in str(error).lower() and "layout" not in str(error):
                    raise
            self.driver.execute_script("scrollBy(0, -40)")
            time.sleep(0.1)
        self.picture("covered")
        raise AssertionError("Something covers what is to be clicked, or it is not in view.")

    def hits(self, node, x, y):
        wanted = self.cdp("DOM.resolveNode", {"backendNodeId": node})["object"]["objectId"]
        answer = self.cdp("Runtime.callFunctionOn", {"objectId": wanted, "arguments": [{"value": x}, {"value": y}], "returnByValue": True, "functionDeclaration": """
            function (x, y) {
              const there = document.elementFromPoint(x, y)
              return there !== null && (this.contains(there) || [...(this.labels ?? [])].some((label) => label.contains(there))) }"""})
        return answer["result"]["value"]

    def click(self, roles, name, last=False):
        self.clicks += 1
        node = self.find(roles, name, last=last)
        if self.how == "keyboard":
            return self.reach(roles, name, node) or self.press("Enter", counts=False)
        try:
            x, y = self.middle(node)
        except AssertionError:
            # The page may have replaced it meanwhile.
            x, y = self.middle(self.find(roles, name, last=last))
        if self.how == "phone":
            point = {"x": x, "y": y}
            self.cdp("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
            self.cdp("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        else:
            for kind in ("mousePressed", "mouseReleased"):
                self.cdp("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def reach(self, roles, name, node):
        """Goes to a node by Tab, and asserts that every stop on the way can be seen."""
        wanted = self.cdp("DOM.resolveNode", {"backendNodeId": node})["object"]["objectId"]
        for step in range(400):
            answer = self.cdp("Runtime.callFunctionOn", {"objectId": wanted, "returnByValue": True, "functionDeclaration": """function () {
                const here = document.activeElement
                const box = here.getBoundingClientRect()
                const [x, y] = [Math.max(1, Math.min(innerWidth - 2, box.left + Math.min(box.width, 40) / 2)), Math.max(1, Math.min(innerHeight - 2, box.top + Math.min(box.height, 40) / 2))]
                const there = document.elementFromPoint(x, y)
                const seen = here === document.body || here.matches("h1, .skip, main") || here.contains(there) || there?.contains(here) || [...(here.labels ?? [])].some((label) => label.contains(there))
                return [here === this, Boolean(seen), here.outerHTML.slice(0, 120), this.isConnected] }"""})["result"]["value"]
            is_there, is_seen, what, is_connected = answer
            if not is_connected:
                wanted = self.cdp("DOM.resolveNode", {"backendNodeId": self.find(roles, name)})["object"]["objectId"]
                continue
            assert is_seen, f"The focus cannot be seen: {what}"
            if is_there:
                return None
            self.press("Tab", counts=False)
        raise AssertionError(f"Tab does not reach {roles} {name!r}.")

    def press(self, name, counts=True):
        self.clicks += counts
        key, code, text = keys.get(name, (name, ord(name[0].upper()), name))
        for kind in ("keyDown", "keyUp"):
            self.cdp("Input.dispatchKeyEvent", {"type": kind, "key": key, "windowsVirtualKeyCode": code, **({"text": text} if kind == "keyDown" and text else {})})

    def type(self, roles, name, text):
        self.words += 1
        node = self.find(roles, name)
        if self.how == "keyboard":
            self.reach(roles, name, node)
        else:
            self.middle(node)
            self.cdp("DOM.focus", {"backendNodeId": node})
        self.cdp("Input.insertText", {"text": text})

    def menu(self, name):
        """A page of the menu; on a phone some are below "More", which is a tap more."""
        if self.how == "phone" and not self.all("link", f"^{name}$"):
            self.click("button", "^More$")
        self.click("link", f"^{name}$")

    def reads(self, text, seconds=30, within="body"):
        """Waits until the page says so; gives the time that took."""
        begin = time.time()
        while time.time() - begin < seconds:
            if re.search(text, self.driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", within)):
                return time.time() - begin
            time.sleep(0.1)
        self.picture("not-said")
        raise AssertionError(f"The page {self.driver.title!r} does not say {text!r}.")

    def close(self):
        self.driver.quit()


def disabled(node):
    return any(one["name"] == "disabled" and one["value"].get("value") for one in node.get("properties", []))


