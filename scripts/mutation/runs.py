"""Runs of the tests: which of them reach a mutant, and which of those fail because of it."""

import json
import mmap
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from mutation.schemata import MAXIMUM_MUTANTS

PROGRAM = ".build/debug/holdfastPackageTests.xctest"
# As `make test` has it: hundreds of tests at once starve the servers that some of them start.
WIDTH = "4"
LEAST_FREE_BYTES = 8 << 30
CAUGHT, SURVIVED, UNREACHED = "caught", "SURVIVED", "SURVIVED (no test reaches it)"


@dataclass
class Outcome:
    """How a run of some tests ended, with the ids of those that failed and the seconds of each one that ended."""

    kind: str
    failed: list = field(default_factory=list)
    durations: dict = field(default_factory=dict)
    output: str = ""

    @property
    def is_green(self):
        return self.kind == "passed"


class Tests:
    """The test program of the copy."""

    def __init__(self, place):
        self.place = place

    def list(self, pattern):
        """The ids of all tests that the pattern matches."""
        command = self.place.command([PROGRAM, "--testing-library", "swift-testing", "--list-tests"])
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return [line for line in lines if "/" in line and re.search(pattern, line)]

    def run(self, ids, seconds, mutant=None, reached=None):
        """Runs tests until all have ended, one has failed, or the time is over."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mutate-"))
        # Tests of permissions work as another user than root in folders below it.
        folder.chmod(0o755)
        try:
            return Run(self.place, folder, ids, seconds).outcome(mutant, reached)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class Run:
    """One process of the test program, with a folder for all that it leaves."""

    def __init__(self, place, folder, ids, seconds):
        self.place, self.folder, self.ids, self.seconds = place, folder, ids, seconds
        self.events = folder / "events"
        self.started, self.failed, self.durations, self.position = {}, [], {}, 0

    def outcome(self, mutant, reached):
        """Runs the tests and says how that ended."""
        with open(self.folder / "output", "wb") as output:
            process = subprocess.Popen(
                self.place.limited(self._arguments()),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment(mutant, reached),
                start_new_session=True,
            )
            try:
                kind = self._watch(process)
            finally:
                end(process)
        text = (self.folder / "output").read_text(errors="replace")
        if kind == "crash" and not self.failed:
            self.failed = list(self.started)
        return Outcome(kind, self.failed, self.durations, text)

    def _arguments(self):
        filters = [word for test in self.ids for word in ("--filter", f"^{quoted(test)}/")]
        stream = ["--event-stream-output-path", self.events, "--event-stream-version", "0"]
        return [PROGRAM, "--testing-library", "swift-testing", *stream, *filters]

    def _environment(self, mutant, reached):
        more = {
            "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH": WIDTH,
            "SWIFT_BACKTRACE": "enable=no",
            "TMPDIR": str(self.folder),
        }
        if mutant is not None:
            more["HOLDFAST_MUTANT"] = str(mutant)
        if reached is not None:
            more["HOLDFAST_MUTANTS_REACHED"] = str(reached)
        return os.environ | more

    def _watch(self, process):
        deadline = time.monotonic() + self.seconds
        while True:
            status = process.poll()
            self._read_events()
            if self.failed:
                return "failed"
            if status is not None:
                return "passed" if status == 0 else "crash"
            if time.monotonic() > deadline or shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
                return "timeout"
            time.sleep(0.05)

    def _read_events(self):
        """Reads the events that are complete since the last time."""
        if not self.events.exists():
            return
        with open(self.events, "rb") as file:
            file.seek(self.position)
            lines = file.read().split(b"\n")
        self.position += sum(len(line) + 1 for line in lines[:-1])
        for line in lines[:-1]:
            record = json.loads(line)
            if record["kind"] == "event":
                self._note(record["payload"])

    def _note(self, event):
        test = test_id(event.get("testID", ""))
        if event["kind"] == "testStarted" and "/" in test:
            self.started[test] = event["instant"]["absolute"]
        elif event["kind"] == "testEnded" and test in self.started:
            self.durations[test] = event["instant"]["absolute"] - self.started.pop(test)
        elif event["kind"] == "issueRecorded" and not event["issue"].get("isKnown"):
            self.failed.append(test)


def end(process):
    """Ends a process with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def quoted(text):
    """A regular expression for just this text."""
    return re.sub(r"([\\.\[\](){}*+?^$|/])", r"\\\1", text)


def test_id(identifier):
    """A test's id without the place in the source: `Module.Suite/name()`."""
    return re.sub(r"/[^/]+\.swift:\d+:\d+$", "", identifier)


class Reach:
    """Which mutants each test reaches, and how long it takes alone; found once for a build and kept in a file."""

    def __init__(self, path):
        self.path = path
        self.tests = json.loads(path.read_text()) if path.exists() else {}

    def find(self, tests, test):
        """Runs one test without a mutant; returns the output where it failed three times."""
        if test in self.tests:
            return None
        for _ in range(3):
            with tempfile.NamedTemporaryFile() as file:
                file.truncate(MAXIMUM_MUTANTS)
                start = time.monotonic()
                outcome = tests.run([test], 600, reached=file.name)
                if outcome.is_green:
                    self.tests[test] = {"seconds": round(time.monotonic() - start, 2), "mutants": self._numbers(file)}
                    return None
        return outcome.output

    def save(self):
        """Keeps what is known for the next start."""
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self.tests))
        draft.replace(self.path)

    def of(self, number, first):
        """The tests that reach a mutant: those whose id begins with `first` come first, then the fast ones."""
        found = [test for test, known in self.tests.items() if number in known["mutants"]]
        return sorted(found, key=lambda test: (not test.startswith(first), self.seconds(test)))

    def seconds(self, test):
        """How long a test took alone."""
        return self.tests[test]["seconds"]

    def _numbers(self, file):
        with mmap.mmap(file.fileno(), MAXIMUM_MUTANTS) as memory:
            return [number for number, byte in enumerate(memory[:]) if byte]


def batches(reach, ids, first, rest=40):
    """The tests in runs of about `first` seconds, then `rest`, `2 × rest` and so on: most mutants die in the first."""
    batch, total, bound = [], 0.0, first
    for test in ids:
        batch.append(test)
        total += reach.seconds(test)
        if total >= bound:
            yield batch
            batch, total, bound = [], 0.0, max(rest, 2 * bound)
    if batch:
        yield batch


def judged(tests, reach, number, first):
    """Whether the tests catch a mutant: `(verdict, how, test)`."""
    ids = reach.of(number, first)
    if not ids:
        return UNREACHED, "", ""
    for batch in batches(reach, ids, 5):
        verdict = judged_batch(tests, reach, number, batch)
        if verdict:
            return verdict
    return SURVIVED, f"{len(ids)} tests", ""


def judged_batch(tests, reach, number, batch):
    """What a run of some tests says of a mutant; nil where they all pass.

    A failure counts where the same test fails again alone; one that does not is left out of a
    second run of the others, because on a busy machine a test can fail for want of time.
    """
    batch = list(batch)
    while batch:
        outcome = tests.run(batch, allowed(reach, batch), mutant=number)
        if outcome.is_green:
            missing = set(batch) - outcome.durations.keys()
            assert not missing, f"these tests were asked for and did not run: {missing}"
            return None
        if outcome.kind != "failed":
            return CAUGHT, outcome.kind, ", ".join(outcome.failed[:1])
        test = outcome.failed[0]
        if test not in batch or not tests.run([test], allowed(reach, [test]), mutant=number).is_green:
            return CAUGHT, "failed", test
        batch.remove(test)
    return None


def allowed(reach, batch):
    """The seconds that a run of some tests may take: many times what they took one by one."""
    return 60 + 5 * sum(reach.seconds(test) for test in batch)
