"""The programs that we compare with, each used as its manual says, with its defaults."""
import json
import os
import shutil
from pathlib import Path

from . import measure
from .trees import bytes_in


class Peer:
    """A backup program: one repository, one folder to protect."""

    def begin(self, work, drive):
        """Makes an empty repository. Not measured."""
        self.work, self.drive = Path(work) / self.name, Path(drive)
        self.repository = self.work / "repository"
        self.work.mkdir(parents=True)
        self.make_repository()

    def end(self):
        shutil.rmtree(self.work)

    def size(self):
        return bytes_in(self.repository)

    def empty_drive(self):
        return f"find '{self.drive}' -mindepth 1 -delete"


class Restic(Peer):
    def __init__(self, name, program, has_delete):
        self.name, self.program, self.has_delete = name, program, has_delete

    def call(self, *arguments, cwd=None):
        return measure.run([self.program, *arguments], self.environment(), cwd)

    def environment(self):
        return {"RESTIC_REPOSITORY": str(self.repository), "RESTIC_PASSWORD": "bench", "RESTIC_CACHE_DIR": str(self.work / "cache"), "HOME": str(self.work)}

    def make_repository(self):
        self.call("init", "--repository-version", "2")

    def backup(self):
        return self.call("backup", "--quiet", self.drive)[0]

    def restore(self):
        target = self.work / "restored"
        sample, _ = self.call("restore", "latest", "--quiet", "--target", target)
        return sample, target / self.drive.relative_to("/"), target

    def newest_point(self):
        return json.loads(self.call("snapshots", "latest", "--json")[1])[-1]["id"]

    def rollback(self, point):
        if self.has_delete:
            return self.call("restore", f"{point}:{self.drive}", "--quiet", "--target", self.drive, "--delete", "--overwrite", "if-changed")[0]
        # It cannot delete what the snapshot has not, so everything goes first.
        command = f"{self.empty_drive()} && '{self.program}' restore {point} --quiet --target /"
        return measure.run(["/bin/sh", "-c", command], self.environment())[0]

    def one_file(self, relative):
        target = self.work / "one"
        sample, _ = self.call("restore", "latest", "--quiet", "--target", target, "--include", self.drive / relative)
        return sample, target / self.drive.relative_to("/") / relative, target

    def check(self):
        return self.call("check", "--read-data", "--quiet")[0]

    def prune(self, kept):
        return self.call("forget", "--keep-last", str(kept), "--prune", "--quiet")[0]

    def verify(self):
        self.call("check", "--read-data", "--quiet")


class Borg(Peer):
    name = "borg"

    def __init__(self, program):
        self.program = program
        self.count = 0

    def environment(self):
        return {"BORG_REPO": str(self.repository), "BORG_PASSPHRASE": "bench", "BORG_BASE_DIR": str(self.work / "base"), "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}

    def call(self, *arguments, cwd=None):
        return measure.run([self.program, *arguments], self.environment(), cwd)

    def make_repository(self):
        self.count = 0
        self.call("init", "--encryption", "repokey-blake2")

    def backup(self):
        self.count += 1
        return self.call("create", f"::{self.count}", ".", cwd=self.drive)[0]

    def restore(self):
        target = self.work / "restored"
        target.mkdir()
        return self.call("extract", f"::{self.count}", cwd=target)[0], target, target

    def newest_point(self):
        return self.count

    def rollback(self, point):
        command = f"{self.empty_drive()} && '{self.program}' extract ::{point}"
        return measure.run(["/bin/sh", "-c", command], self.environment(), self.drive)[0]

    def one_file(self, relative):
        target = self.work / "one"
        target.mkdir()
        return self.call("extract", f"::{self.count}", str(relative), cwd=target)[0], target / relative, target

    def check(self):
        return self.call("check", "--verify-data")[0]

    def prune(self, kept):
        command = f"'{self.program}' prune --keep-last {kept} && '{self.program}' compact"
        return measure.run(["/bin/sh", "-c", command], self.environment())[0]

    def verify(self):
        self.call("check", "--verify-data")


def installed(folder):
    """The peers that `Benchmarks/peers` could install."""
    folder = Path(folder)
    found = []
    if shutil.which("restic"):
        found.append(Restic("restic", shutil.which("restic"), has_delete=False))
    if os.access(folder / "restic-sid/usr/bin/restic", os.X_OK):
        found.append(Restic("restic-sid", folder / "restic-sid/usr/bin/restic", has_delete=True))
    if os.access(folder / "borg/bin/borg", os.X_OK):
        found.append(Borg(folder / "borg/bin/borg"))
    return found
