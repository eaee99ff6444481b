#!/usr/bin/env python3
"""The tasks of a person against a real server, in headless Chromium: make test-portal, or

    real.py --program .build/debug/holdfast [--how mouse,keyboard] [--axe axe.min.js] [--pictures DIR] [--report FILE]

It makes a sample tenant, serves it, and signs in with the code of the first run; then T1 to T12 of a person's work
(walk.py: by role and accessible name only), each with its clicks against the aim and the seconds until the answer can
be read. What came of a restore is compared byte by byte with what lay there before. At the end every page is looked
at in both themes (axe, console, width), and people of the two other roles see what is theirs.
"""
import argparse
import base64
import contextlib
import filecmp
import hmac
import http.server
import json
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
from browser import axe, messages, overflow, settle, size
from walk import Person

password = "a long enough password"
#: Files that each drive has that is hit.
many = int(os.environ.get("MANY", "3000"))
#: name: (clicks, words) of pages.md, section 2
aims = {"T1": (1, 3), "T2": (2, 0), "T3": (1, 0), "T4": (1, 0), "T5": (3, 1), "T6": (3, 1), "T7": (4, 1), "T8": (2, 1), "T9": (3, 1), "T10": (1, 0), "T10b": (3, 0), "T11": (3, 0), "T12": (1, 0)}


class Service:
    """A running program with a sample tenant, and what its operator types."""

    #: A file that no other drive has.
    wanted = "Quarterly figures.xlsx"

    def __init__(self, program, folder):
        self.program, self.folder = str(pathlib.Path(program).resolve()), folder
        self.tenant, self.state = folder / "tenant", folder / "state"
        self.command("demo", "tenant", str(self.tenant), state=False)
        # Enough that a restore can be watched.
        for name in self.drives()[:3]:
            for number in range(many):
                path = self.drive(name) / "Archive" / str(number // 200) / f"page {number}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{name} {number}\n" * 40)
        finance = self.drive(self.drives()[-1]) / "Finance"
        finance.mkdir(exist_ok=True)
        (finance / self.wanted).write_bytes(self.wanted.encode() * 5000)
        strange = self.drive(self.drives()[-2]) / "Strange"
        strange.mkdir()
        for name in ("<img src=x onerror=alert(1)>.txt", "\u202egpj.exe", "two\nlines\a.txt", "'quotes\" & more.txt", "W" * 251 + ".txt"):
            (strange / name).write_text("content")
        self.start()

    def start(self, listen="127.0.0.1:0"):
        log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--tenant", str(self.tenant), "--state", str(self.state), "--listen", listen, "--until-input-ends",
             "--set", f"portal.files={here.parents[1] / 'Sources/Portal/Files'}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.said = ""
        while not (found := re.search(r"(http://\S+?)/portal/(?: with the code (\S+?),)?", self.said)):
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"The server ended: {(self.folder / 'server.log').read_text()[-2000:]}")
            self.said += line
        self.address, self.code = found[1], found[2]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)

    def command(self, *words, state=True):
        done = subprocess.run([self.program, *words, *(["--state", str(self.state)] if state else [])], capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise AssertionError(f"holdfast {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def drive(self, name):
        return self.tenant / "drives" / name

    def drives(self):
        return sorted(one.name for one in (self.tenant / "drives").iterdir() if not one.name.startswith("."))

    def keep(self, name, where):
        """A copy of a drive as it is now."""
        shutil.copytree(self.drive(name), self.folder / where / name, symlinks=True)

    def differences(self, name, where):
        return compare(self.folder / where / name, self.drive(name))


def compare(one, other, at=""):
    """Paths that differ between two folders, by name, kind, bytes, mode and time."""
    found = []
    names = {entry.name for entry in os.scandir(one)} ^ {entry.name for entry in os.scandir(other)}
    found += [f"{at}{name}: only on one side" for name in names]
    for entry in os.scandir(one):
        there = pathlib.Path(other) / entry.name
        if entry.name in names:
            continue
        if entry.is_symlink():
            if not there.is_symlink() or os.readlink(entry) != os.readlink(there):
                found.append(f"{at}{entry.name}: link")
        elif entry.is_dir():
            found += compare(entry.path, there, f"{at}{entry.name}/")
        elif not there.is_file() or not filecmp.cmp(entry.path, there, shallow=False):
            found.append(f"{at}{entry.name}: content")
        elif entry.stat().st_mode != there.stat().st_mode or int(entry.stat().st_mtime) != int(there.stat().st_mtime):
            found.append(f"{at}{entry.name}: mode or time")
    return found


class Walk:
    def __init__(self, service, person, folder):
        self.service, self.person, self.folder, self.hit = service, person, folder, []

    def start_over(self):
        self.person.open()

    def T1(self):
        """First run: from the printed code to what was found."""
        person = self.person
        person.driver.get(f"{self.service.address}/")
        person.find("heading", "^Welcome$")
        person.clicks = person.words = 0
        person.type("textbox", "Code", self.service.code.replace("-", "").lower())
        person.type("textbox", "Your name", "ada")
        person.type("textbox", "Password", password)
        person.click("button", "^Begin$")
        seconds = person.reads(r"accounts?.* w(as|ere) found|was found|were found")
        assert person.driver.execute_script("return localStorage.getItem('holdfast.pageKey').length") >= 40
        return seconds

    def T2(self):
        """Protect everybody, the preview seen before."""
        self.start_over()
        self.person.click("link", "^Protect all$")
        self.person.click("button", "^Protect .*(account|site)")
        seconds = self.person.reads("Saved")
        self.service.command("unit", "backup")
        policies = json.loads(self.service.command("policy", "list", "--json"))
        assert [one["status"] for one in policies] == ["active"], policies
        return seconds

    def T3(self):
        """Is everything protected, and what is not."""
        self.start_over()
        seconds = self.person.reads(r"All .* protected", within="main")
        self.person.click("link", r"^\d+ protected$")
        self.person.reads(r"\d+ accounts")
        return seconds

    def prepare_attack(self):
        service = self.service
        self.hit = service.drives()[:3]
        for name in self.hit:
            (service.drive(name) / "A note of today.txt").write_text("Written after the first point.\n")
        service.command("unit", "backup")
        for name in self.hit:
            service.keep(name, "clean")
        service.command("demo", "attack", "--tenant", str(service.tenant), "--drives", "3", state=False)
        for name in self.hit:
            service.keep(name, "attacked")
        service.command("unit", "backup")

    def T4(self):
        """When did it strike, whom, which moment."""
        self.start_over()
        self.person.find("link", "See incident", seconds=60)
        self.person.click("link", "See incident")
        seconds = self.person.reads(r"Files of 3 accounts look encrypted. It began")
        self.person.reads("First hit|Accounts")
        return seconds

    def T5(self):
        """Roll back all that were hit, the plan seen before."""
        person = self.person
        self.start_over()
        person.click("link", "See incident")
        person.click("link|button", r"^Roll back 3 accounts")
        begin = time.time()
        person.find("textbox", "type the number of accounts: 3", seconds=120)
        seconds = time.time() - begin
        person.type("textbox", "type the number of accounts: 3", "3")
        person.click("button", "^Roll back 3 accounts$")
        person.reads("You may close this page|3 restored|3 accounts", 60)
        person.reads(r"3 restored|restored", 180)
        self.wait_for_files("clean")
        return seconds

    def wait_for_files(self, where):
        end, found = time.time() + 120, []
        while time.time() < end:
            found = [one for name in self.hit for one in self.service.differences(name, where)]
            if not found:
                return
            time.sleep(1)
        raise AssertionError(f"{len(found)} differ from before: {found[:5]}")

    def T6(self):
        """Undo that."""
        person = self.person
        self.start_over()
        person.menu("Restores")
        person.click("button", "^Undo: ")
        begin = time.time()
        person.find("textbox", "type the number of accounts: 3", seconds=120)
        seconds = time.time() - begin
        person.type("textbox", "type the number of accounts: 3", "3")
        person.click("button", "^Undo 3 accounts$")
        person.reads("This is the undo of another restore", 60)
        person.reads(r"3 restored|restored", 180)
        self.wait_for_files("attacked")
        return seconds

    def T10(self):
        """Follow a restore, while it runs."""
        self.begin_again()
        self.start_over()
        person = self.person
        person.click("link", "restores? (is|are) running")
        seconds = person.reads(r"\d+ %|left|MiB of", within="main")
        first = person.driver.execute_script("return document.querySelector('main progress')?.value ?? 0")
        end = time.time() + 20
        while time.time() < end and person.driver.execute_script("return document.querySelector('main progress')?.value ?? 2") <= first:
            time.sleep(0.1)
        person.reads("No restore is running", 180, within="main")
        self.wait_for_files("clean")
        return seconds

    def T10b(self):
        """Cancel a restore while it runs."""
        self.begin_again()
        self.start_over()
        person = self.person
        person.click("link", "restores? (is|are) running")
        person.click("button", "^Cancel: ")
        person.reads("not touched")
        begin = time.time()
        person.click("button", "^Cancel the restore$")
        person.reads(r"cancelled", 120, within="main")
        return time.time() - begin

    def begin_again(self):
        """A roll back of the open incident is started by a command and left running."""
        token = self.service.command("token", "--delegated", self.service.drives()[0]).strip()
        incident = ask(self.service, token, "incidents?$top=1")["value"][0]["id"]
        self.service.command("restore", "--incident", incident, "--at", "last-clean", "--yes", "3")

    def pick(self):
        """A file of a drive that was not hit, which is then removed."""
        name = self.service.drives()[-1]
        path = self.service.drive(name) / "Finance" / self.service.wanted
        return name, path, self.service.wanted.encode() * 5000

    def T7(self):
        """Find one file over all accounts and moments, bring it back."""
        person = self.person
        _, path, content = self.pick()
        path.unlink()
        self.service.command("unit", "backup")
        self.start_over()
        person.type("searchbox", "Search files and accounts", path.stem)
        person.press("Enter")
        begin = time.time()
        name = re.escape(path.name)
        person.find("button", f"^Bring back {name}", seconds=60)
        seconds = time.time() - begin
        person.click("button", f"^Bring back {name}")
        person.click("button", "^Bring back$", last=True)
        person.reads("It is being brought back")
        end = time.time() + 60
        while time.time() < end and not path.exists():
            time.sleep(0.5)
        assert path.exists() and path.read_bytes() == content, f"{path} is not as it was."
        return seconds

    def T8(self):
        """The same, as a download."""
        person = self.person
        _, path, content = self.pick()
        self.start_over()
        person.type("searchbox", "Search files and accounts", path.stem)
        person.press("Enter")
        person.find("button", f"^Download {re.escape(path.name)}", seconds=60)
        begin = time.time()
        person.click("button", f"^Download {re.escape(path.name)}")
        got = self.folder / path.name
        while time.time() < begin + 30 and not (got.exists() and got.read_bytes() == content):
            time.sleep(0.1)
        assert got.read_bytes() == content
        return time.time() - begin

    def T9(self):
        """Compare the moments around a notable change."""
        person = self.person
        self.start_over()
        person.type("searchbox", "Search files and accounts", re.split("[.@]", self.hit[0])[0])
        person.press("Enter")
        person.click("link", "(?i)^" + re.escape(re.split("[.@]", self.hit[0])[0]))
        person.click("link", "files were|What was that")
        return person.reads(r"added|removed|changed")

    def T11(self):
        """The report for the auditor."""
        person = self.person
        self.start_over()
        person.menu("Activity")
        person.click("link", "^Protection report$")
        begin = time.time()
        person.find("button", "^CSV$", seconds=30)
        seconds = time.time() - begin
        person.click("button", "^CSV$")
        end = time.time() + 15
        while time.time() < end and not any(file.stat().st_size for file in self.folder.glob("*.csv")):
            time.sleep(0.1)
        lines = next(self.folder.glob("*.csv")).read_text("utf-8-sig").splitlines()
        assert len(lines) > len(self.service.drives()), lines[:2]
        return seconds

    def T12(self):
        """What is wrong with the service, and what to do."""
        self.start_over()
        self.person.menu("Health")
        return self.person.reads(r"All \d+ checks are well|\d+ of \d+ checks? fails?|No check fails", within="main")


def walk(given, how, service, pictures, axe_path):
    """All tasks in one way of use. Gives the rows of the table."""
    rows = []
    with tempfile.TemporaryDirectory() as downloads:
        person = Person(service.address, how, downloads, key=False)
        walk = Walk(service, person, pathlib.Path(downloads))
        try:
            for name in ["T1", "T2", "T3", "T4", "T5", "T6", "T10b", "T10", "T7", "T8", "T9", "T11", "T12"]:
                clicks, words = aims[name]
                seconds, problem = None, ""
                try:
                    if name == "T4":
                        walk.prepare_attack()
                    messages(person.driver)
                    seconds = getattr(walk, name)()
                    if how == "phone" and name in ("T11", "T12"):
                        # The menu's page is below "More".
                        clicks += 1
                    if person.clicks > clicks or person.words > words:
                        problem = f"above its aim of {clicks} and {words}"
                    elif said := [one for one in messages(person.driver) if not expected(one)]:
                        problem = f"the console says {said[0][:160]}"
                except Exception as error:
                    problem = f"{type(error).__name__}: {(str(error).splitlines() or ['-'])[0][:300]}"
                    if os.environ.get("TRACE"):
                        traceback.print_exc()
                person.driver.save_screenshot(str(pictures / f"{name}-{how}.png"))
                rows.append((name, how, clicks, words, person.clicks, person.words, seconds, problem))
                print(f"{'not ok' if problem else 'ok'} {name} {how}: {person.clicks} of {clicks} clicks, {person.words} of {words} words, "
                      f"{'-' if seconds is None else f'{seconds:.1f}'} s {problem}", flush=True)
            if how == "mouse":
                rows += walk_more(walk, pictures)
                rows += looks(person, service, pictures, axe_path)
                rows += roles(service, pictures)
        finally:
            person.close()
    return rows


def walk_more(walk, pictures):
    """Settings and signing in, which have no aims."""
    rows = []
    for name in ("reload_and_two_tabs", "other_origins", "restart", "people", "second_factor", "sign_out_and_in", "step_up"):
        problem = ""
        try:
            messages(walk.person.driver)
            globals()[name](walk)
            problem = next((f"the console says {one[:160]}" for one in messages(walk.person.driver) if not expected(one) and "403" not in one), "")
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error).splitlines()[0][:300]}"
            if os.environ.get("TRACE"):
                traceback.print_exc()
        walk.person.driver.save_screenshot(str(pictures / f"{name}.png"))
        rows.append((name, "mouse", 0, 0, 0, 0, None, problem))
        print(f"{'not ok' if problem else 'ok'} {name} {problem}", flush=True)
    return rows


def reload_and_two_tabs(walk):
    """A plan in the making is there after a reload and in another tab."""
    person, driver = walk.person, walk.person.driver
    person.open()
    person.click("link", "See incident")
    person.click("link|button", r"^Roll back \d+ accounts?")
    person.find("textbox", "type the number of accounts", seconds=60)
    address = driver.current_url
    assert "plan=" in address, address
    driver.refresh()
    person.find("textbox", "type the number of accounts", seconds=60)
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    driver.get(address)
    person.find("textbox", "type the number of accounts", seconds=60)
    driver.close()
    driver.switch_to.window(first)


class Evil(http.server.BaseHTTPRequestHandler):
    """A page of another port on the same host: browsers send it our cookie, and count it as the same site."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.cookies.append(self.headers.get("Cookie") or "")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title><h1>evil</h1><iframe name=frame></iframe>")


def other_origins(walk):
    """Pages of another port and of another name read nothing, change nothing, and frame nothing."""
    driver, address = walk.person.driver, walk.service.address
    evil = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    evil.cookies = []
    threading.Thread(target=evil.serve_forever, daemon=True).start()
    try:
        for host in ("127.0.0.1", "localhost"):
            driver.get(f"http://{host}:{evil.server_address[1]}/")
            got = driver.execute_async_script("""
                const [address, done] = arguments
                const tries = [["me", "GET", {}], ["me", "GET", { "X-Holdfast-Portal": "x" }], ["me/endOtherSessions", "POST", { "Content-Type": "text/plain" }], ["operators", "POST", { "Content-Type": "application/json" }]]
                Promise.all(tries.map(([path, method, headers]) => fetch(`${address}/portal/api/holdfast/v1.0/${path}`, { method, headers, credentials: "include", body: method === "POST" ? "{}" : undefined })
                  .then(async (answer) => `${answer.status} ${await answer.text()}`, () => "nothing"))).then(done)""", address)
            assert got == ["nothing"] * 4, got
            framed = driver.execute_async_script("""
                const [address, done] = arguments
                const frame = document.querySelector("iframe")
                frame.onload = () => { try { done(frame.contentDocument === null ? "other" : frame.contentDocument.body.innerText) } catch { done("other") } }
                frame.src = `${address}/portal/`
                setTimeout(() => done("blocked"), 3000)""", address)
            assert "Overview" not in framed, framed
            driver.execute_script("""
                const form = document.createElement("form")
                Object.assign(form, { method: "post", action: `${arguments[0]}/portal/sign-out`, enctype: "text/plain" })
                document.body.append(form)
                form.submit()""", address)
            time.sleep(1)
            assert driver.execute_script("return localStorage.getItem('holdfast.pageKey')") is None or driver.current_url.startswith(address)
        assert any("holdfast=" in one for one in evil.cookies), "The browser does not send the cookie to other ports; the test shows less than it says."
        # All of that ended no session.
        walk.person.open("accounts")
        walk.person.reads(r"\d+ accounts")
        messages(driver)
    finally:
        evil.shutdown()


def restart(walk):
    """The server ends and starts again: the page says so, and goes on by itself; the session stands."""
    person, service = walk.person, walk.service
    person.open("restores")
    person.reads("live", 30)
    service.stop()
    person.reads("last news|connecting|asks every", 90)
    service.start(service.address.removeprefix("http://"))
    person.reads("● live", 60)
    person.menu("Accounts")
    person.reads(r"\d+ accounts")
    messages(person.driver)


def people(walk):
    """A person and a program are added; both secrets are shown once."""
    person = walk.person
    person.open("settings")
    person.click("button", "^Add a person$")
    person.type("textbox", "^Name$", "hal")
    person.type("textbox", "First password", password)
    person.click("button", "^Add$")
    person.reads("hal")
    person.click("button", "^Role of hal$")
    person.find("combobox", "^Role$")
    person.press("Escape")
    person.click("button", "^Register a program$")
    person.type("textbox", "^Name$", "nightly export")
    person.click("button", "^Add$")
    person.reads("Its secret, shown once")
    person.click("button", "^Close$")
    person.reads("nightly export")


def one_time_code(secret, at=None):
    """RFC 6238, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), "sha1").digest()
    return f"{(struct.unpack('>I', digest[digest[-1] & 15:][:4])[0] & 0x7fffffff) % 1_000_000:06d}"


def second_factor(walk):
    """A second factor is set up; its recovery codes are shown once."""
    person = walk.person
    person.open("settings")
    person.click("button", "^Set up a second factor$")
    person.find("textbox", "Code that it shows")
    walk.secret = person.driver.execute_script("return document.querySelector('dialog code').textContent").replace(" ", "")
    walk.used = one_time_code(walk.secret)
    person.type("textbox", "Code that it shows", walk.used)
    person.click("button", "^Turn it on$")
    person.reads("Recovery codes, shown once")
    walk.recovery = person.driver.execute_script("return document.querySelector('dialog code').textContent").split()
    assert len(walk.recovery) == 10, walk.recovery
    person.click("button", "^Close$")


def sign_out_and_in(walk):
    """Signed out; the code of the second factor is asked for; a recovery code opens once."""
    person = walk.person
    person.open("accounts?state=protected")
    person.click("button", "^Your account$|ada")
    person.click("button", "^Sign out$")
    person.find("heading", "^Sign in$")
    person.driver.get(f"{walk.service.address}/portal/accounts?state=protected")
    for code, wanted in (("", "Give the code of your second factor"), (walk.recovery[0], None)):
        person.find("heading", "^Sign in$")
        person.driver.execute_script("document.querySelectorAll('input').forEach((one) => { one.value = '' })")
        person.type("textbox", "^Name$", "ada")
        person.type("textbox", "^Password$", password)
        person.type("textbox", "^Code of your second factor", code)
        person.click("button", "^Sign in$")
        if wanted:
            person.reads(wanted)
    person.reads(r"\d+ accounts")
    assert person.driver.current_url.endswith("/portal/accounts?state=protected"), person.driver.current_url


def step_up(walk):
    """After ten minutes a grave step asks for the password; the second factor's code belongs to it."""
    person = walk.person
    # The session's proof is made old where the server keeps it.
    with contextlib.closing(sqlite3.connect(walk.service.state / "catalog.sqlite", timeout=30)) as catalog, catalog:
        catalog.execute("update portalSession set provenDateTime = provenDateTime - 3600000000")
    person.open("settings")
    person.click("button", "^Disable hal$")
    person.find("heading", "^Confirm that it is you$")
    person.type("textbox", "^Password$", "a wrong password")
    person.click("button", "^Confirm$")
    person.reads("is not right|second factor")
    person.driver.execute_script("document.querySelectorAll('dialog input').forEach((one) => { one.value = '' })")
    person.type("textbox", "^Password$", password)
    person.type("textbox", "^Code of the second factor", walk.recovery[1])
    person.click("button", "^Confirm$")
    person.find("button", "^Enable hal$")


def roles(service, pictures):
    """What people of the two other roles see."""
    rows = []
    for name, role, checks in (
            ("hilda", "help-desk", [("restores", "restore"), ("settings", "Help desk"), ("policies/new", "needs the role Administrator")]),
            ("otto", "auditor", [("", "protected"), ("restores", "restore"), ("search?q=note", "needs the role Help desk or Administrator"), ("settings", "Auditor")])):
        secret = re.search("password=(\\S+)", service.command("operator", "add", name, "--role", role))[1]
        person, problem = Person(service.address, key=False), ""
        try:
            person.driver.get(f"{service.address}/portal/")
            person.type("textbox", "^Name$", name)
            person.type("textbox", "^Password$", secret)
            person.click("button", "^Sign in$")
            person.find("heading", ".")
            for path, wanted in checks:
                person.driver.get(f"{service.address}/portal/{path}")
                person.reads(wanted, within="main")
                settle(person.driver)
                person.driver.save_screenshot(str(pictures / f"{role}-{path.split('?')[0].replace('/', '-') or 'overview'}.png"))
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error).splitlines()[0][:300]}"
        finally:
            person.close()
        rows.append((role, "mouse", 0, 0, 0, 0, None, problem))
        print(f"{'not ok' if problem else 'ok'} {role} {problem}", flush=True)
    return rows


def expected(message):
    """What a server without an audit trail or checks answers is no mistake of a page, and who is not signed in is told so."""
    return re.search(r"(/health|/configuration)\S* |Permissions-Policy|/me - .* 401 |/authorize\?.* 400 ", message)


def looks(person, service, pictures, axe_path):
    """Every page in both themes: axe, console, width, one heading. Gives rows."""
    rows, driver = [], person.driver
    token = service.command("token", "--delegated", service.drives()[0]).strip()
    units = ask(service, token, "unitStates?$top=1&$filter=pointCount gt 0")["value"]
    incidents = ask(service, token, "incidents?$top=1")["value"]
    unit = units[0]["id"] if units else "none"
    at = units[0]["newestPointDateTime"] if units else ""
    strange = next(one["id"] for one in ask(service, token, "unitStates?$top=200")["value"] if one["email"] == service.drives()[-2])
    pages = ["", "accounts", f"accounts/{strange}/at/{at}/Strange", f"accounts/{unit}", f"accounts/{unit}/at/{at}", f"accounts/{unit}/compare/{at}/now", "search?q=note", "restores", "restores/new", "policies", "policies/new",
             "activity", "activity/protection", "health", "settings", "welcome", *[f"incidents/{one['id']}" for one in incidents]]
    for theme in ("light", "dark"):
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
        for path in pages:
            messages(driver)
            driver.get(f"{service.address}/portal/{path}")
            settle(driver, 0.8)
            findings = [one for one in messages(driver) if not expected(one)] + overflow(driver) + (axe(driver, axe_path) if axe_path else [])
            if len(driver.find_elements("css selector", "h1")) != 1:
                findings.append("not one h1")
            if driver.execute_script("return document.querySelectorAll('main img').length"):
                findings.append("markup of a name became an element")
            name = re.sub(r"[^a-z]+", "-", path.split("?")[0].split("/")[0]) + ("-at" if "/at/" in path else "-compare" if "compare" in path else "-one" if path.count("/") else "")
            driver.save_screenshot(str(pictures / f"page-{name or 'overview'}-{theme}.png"))
            problem = findings[0][:300] if findings else ""
            rows.append((path or "overview", theme, 0, 0, 0, 0, None, problem))
            print(f"{'not ok' if problem else 'ok'} page {path or 'overview'} {theme} {problem}", flush=True)
            for one in findings[1:4]:
                print("     ", one[:300], flush=True)
    return rows


def ask(service, token, path):
    import urllib.parse
    import urllib.request
    address = f"{service.address}/holdfast/v1.0/{urllib.parse.quote(path, safe='/?$=&')}"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})) as answer:
        return json.load(answer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--how", default="mouse,keyboard")
    parser.add_argument("--axe")
    parser.add_argument("--pictures", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "holdfast-portal")
    parser.add_argument("--report", type=pathlib.Path)
    given = parser.parse_args()
    given.pictures.mkdir(parents=True, exist_ok=True)
    rows = []
    for how in given.how.split(","):
        with tempfile.TemporaryDirectory(prefix="holdfast-portal-") as folder:
            service = Service(given.program, pathlib.Path(folder))
            try:
                rows += walk(given, how, service, given.pictures, given.axe)
            finally:
                service.stop()
                shutil.copy(pathlib.Path(folder) / "server.log", given.pictures / f"server-{how}.log")
    if given.report:
        given.report.write_text(table(rows))
    sys.exit(any(row[-1] for row in rows))


def table(rows):
    lines = ["| task | way | clicks (aim) | words (aim) | seconds | |", "|---|---|---|---|---|---|"]
    for name, how, clicks, words, did, typed, seconds, problem in rows:
        if name in aims:
            lines.append(f"| {name} | {how} | {did} ({clicks}) | {typed} ({words}) | {'-' if seconds is None else f'{seconds:.1f}'} | {problem} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
