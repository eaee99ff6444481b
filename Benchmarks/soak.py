#!/usr/bin/env python3
"""Many drives on the cadence, many clients, restores and prunes at the same time, for minutes or hours: does memory stay flat, does everything get
its answer, does no job starve, and does a shutdown lose nothing? Needs nothing but Python's standard library."""

import argparse
import collections
import datetime
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = "/v1.0/solutions/backupRestore"
POINTS = "DELETE FROM restorePoint WHERE unitId=? AND id NOT IN (SELECT id FROM restorePoint WHERE unitId=? ORDER BY protectionDateTime DESC LIMIT 1)"


class Client:
    """One program with one connection at a time."""

    def __init__(self, port, token):
        self.port, self.token, self.connection = port, token, None

    def ask(self, method, path, body=None):
        """Status and body. An idle connection that the server closed is opened again, as every HTTP client does."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        for attempt in (0, 1):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.connection.request(method, path, data, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.connection.close()
                self.connection = None
                if fresh or attempt:
                    raise
            except Exception:
                self.connection.close()
                self.connection = None
                raise
        raise AssertionError("unreachable")

    def json(self, method, path, body=None):
        status, data = self.ask(method, path, body)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path} answered {status}: {data[:300]!r}")
        return json.loads(data or b"{}")

    def all(self, path):
        while path:
            page = self.json("GET", path)
            yield from page["value"]
            link = page.get("@odata.nextLink")
            path = link[link.index("/", 8):] if link else None


class Soak:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="holdfast-soak-"))
        self.tenant, self.state = self.folder / "tenant", self.folder / "state"
        self.random = random.Random(options.seed)
        self.over, self.ending = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.times = collections.defaultdict(list)
        self.statuses = collections.Counter()
        self.errors, self.samples, self.lateness, self.overdue = [], [], [], []
        self.restores, self.prunes, self.changes, self.broken = collections.Counter(), collections.Counter(), 0, 0

    # The world

    def make_tenant(self):
        for number in range(self.options.drives):
            drive = self.tenant / "drives" / f"user{number:05}@contoso.example"
            drive.mkdir(parents=True)
            for file in range(self.options.files):
                (drive / f"file {file}.txt").write_bytes(self.random.randbytes(self.random.randrange(200, 20_000)))

    def holdfast(self, *arguments, check=True):
        result = subprocess.run([self.options.holdfast, *arguments], capture_output=True, text=True)
        if check and result.returncode:
            raise RuntimeError(f"holdfast {arguments} ended with {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout.strip() if check else result

    def start(self):
        settings = [f"cadence-seconds={self.options.cadence}", "units-per-policy-request=10000", f"shutdown-seconds={self.options.shutdown}"]
        command = [self.options.holdfast, "serve", "--tenant", str(self.tenant), "--state", str(self.state), "--listen", "127.0.0.1:0"]
        for setting in settings:
            command += ["--set", setting]
        self.log = open(self.folder / "server.log", "ab")
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.server.stdout.readline()
        self.port = int(line.strip().split()[-1].rsplit(":", 1)[1])
        self.token = self.holdfast("token", "--state", str(self.state))

    def protect(self):
        admin = Client(self.port, self.token)
        person = Client(self.port, self.holdfast("token", "--state", str(self.state), "--delegated", "user00000@contoso.example"))
        app = admin.json("POST", ROOT + "/serviceApps", {})
        if app["status"] != "active":
            person.json("POST", f"{ROOT}/serviceApps/{app['id']}/activate")
        admin.json("POST", ROOT + "/enable", {"appOwnerTenantId": "0a1b2c3d-0001-4000-8000-000000000001"})
        users = [user["id"] for user in admin.all("/v1.0/users?$top=999")]
        policy = admin.json("POST", ROOT + "/oneDriveForBusinessProtectionPolicies", {
            "displayName": "Every drive", "driveProtectionUnits": [{"directoryObjectId": user} for user in users],
            "retentionSettings": [{"interval": "R/P1W", "period": "P365D"}]})
        admin.json("POST", f"{ROOT}/protectionPolicies/{policy['id']}/activate")
        started = time.monotonic()
        while True:
            taken = self.rows("SELECT count(DISTINCT unitId) FROM restorePoint")[0][0]
            if taken >= len(users):
                break
            if time.monotonic() - started > self.options.first_backup_minutes * 60:
                sys.exit(f"after {self.options.first_backup_minutes} minutes only {taken} of {len(users)} drives have a restore point")
            time.sleep(1)
        print(f"{len(users)} drives had their first restore point after {time.monotonic() - started:.0f} s", flush=True)
        self.policy = policy["id"]
        self.units = [row[0] for row in self.rows("SELECT id FROM protectionUnit ORDER BY id")]
        self.drives = sorted((self.tenant / "drives").iterdir())

    def rows(self, sql, *arguments):
        """A look at the catalogue from outside, which disturbs nobody."""
        connection = sqlite3.connect(f"file:{self.state}/catalog.sqlite?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    # What goes on

    def note(self, kind, started, status, expected):
        took = time.monotonic() - started
        with self.lock:
            self.times[kind].append(took)
            self.statuses[status] += 1
            if not expected:
                self.errors.append(f"{kind}: {status}")

    def request(self, client, kind, method, path, body=None, also=()):
        """Sends one request and notes it; `also` are refusals that are right here."""
        began = time.monotonic()
        began_before_the_end = not self.ending.is_set()
        try:
            status, data = client.ask(method, path, body)
        except Exception as error:
            if began_before_the_end:
                with self.lock:
                    self.broken += 1
                    self.errors.append(f"{kind}: {type(error).__name__} {error}")
            raise ConnectionError
        self.note(kind, began, status, 200 <= status < 300 or status in also)
        return status, data

    def client(self, number):
        client, rng = Client(self.port, self.token), random.Random(self.options.seed * 1000 + number)
        while not self.over.is_set():
            unit = rng.choice(self.units)
            try:
                dice = rng.random()
                if dice < 0.35:
                    self.request(client, "list units", "GET", f"{ROOT}/driveProtectionUnits?$top=50&$filter=status eq 'protected'".replace(" ", "%20"))
                elif dice < 0.55:
                    self.request(client, "get unit", "GET", f"{ROOT}/protectionUnits/{unit}")
                elif dice < 0.65:
                    self.request(client, "get policy", "GET", f"{ROOT}/protectionPolicies/{self.policy}")
                elif dice < 0.75:
                    self.request(client, "list sessions", "GET", f"{ROOT}/restoreSessions?$top=20")
                elif dice < 0.92:
                    self.search(client, unit)
                else:
                    self.session(client, unit, rng)
            except ConnectionError:
                if self.ending.is_set():
                    return
            time.sleep(rng.expovariate(1 / self.options.think_seconds) if self.options.think_seconds else 0)

    def search(self, client, unit):
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"protectionUnitIds": [unit], "restorePointPreference": "latest",
                "protectionTimePeriod": {"startDateTime": stamp(now - datetime.timedelta(days=1)), "endDateTime": stamp(now)}}
        status, data = self.request(client, "search points", "POST", f"{ROOT}/restorePoints/search", body)
        found = json.loads(data).get("searchResults", []) if status == 200 else []
        return found[0]["restorePoint"]["id"] if found else None

    def session(self, client, unit, rng):
        """A restore session: created, and then deleted or activated."""
        point = self.search(client, unit)
        if point is None:
            return
        # A prune may have taken the point in between.
        destination = rng.choice(["new", "inPlace"])
        body = {"driveRestoreArtifacts": [{"restorePoint": {"id": point}, "destinationType": destination}]}
        status, data = self.request(client, "create session", "POST", f"{ROOT}/oneDriveForBusinessRestoreSessions", body, also=(400, 404))
        if not 200 <= status < 300:
            return
        session = json.loads(data)["id"]
        if rng.random() < 0.5:
            self.request(client, "delete session", "DELETE", f"{ROOT}/restoreSessions/{session}")
            return
        # Too many active sessions is a 500 of the contract, and more than 10,000 restores a day are a 429; they are counted as what they are.
        status, data = self.request(client, "activate session", "POST", f"{ROOT}/restoreSessions/{session}/activate", also=(500, 429, 400, 404, 409))
        limit = {500: b"TooManyActiveRestoreSessions", 429: b"activityLimitReached"}.get(status, b"")
        names = {500: "refused, too many active", 429: "refused, too many of this day"}
        with self.lock:
            self.restores["activated" if status < 300 else names.get(status, "refused")] += 1
            if limit not in data:
                self.errors.append(f"activate session: {status} {data[:200]!r}")

    def change_files(self):
        rng = random.Random(self.options.seed + 7)
        while not self.over.wait(1 / self.options.changes_per_second):
            drive = rng.choice(self.drives)
            try:
                (drive / f"file {rng.randrange(self.options.files + 2)}.txt").write_bytes(rng.randbytes(rng.randrange(200, 20_000)))
                self.changes += 1
            except OSError:
                pass  # An in-place restore has the drive in its hands.

    def prune(self):
        rng = random.Random(self.options.seed + 8)
        while not self.over.wait(self.options.prune_seconds):
            unit = rng.choice(self.units)
            try:
                # Points expire, as housekeeping would let them, so that there is something to free.
                connection = sqlite3.connect(self.state / "catalog.sqlite", timeout=30)
                with connection:
                    connection.execute(POINTS, (unit, unit))
                connection.close()
                result = self.holdfast("repository", "prune", "--state", str(self.state), unit, check=False)
                with self.lock:
                    self.prunes["done" if result.returncode == 0 else "failed"] += 1
                    if result.returncode:
                        self.errors.append(f"prune: {result.stdout}{result.stderr}"[:300])
            except sqlite3.Error as error:
                with self.lock:
                    self.errors.append(f"prune: {error}")

    def sample(self):
        begun, last = time.monotonic(), 0.0
        while not self.over.wait(1):
            now = int(time.time() * 1e6)
            late = self.rows("SELECT count(*), coalesce(max(? - runAfterDateTime), 0) FROM job WHERE state='waiting' AND runAfterDateTime<=?", now, now)[0]
            due = self.rows("SELECT count(*), coalesce(max(? - nextBackupDateTime), 0) FROM protectionUnit WHERE nextBackupDateTime<=?", now, now)[0]
            self.lateness.append(late[1] / 1e6)
            self.overdue.append(due[1] / 1e6)
            elapsed = time.monotonic() - begun
            if elapsed - last >= self.options.sample_seconds:
                last = elapsed
                status = dict(line.split(":", 1) for line in open(f"/proc/{self.server.pid}/status"))
                megabytes = int(status["VmRSS"].split()[0]) / 1024
                files = len(os.listdir(f"/proc/{self.server.pid}/fd"))
                self.samples.append((elapsed, megabytes, files, int(status["Threads"]), late[0], late[1] / 1e6))
                print(f"{elapsed:6.0f} s  {megabytes:7.1f} MB  {files:4} files  {status['Threads'].strip():>3} threads  {late[0]:4} jobs due, oldest {late[1] / 1e6:.1f} s", flush=True)

    # The end

    def shut_down(self):
        self.ending.set()
        began = time.monotonic()
        self.server.send_signal(signal.SIGTERM)
        try:
            code = self.server.wait(self.options.shutdown + 30)
        except subprocess.TimeoutExpired:
            self.server.kill()
            code = "killed"
            self.errors.append("shutdown: not within the configured time")
        took = time.monotonic() - began
        self.over.set()
        return code, took

    def run(self):
        print(f"folder {self.folder}", flush=True)
        self.make_tenant()
        self.start()
        self.protect()
        threads = [threading.Thread(target=self.client, args=(number,)) for number in range(self.options.clients)]
        threads += [threading.Thread(target=work) for work in (self.change_files, self.prune, self.sample)]
        for thread in threads:
            thread.start()
        time.sleep(self.options.minutes * 60)
        self.end = self.shut_down()
        for thread in threads:
            thread.join(180)
        self.report()
        self.check()
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return 1 if self.errors else 0

    def report(self):
        print(f"\n{self.options.drives} drives, {self.options.clients} clients, {self.options.minutes} minutes, cadence {self.options.cadence} s")
        print("\n| request | count | p50 | p99 | longest |\n|---|---|---|---|---|")
        for kind, times in sorted(self.times.items()):
            times.sort()
            print(f"| {kind} | {len(times)} | {times[len(times) // 2] * 1e3:.1f} ms | {times[int(len(times) * 0.99)] * 1e3:.1f} ms | {times[-1] * 1e3:.0f} ms |")
        megabytes = [sample[1] for sample in self.samples]
        if megabytes:
            quarter = max(1, len(megabytes) // 4)
            mean = lambda values: sum(values) / len(values)
            print(f"\nmemory: {megabytes[0]:.0f} MB at first, {mean(megabytes[:quarter]):.0f} MB in the first quarter, {mean(megabytes[-quarter:]):.0f} MB in the last, {max(megabytes):.0f} MB at most")
            print("curve (MB each tenth): " + " ".join(f"{megabytes[min(len(megabytes) - 1, len(megabytes) * tenth // 10)]:.0f}" for tenth in range(11)))
            print(f"open files at most {max(s[2] for s in self.samples)}, threads at most {max(s[3] for s in self.samples)}")
        late, overdue = sorted(self.lateness), sorted(self.overdue)
        if late:
            print(f"oldest job that was due: p50 {late[len(late) // 2]:.1f} s, p99 {late[int(len(late) * 0.99)]:.1f} s, at most {late[-1]:.1f} s")
            print(f"drive whose backup was not even queued: at most {overdue[-1]:.1f} s late")
        print(f"statuses {dict(self.statuses)}; restores {dict(self.restores)}; prunes {dict(self.prunes)}; files changed {self.changes}")
        ended = dict(self.rows("SELECT status, count(*) FROM restoreArtifact GROUP BY status"))
        failed = self.rows("SELECT kind, count(*) FROM job WHERE state='failed' GROUP BY kind")
        for error, count in self.rows("SELECT error, count(*) FROM restoreArtifact WHERE status='failed' GROUP BY error ORDER BY 2 DESC LIMIT 5"):
            print(f"failed restore artifacts: {count} x {error[:300]}")
        print(f"restore artifacts by status {ended}; points {self.rows('SELECT count(*) FROM restorePoint')[0][0]}; failed jobs {failed}")
        print(f"shutdown: exit {self.end[0]} after {self.end[1]:.1f} s; requests that were under way and broke: {self.broken}")
        print(f"errors: {len(self.errors)}" + "".join(f"\n  {text} ({count} times)" for text, count in collections.Counter(self.errors).most_common(20)))

    def check(self):
        """Afterwards nothing may be wrong in a sample of the repositories."""
        sample = self.random.sample(self.units, min(self.options.checked, len(self.units)))
        bad = [unit for unit in sample if self.holdfast("repository", "check", "--state", str(self.state), unit, "--read-data", check=False).returncode]
        self.errors += [f"check: {unit}" for unit in bad]
        print(f"repositories checked with every byte: {len(sample)}, with errors: {len(bad)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    here = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--holdfast", default=str(here / ".build/release/holdfast"))
    parser.add_argument("--drives", type=int, default=2000)
    parser.add_argument("--files", type=int, default=4, help="files in each drive")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--cadence", type=int, default=600, help="seconds from one backup of a drive to the next")
    parser.add_argument("--think-seconds", type=float, default=0.2, help="mean pause of a client between requests")
    parser.add_argument("--changes-per-second", type=float, default=5, help="files that are written in drives")
    parser.add_argument("--prune-seconds", type=float, default=15)
    parser.add_argument("--sample-seconds", type=float, default=10)
    parser.add_argument("--shutdown", type=int, default=30, help="seconds that a shutdown may take")
    parser.add_argument("--first-backup-minutes", type=float, default=60)
    parser.add_argument("--checked", type=int, default=20, help="repositories that are read in full afterwards")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where; a temporary folder by default")
    parser.add_argument("--keep", action="store_true")
    sys.exit(Soak(parser.parse_args()).run())


if __name__ == "__main__":
    main()
