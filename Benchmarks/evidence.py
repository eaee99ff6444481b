#!/usr/bin/env python3
"""Processor time that a backup spends on figures that tell of damage (docs/detection.md), with one program.

A first backup has nothing to compare with and makes no figures. So the same files are backed up twice: as a first backup, and
into a repository that has a point already, of an empty drive (all files are new) or of the same names with other content (all
files changed). Making a repository, which only the first has to do, is measured by itself and taken off. The second also reads
old trees, so that the difference is at least the cost of the figures."""
import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path

from harness import corpora
from harness.holdfast import Holdfast

USER = "ada@bench.example"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("program")
    options.add_argument("--corpora", nargs="+", default=["office", "tiny"], choices=corpora.CORPORA)
    options.add_argument("--scale", type=float, default=0.05)
    options.add_argument("--rounds", type=int, default=8)
    options.add_argument("--work", default=None, help="where drives and repositories go")
    arguments = options.parse_args()
    for name in arguments.corpora:
        rounds = []
        for number in range(arguments.rounds):
            with tempfile.TemporaryDirectory(dir=arguments.work) as work:
                rounds.append(measure(arguments.program, name, Path(work), number, arguments.scale))
        for place, what in enumerate(("new", "changed")):
            report(f"{name}, every file {what}", [seconds[place] for seconds in rounds])


def measure(program, name, work, number, scale):
    """Seconds with and without figures, for new and for changed files."""
    drive = work / "tenant" / "drives" / USER
    drive.mkdir(parents=True)
    with_figures, without = Holdfast(program), [Holdfast(program), Holdfast(program)]
    with_figures.begin(work / "with", drive)
    try:
        making = with_figures.backup().cpu
        drive.rmdir()
        corpora.make(name, drive, scale, seed=number)
        new = pair(with_figures, without[0], work / "first", drive, making, number)
        content = corpora.Content(f"{number} changed")
        for path in corpora.files(drive):
            Path(path).write_bytes(content.half(os.path.getsize(path)))
        return new, pair(with_figures, without[1], work / "second", drive, making, number)
    finally:
        with_figures.end()


def pair(with_figures, without, work, drive, making, number):
    """The same files by both, in turns."""
    os.sync()
    without.begin(work, drive)
    try:
        if number % 2 == 0:
            seconds = with_figures.backup().cpu
            return seconds, without.backup().cpu - making
        seconds = without.backup().cpu - making
        return with_figures.backup().cpu, seconds
    finally:
        without.end()
        shutil.rmtree(work, ignore_errors=True)


def report(what, pairs):
    ratios = sorted(first / second for first, second in pairs)
    sums = [sum(pair[place] for pair in pairs) for place in (0, 1)]
    print(
        f"{what}: {len(pairs)} pairs, {sums[0]:.2f} s with and {sums[1]:.2f} s without figures; "
        f"ratio of the sums {sums[0] / sums[1]:.3f}, of the pairs {statistics.median(ratios):.3f} "
        f"({ratios[0]:.3f} to {ratios[-1]:.3f})", flush=True)


if __name__ == "__main__":
    main()
