#!/usr/bin/env python3
"""Processor time that a backup spends on figures that tell of damage (docs/detection.md), between two programs of which one makes none.

The second program is built with `evidence = nil` in Sources/BackupRepository/Archive/ArchiveRun.swift; nothing else differs. Both back up the same files
with a point before them, in turns: of an empty drive (every file is new), then of the same names with other content (every file changed)."""
import argparse
import os
import statistics
import tempfile
from pathlib import Path

from harness import corpora
from harness.holdfast import Holdfast

USER = "ada@bench.example"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("program")
    options.add_argument("without", help="the same program without figures")
    options.add_argument("--corpora", nargs="+", default=["office", "tiny"], choices=corpora.CORPORA)
    options.add_argument("--scale", type=float, default=0.05)
    options.add_argument("--rounds", type=int, default=8)
    options.add_argument("--work", default=None, help="where drives and repositories go")
    arguments = options.parse_args()
    for name in arguments.corpora:
        rounds = []
        for number in range(arguments.rounds):
            with tempfile.TemporaryDirectory(dir=arguments.work) as work:
                rounds.append(measure([arguments.program, arguments.without], name, Path(work), number, arguments.scale))
        for place, what in enumerate(("new", "changed")):
            report(f"{name}, every file {what}", [seconds[place] for seconds in rounds])


def measure(programs, name, work, number, scale):
    """Seconds with and without figures, for new and for changed files."""
    drive = work / "tenant" / "drives" / USER
    drive.mkdir(parents=True)
    tools = [Holdfast(program) for program in programs]
    begun = []
    try:
        for place, tool in enumerate(tools):
            tool.begin(work / str(place), drive)
            begun.append(tool)
            tool.backup()
        drive.rmdir()
        corpora.make(name, drive, scale, seed=number)
        new = in_turns(tools, number)
        content = corpora.Content(f"{number} changed")
        for path in corpora.files(drive):
            Path(path).write_bytes(content.half(os.path.getsize(path)))
        return new, in_turns(tools, number)
    finally:
        for tool in begun:
            tool.end()


def in_turns(tools, number):
    """Seconds of both, of which each goes first in every second round."""
    os.sync()
    order = (0, 1) if number % 2 == 0 else (1, 0)
    seconds = {place: tools[place].backup().cpu for place in order}
    return seconds[0], seconds[1]


def report(what, pairs):
    ratios = sorted(first / second for first, second in pairs)
    sums = [sum(pair[place] for pair in pairs) for place in (0, 1)]
    print(
        f"{what}: {len(pairs)} pairs, {sums[0]:.2f} s with and {sums[1]:.2f} s without figures; "
        f"ratio of the sums {sums[0] / sums[1]:.3f}, of the pairs {statistics.median(ratios):.3f} "
        f"({ratios[0]:.3f} to {ratios[-1]:.3f})", flush=True)


if __name__ == "__main__":
    main()
