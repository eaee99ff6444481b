#!/usr/bin/env python3
"""Compares Holdfast with other backup programs on the same work in the same run. `make bench` calls it; see README.md."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from harness import corpora, limits, peers, report, trees
from harness.holdfast import Holdfast

USER = "ada@bench.example"
ROWS = ["first backup", "nothing changed", "1 % changed", "full restore", "full restore, durable", "rollback 1 %", "rollback 1 %, newest point after the attack", "rollback 30 %", "one file", "check", "prune"]


class Bench:
    def __init__(self, options):
        self.options = options
        self.work = Path(options.work).absolute()
        self.drive = self.work / "tenant" / "drives" / USER
        self.tools = [Holdfast(options.holdfast), *peers.installed(options.peers)]
        if options.only:
            self.tools = [tool for tool in self.tools if tool.name in options.only.split(",")]
        self.samples = Path(options.output).with_suffix(".json")
        self.results = self.load() if options.add else {}

    def run(self):
        for corpus in self.options.corpora.split(","):
            shutil.rmtree(self.work, ignore_errors=True)
            corpora.make(corpus, self.drive, self.options.scale)
            (self.work / "tenant" / "sites").mkdir()
            self.rows = self.results.setdefault(corpus, {})
            done = len(self.rows.get("first backup", {}).get("holdfast", []))
            for number in range(done, done + self.options.rounds):
                self.round(corpus, number)
            self.measure_limits()
            self.save()
        shutil.rmtree(self.work, ignore_errors=True)

    def round(self, corpus, number):
        self.number = number
        self.rubbish = []
        print(f"{corpus}, round {number + 1}", flush=True)
        for tool in self.tools:
            tool.begin(self.work / "repositories", self.drive)
        try:
            self.backups(corpus, f"{corpus} {number}")
            self.restores(corpus, f"{corpus} {number}")
            self.each("check", lambda tool: tool.check())
            self.prune(corpus, f"{corpus} {number}")
            if number == 0:
                for tool in self.tools:
                    tool.verify()
            for folder in self.rubbish:
                empty(folder)
        finally:
            for tool in self.tools:
                tool.end()

    def backups(self, corpus, seed):
        self.each("first backup", lambda tool: tool.backup(), sized=True)
        self.each("nothing changed", lambda tool: tool.backup())
        corpora.edit(corpus, self.drive, seed)
        self.each("1 % changed", lambda tool: tool.backup())
        if not self.is_wanted("1 % changed"):
            # The state that the other rows bring back is in a point, measured or not.
            for tool in self.tools:
                tool.backup()

    def restores(self, corpus, seed):
        self.wanted = trees.manifest(self.drive)
        self.each("full restore", self.full_restore)
        for part, row in ((0.01, "rollback 1 %"), (0.3, "rollback 30 %")):
            self.each(row, lambda tool: self.rollback(tool, corpus, part, seed))
        self.each("rollback 1 %, newest point after the attack", lambda tool: self.rollback(tool, corpus, 0.01, f"{seed} after", backs_up=True))
        listed = sorted(path for path, entry in self.wanted.items() if entry[0] == "file")
        self.each("one file", lambda tool: self.one_file(tool, listed[len(listed) // 2]))

    def prune(self, corpus, seed):
        """Many points with a day's work between each two; then all but a tenth are given up, and their space is freed."""
        if not self.is_wanted("prune"):
            return
        for number in range(self.options.points):
            corpora.edit(corpus, self.drive, f"{seed} {number}")
            for tool in self.tools:
                tool.backup()
            print(f"\r  point {number + 1} of {self.options.points}", end="", flush=True)
        print()
        self.each("prune", lambda tool: tool.prune(max(1, self.options.points // 10)), sized=True)

    def full_restore(self, tool):
        sample, folder, rubbish = tool.restore()
        self.durable(tool, sample)
        trees.expect_equal(self.wanted, folder, f"full restore by {tool.name}")
        # Not removed at once: for a minute after many files were deleted ext4 is slow to make new ones, and the next program would pay for it.
        self.rubbish.append(rubbish)
        return sample

    def durable(self, tool, sample):
        """The same restore with the time until everything is on the disk, which Holdfast waits for itself."""
        started = time.perf_counter()
        os.sync()
        whole = limits.measure.Sample(sample.wall + time.perf_counter() - started, sample.cpu, sample.peak)
        self.rows.setdefault("full restore, durable", {}).setdefault(tool.name, []).append(whole)

    def rollback(self, tool, corpus, part, seed, backs_up=False):
        # As on the cadence, the newest point is younger than what else happened to the drive: here the restores of the other programs.
        tool.backup()
        point = tool.newest_point()
        corpora.attack(corpus, self.drive, part, seed)
        if backs_up:
            # The cadence went on: the newest point has what the attack left, and the one before is brought back.
            tool.backup()
        os.sync()
        sample = tool.rollback(point)
        trees.expect_equal(self.wanted, self.drive, f"rollback by {tool.name}")
        return sample

    def one_file(self, tool, relative):
        if not hasattr(tool, "one_file"):
            return None
        sample, path, rubbish = tool.one_file(relative)
        if trees.digest(path) != self.wanted[relative][-1]:
            raise SystemExit(f"one file by {tool.name}: the content differs")
        empty(rubbish)
        return sample

    def each(self, row, body, sized=False):
        """Measures a row for every program, in an order that changes from round to round."""
        if not self.is_wanted(row):
            return
        turn = self.number % len(self.tools)
        for tool in self.tools[turn:] + self.tools[:turn]:
            os.sync()
            sample = body(tool)
            if sample is None:
                continue
            sample.size = tool.size() if sized else 0
            self.rows.setdefault(row, {}).setdefault(tool.name, []).append(sample)
            print(f"  {row:16} {tool.name:12} {sample.wall:8.2f} s  CPU {sample.cpu:8.2f} s  {sample.peak:6.0f} MB", flush=True)

    def is_wanted(self, row):
        # Commas divide the option's names, so those of a row's own name are left out there.
        return not self.options.rows or row.replace(",", "") in self.options.rows.split(",") or row == "first backup"

    def measure_limits(self):
        listed = corpora.files(self.drive)
        total = sum(os.path.getsize(path) for path in listed)
        arithmetic = limits.Arithmetic(self.work)
        for _ in range(self.options.rounds):
            os.sync()
            self.limit("full restore", "limit: cp -r", limits.copy(self.drive, self.work / "copy"))
            os.sync()
            self.limit("full restore", "limit: write + fsync", limits.sequential_write(total, self.work / "copy"))
            backup, restore = arithmetic.seconds(listed)
            for row, seconds in (("first backup", backup), ("full restore", restore)):
                self.limit(row, "limit: arithmetic", limits.measure.Sample(seconds / os.cpu_count(), seconds, 0))

    def limit(self, row, name, sample):
        if row in self.rows:
            self.rows[row].setdefault(name, []).append(sample)
            print(f"  {row:16} {name:22} {sample.wall:8.2f} s  CPU {sample.cpu:8.2f} s", flush=True)

    def save(self):
        """After each corpus, so that an interrupted run is not lost."""
        self.samples.write_text(json.dumps(self.results, default=vars))
        names = [tool.name for tool in self.tools]
        ordered = {corpus: {row: rows[row] for row in ROWS if row in rows} for corpus, rows in self.results.items()}
        heading = (
            f"Measured {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())} on {report.machine()}; "
            f"scale {self.options.scale:g}, {rounds(self.results)} rounds.\n\n"
            f"Programs: {'; '.join(versions(self.tools))}.\n\n")
        Path(self.options.output).write_text(heading + report.tables(ordered, names))

    def load(self):
        """The samples of earlier runs at the same scale, to which this run adds its own."""
        if not self.samples.exists():
            return {}
        read = json.loads(self.samples.read_text())
        return {
            corpus: {row: {name: [limits.measure.Sample(**sample) for sample in samples] for name, samples in tools.items()} for row, tools in rows.items()}
            for corpus, rows in read.items()}


def rounds(results):
    """How often each corpus was run, for example 5, or 2-3."""
    counts = sorted({len(rows["first backup"]["holdfast"]) for rows in results.values() if "holdfast" in rows.get("first backup", {})})
    return "-".join(str(count) for count in sorted({*counts[:1], *counts[-1:]}))


def versions(tools):
    for tool in tools:
        if tool.name != "holdfast":
            text = subprocess.run([tool.program, "--version" if tool.name == "borg" else "version"], capture_output=True, text=True).stdout
            yield f"{tool.name} = `{text.split(' compiled')[0].strip()}`"


def empty(folder):
    """Removes what a restore made; the folder of restored sites itself stays."""
    if folder.name != "sites":
        return shutil.rmtree(folder)
    for entry in folder.iterdir():
        shutil.rmtree(entry)


def main():
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the full size: 3 GB, 4 GB, 200,000 files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--add", action="store_true", help="go on from the samples of earlier runs beside --output")
    parser.add_argument("--corpora", default=",".join(corpora.CORPORA))
    parser.add_argument("--rows", default="", help="rows to measure, with commas; all without it")
    parser.add_argument("--points", type=int, default=500, help="points before the row 'prune', which keeps a tenth of them")
    parser.add_argument("--only", default="", help="programs to measure, with commas; all that are there without it")
    parser.add_argument("--holdfast", default=str(here.parent / ".build/release/holdfast"))
    parser.add_argument("--peers", default=str(here.parent / ".build/bench/peers"))
    parser.add_argument("--work", default=str(here.parent / ".build/bench/work"), help="an empty folder on the disk to measure; it is removed")
    parser.add_argument("--output", default=str(here.parent / ".build/bench/table.md"))
    options = parser.parse_args()
    bench = Bench(options)
    bench.run()
    print(f"\n{Path(options.output).read_text()}")


if __name__ == "__main__":
    main()
