#!/usr/bin/env python3
"""Two questions that only Holdfast is asked: does memory grow with the number of files, and do many drives go as fast as one?

    scaling.py files 10000 100000 1000000     peak memory and time, beside a walk in C
    scaling.py folder 10000 100000 1000000    the same with all files in one folder
    scaling.py drives 200                     drives of 50 files in one session, beside one drive with the same files
"""
import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
from harness import corpora, measure, trees
from harness.holdfast import Holdfast

HERE = Path(__file__).parent


def files(counts, options):
    """Memory and time against the number of files of 200 to 4,000 bytes, or of 420 bytes in one folder."""
    walk = Path(options.work) / "walk"
    walk.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-O2", "-o", walk, HERE / "walk.c"], check=True)
    print("| files | first backup s | peak MB | nothing changed s | CPU s | peak MB | full restore s | peak MB | walk in C s | CPU s |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for count in counts:
        folder = Path(options.work) / "scaling"
        shutil.rmtree(folder, ignore_errors=True)
        drive = folder / "tenant/drives/ada@bench.example"
        if options.question == "folder":
            drive.mkdir(parents=True)
            for number in range(count):
                (drive / f"{number:07}.dat").write_bytes(b"%07d" % number * 60)
        else:
            corpora.make("tiny", drive, count / 200_000)
        (folder / "tenant/sites").mkdir()
        tool = Holdfast(options.holdfast)
        tool.begin(folder, drive)
        try:
            first = tool.backup()
            unchanged = least(tool.backup() for _ in range(options.rounds))
            walked = least(measure.run([walk, drive])[0] for _ in range(options.rounds))
            restored, _, _ = tool.restore()
        finally:
            tool.end()
        print(
            f"| {count:,} | {first.wall:.1f} | {first.peak:.0f} | {unchanged.wall:.2f} | {unchanged.cpu:.2f} | {unchanged.peak:.0f} "
            f"| {restored.wall:.1f} | {restored.peak:.0f} | {walked.wall:.2f} | {walked.cpu:.2f} |", flush=True)
        shutil.rmtree(folder)


def least(samples):
    return min(samples, key=lambda sample: sample.wall)


def drives(counts, options):
    """Many small drives in one session, beside one drive that holds as many files, in turns: ext4 is slow at times, for either."""
    print("| drives | files each | first backup s | restore in one session: median s | minimum s | CPU s | peak MB |")
    print("|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for count in counts:
        folder = Path(options.work) / "scaling"
        shutil.rmtree(folder, ignore_errors=True)
        tools = [tenant(folder / name, users, each, options) for name, users, each in (("many", count, 50), ("one", 1, 50 * count))]
        try:
            first = [tool.backup() for tool in tools]
            samples = [[], []]
            for number in range(options.rounds):
                for which in (0, 1) if number % 2 else (1, 0):
                    os.sync()
                    samples[which].append(tools[which].restore()[0])
            for tool in tools:
                verify(tool)
        finally:
            for tool in tools:
                tool.end()
        for tool, backup, restored in zip(tools, first, samples):
            print(
                f"| {len(tool.users)} | {50 * count // len(tool.users)} | {backup.wall:.1f} | {median(s.wall for s in restored):.2f} | {least(restored).wall:.2f} "
                f"| {median(s.cpu for s in restored):.2f} | {max(s.peak for s in restored):.0f} |", flush=True)
        shutil.rmtree(folder)


def tenant(folder, users, each, options):
    """A server over a tenant of its own, in which every user has `each` files."""
    names = [f"user{number:04}@bench.example" for number in range(users)]
    content = corpora.Content("drives")
    for name in names:
        for number in range(each):
            place = folder / "tenant/drives" / name / f"{number // 50:04}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:06}.dat").write_bytes(content.half(content.random.randint(4_000, 200_000)))
    (folder / "tenant/sites").mkdir()
    tool = Holdfast(options.holdfast, names)
    tool.begin(folder, folder / "tenant/drives" / names[0])
    return tool


def verify(tool):
    """Compares what the last session restored with the drives."""
    for artifact in tool.artifacts:
        site = artifact["restoredSiteName"]
        user = site.rsplit("R", 1)[0]
        trees.expect_equal(trees.manifest(tool.tenant / "drives" / user), tool.tenant / "sites" / site / "Documents", site)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=["files", "folder", "drives"])
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--holdfast", default=str(HERE.parent / ".build/release/holdfast"))
    parser.add_argument("--work", default=str(HERE.parent / ".build/bench/work"), help="a folder on the disk to measure")
    options = parser.parse_args()
    {"files": files, "folder": files, "drives": drives}[options.question](options.counts, options)


if __name__ == "__main__":
    main()
