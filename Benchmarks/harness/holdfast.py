"""Holdfast through its real service path: a server, restore points by `holdfast backup`, restores by restore sessions over HTTP."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import measure
from .trees import bytes_in

ROOT = "/v1.0/solutions/backupRestore"
CADENCE_SECONDS = 600
ENTRIES_PER_REQUEST = 50


def pieces(entries):
    """Lists that a request may have."""
    return [entries[start:start + ENTRIES_PER_REQUEST] for start in range(0, len(entries), ENTRIES_PER_REQUEST)]


class Graph:
    """A Graph client of one server."""

    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.token = token
        self.used = 0

    def call(self, method, path, body=None):
        # The server ends connections on which nothing was asked for a minute; a closed one is opened anew.
        if time.monotonic() - self.used > 30:
            self.connection.close()
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.used = time.monotonic()
        if answer.status >= 300:
            raise measure.Failed(f"{method} {path} answered {answer.status}: {text}")
        return json.loads(text) if text else None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def patch(self, path, body):
        return self.call("PATCH", path, body)

    def all(self, path):
        """Every entry of a collection, page after page."""
        found = []
        while path:
            page = self.get(path)
            found += page["value"]
            link = page.get("@odata.nextLink")
            path = "/" + link.split("/", 3)[3] if link else None
        return found


class Holdfast:
    name = "holdfast"

    def __init__(self, program, users=("ada@bench.example",)):
        self.program, self.users = Path(program), users

    def begin(self, work, drive):
        """Starts a server over the tenant that `drive` is a drive of, enables the service and makes a draft policy. Not measured."""
        self.tenant, self.drive = Path(drive).parent.parent, Path(drive)
        self.work = Path(work) / self.name
        self.work.mkdir(parents=True)
        self.state = self.work / "state"
        self.log = open(self.work / "log", "w")
        self.server = subprocess.Popen(
            [self.program, "serve", "--tenant", self.tenant, "--state", self.state, "--listen", "127.0.0.1:0"], stdout=self.log, stderr=self.log)
        address = self.address()
        self.process = measure.Process(self.server.pid)
        self.graph = Graph(address, self.text("token"))
        person = Graph(address, self.text("token", "--delegated", self.users[0]))
        app = self.graph.post(f"{ROOT}/serviceApps", {})
        if app["status"] != "active":
            person.post(f"{ROOT}/serviceApps/{app['id']}/activate")
        tenant = json.loads((self.state / "settings.json").read_text())["tenantID"]
        self.graph.post(f"{ROOT}/enable", {"appOwnerTenantId": tenant})
        users = {user["userPrincipalName"]: user["id"] for user in self.graph.all("/v1.0/users")}
        first, *rest = pieces([{"directoryObjectId": users[user]} for user in self.users])
        self.policy = self.graph.post(f"{ROOT}/oneDriveForBusinessProtectionPolicies", {
            "displayName": "Every drive", "driveProtectionUnits": first, "retentionSettings": [{"interval": "R/P1W", "period": "P365D"}],
        })["id"]
        for units in rest:
            self.graph.patch(f"{ROOT}/oneDriveForBusinessProtectionPolicies/{self.policy}", {"driveProtectionUnits@delta": units})
        self.is_active = False
        self.last_backup = None

    def end(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()
        self.log.close()
        shutil.rmtree(self.work)

    def size(self):
        return bytes_in(self.repository())

    def backup(self):
        """The first is made by the activation of the policy, the others by `holdfast backup`."""
        sample = self.measured((lambda: self.command("backup")) if self.is_active else self.activate)
        # What the server may take by itself later, such as a point of an attacked drive, is not what is restored.
        self.last_backup = datetime.now(timezone.utc)
        return sample

    def activate(self):
        self.graph.post(f"{ROOT}/protectionPolicies/{self.policy}/activate")
        self.is_active = True
        self.units = [unit["id"] for unit in self.protected()]
        for unit in self.units:
            while self.newest(unit) is None:
                time.sleep(0.01)

    def protected(self):
        """The protection units of the policy."""
        return self.graph.all(f"{ROOT}/oneDriveForBusinessProtectionPolicies/{self.policy}/driveProtectionUnits")

    def restore(self):
        """A session with destination `new`, one artifact for each drive."""
        sample = self.measured(lambda: self.session("new"))
        folder = self.tenant / "sites" / self.artifacts[0]["restoredSiteName"]
        return sample, folder / "Documents", self.tenant / "sites"

    def newest_point(self):
        """The newest point of each drive."""
        return [self.newest(unit) for unit in self.units]

    def rollback(self, points):
        return self.measured(lambda: self.session("inPlace", points))

    def session(self, destination, points=None):
        points = points or self.newest_point()
        first, *rest = pieces([{"restorePoint": {"id": point}, "destinationType": destination} for point in points])
        path = self.draft({"driveRestoreArtifacts": first})
        for artifacts in rest:
            self.graph.patch(path, {"driveRestoreArtifacts@delta": artifacts})
        self.run(path, "driveRestoreArtifacts")

    def one_file(self, relative):
        """Browsed to from the newest point, and restored beside the other items of the drive, with its folders, into a new one."""
        sample = self.measured(lambda: self.granular(Path(relative).parts))
        folder = self.drive / self.artifacts[0]["restoredItemPath"].split("/", 1)[1]
        return sample, folder / relative, folder

    def granular(self, names):
        browse = self.graph.post(f"{ROOT}/oneDriveForBusinessBrowseSessions", {"restorePointId": self.newest(self.units[0])})["id"]
        key = next(self.items(browse, {}))["itemKey"]
        for name in ("Documents", *names):
            key = next(item["itemKey"] for item in self.items(browse, {"browseLocationItemKey": key}) if item["name"] == name)
        self.run(self.draft({"granularDriveRestoreArtifacts": [{"browseSessionId": browse, "itemKey": key}]}), "granularDriveRestoreArtifacts")

    def items(self, browse, place):
        """What lies at a place of a browse session, page after page."""
        page = self.graph.post(f"{ROOT}/browseSessions/{browse}/browse", place)
        while True:
            yield from page["value"]
            if not (link := page.get("@odata.nextLink")):
                return
            page = self.graph.get("/" + link.split("/", 3)[3])

    def draft(self, body):
        """The path of a new session."""
        session = self.graph.post(f"{ROOT}/oneDriveForBusinessRestoreSessions", body)["id"]
        return f"{ROOT}/oneDriveForBusinessRestoreSessions/{session}"

    def run(self, path, artifacts):
        """Activates a session, waits for its end and reads its artifacts."""
        self.graph.post(f"{ROOT}/restoreSessions/{path.rsplit('/', 1)[1]}/activate")
        while (status := self.graph.get(path)["status"]) not in ("completed", "completedWithError", "failed"):
            time.sleep(0.01)
        self.artifacts = self.graph.all(f"{path}/{artifacts}")
        if status != "completed":
            raise measure.Failed(f"the session ended {status}: {self.artifacts[:2]}")

    def check(self):
        return self.measured(lambda: self.command("repository", "check", "--read-data", unit=True))

    def prune(self, kept):
        """Points go when they expire, after weeks at the soonest; here their rows are removed instead, which is not measured."""
        with contextlib.closing(sqlite3.connect(self.state / "catalog.sqlite", timeout=60)) as catalog, catalog:
            catalog.execute("DELETE FROM restorePoint WHERE id NOT IN (SELECT id FROM restorePoint ORDER BY protectionDateTime DESC LIMIT ?)", (kept,))
        return self.measured(lambda: self.command("repository", "prune", unit=True))

    def verify(self):
        """Stock restic is content with every byte."""
        password = self.text("repository", "password", unit=True)
        measure.run(
            ["restic", "--repo", self.repository(), "--no-cache", "--quiet", "check", "--read-data"], {"RESTIC_PASSWORD": password})

    # What those are made of.

    def measured(self, body):
        """Wall time of `body`; processor time and memory of the server, and of the command that `body` runs, together."""
        self.keep_off_cadence()
        self.process.forget_peak()
        before, started, inner = self.process.cpu(), time.perf_counter(), body()
        wall = time.perf_counter() - started
        sample = measure.Sample(wall, self.process.cpu() - before, self.process.peak())
        if inner:
            sample.cpu += inner.cpu
            sample.peak += inner.peak
        return sample

    def keep_off_cadence(self):
        """The server takes restore points of its own at every multiple of ten minutes; a measurement does not begin just before one."""
        rest = CADENCE_SECONDS - time.time() % CADENCE_SECONDS
        if self.is_active and rest < 15:
            time.sleep(rest + 5)

    def command(self, *arguments, unit=False):
        return self.call(*arguments, unit=unit)[0]

    def text(self, *arguments, unit=False):
        return self.call(*arguments, unit=unit)[1].strip()

    def call(self, *arguments, unit=False):
        count = 2 if arguments[0] == "repository" else 1
        return measure.run([
            self.program, *arguments[:count], "--state", self.state, *arguments[count:], *(self.units[:1] if unit else [])])

    def repository(self):
        return Path(self.text("repository", "path", unit=True))

    def newest(self, unit):
        """The id of the newest restore point of a unit that is no later than the last backup; of any where there was none yet."""
        now = self.last_backup or datetime.now(timezone.utc)
        answer = self.graph.post(f"{ROOT}/restorePoints/search", {
            "protectionUnitIds": [unit], "restorePointPreference": "latest",
            "protectionTimePeriod": {
                "startDateTime": (now - timedelta(days=1)).isoformat().replace("+00:00", "Z"),
                "endDateTime": now.isoformat().replace("+00:00", "Z")},
        })
        results = answer["searchResults"]
        return results[0]["restorePoint"]["id"] if results else None

    def address(self):
        """Waits for the line in which the server tells its address."""
        for _ in range(600):
            text = Path(self.log.name).read_text()
            if "\n" in text and "listens on http://" in text:
                return text.split("listens on http://")[1].split()[0]
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise measure.Failed(f"the server did not come up:\n{Path(self.log.name).read_text()[-2000:]}")
