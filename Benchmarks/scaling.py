#!/usr/bin/env python3
"""Questions that only Holdfast is asked: does memory grow with the number of files, does a rollback take the time of what differs, do many drives go as
fast as one, and does a huge one starve them?

    scaling.py files 10000 100000 1000000     peak memory and time, beside a walk in C
    scaling.py folder 10000 100000 1000000    the same with all files in one folder
    scaling.py rollback 1000 10000 100000     100 changed and 1,000 deleted files among so many are brought back
    scaling.py drives 200                     drives of 50 files in one session, beside one drive with the same files
    scaling.py beside 200                     the same drives, alone and in one session with a drive of 2 GB before them
"""
import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from datetime import datetime
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
        with empty_folder(options) as folder:
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


def rollback(counts, options):
    """The same 100 files changed, and the same 1,000 deleted, among more and more others; the newest point is from before or from after that."""
    print("| files besides | nothing changed: s | CPU s | 100 changed: s | CPU s | in the newest point: s | CPU s | 1,000 deleted: s | CPU s | in the newest point: s | CPU s |")
    print("|--:" * 11 + "|", flush=True)
    for count in counts:
        with empty_folder(options) as folder:
            drive = folder / "tenant/drives/ada@bench.example"
            # What is hit has a place of its own, so that it is the same everywhere.
            corpora.make("tiny", drive / "hit", 1_000 / 200_000)
            corpora.make("tiny", drive / "others", count / 200_000, seed=5)
            (folder / "tenant/sites").mkdir()
            everything, hit = trees.manifest(drive), trees.manifest(drive / "hit")
            tool = Holdfast(options.holdfast)
            tool.begin(folder, drive)
            try:
                tool.backup()
                cells = [least(tool.backup() for _ in range(options.rounds))]
                for attack in (change, remove):
                    for backs_up in (False, True):
                        cells.append(least(rolled_back(tool, attack, backs_up, hit) for _ in range(options.rounds)))
                trees.expect_equal(everything, drive, "all rollbacks")
            finally:
                tool.end()
            print(f"| {count:,} | " + " | ".join(f"{sample.wall:.2f} | {sample.cpu:.2f}" for sample in cells) + " |", flush=True)


def rolled_back(tool, attack, backs_up, wanted):
    """What a rollback to the state before `attack` takes. With `backs_up` a point is taken after it."""
    tool.backup()
    points = tool.newest_point()
    attack(corpora.files(tool.drive / "hit"))
    if backs_up:
        tool.backup()
    os.sync()
    sample = tool.rollback(points)
    trees.expect_equal(wanted, tool.drive / "hit", "rollback")
    return sample


def change(paths):
    for path in paths[::10]:
        Path(path).write_bytes(os.urandom(os.path.getsize(path)))


def remove(paths):
    for path in paths:
        os.remove(path)


@contextlib.contextmanager
def empty_folder(options):
    """A folder on the disk to measure, for one question, and nothing of it afterwards."""
    folder = Path(options.work) / "scaling"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder)


def least(samples):
    return min(samples, key=lambda sample: sample.wall)


def drives(counts, options):
    """Many small drives in one session, beside one drive that holds as many files, in turns: ext4 is slow at times, for either."""
    print("| drives | files each | first backup s | restore in one session: median s | minimum s | CPU s | peak MB |")
    print("|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for count in counts:
        with empty_folder(options) as folder:
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


def beside(counts, options):
    """Small drives in one session, alone and behind a huge drive: the time until the last of them is there, and until the huge one is."""
    print("| drives of 50 files | alone: median s | behind a drive of 2 GB: median s | that drive alone: median s | behind it: median s |")
    print("|--:|--:|--:|--:|--:|", flush=True)
    for count in counts:
        with empty_folder(options) as folder:
            tool = tenant(folder, count, 50, options, huge=4)
            try:
                tool.backup()
                names = {user["id"]: user["userPrincipalName"] for user in tool.graph.all("/v1.0/users")}
                units = sorted(tool.protected(), key=lambda unit: names[unit["directoryObjectId"]])
                huge, *small = (unit["id"] for unit in units)
                walls = {"small": [], "beside": [], "huge": [], "both": []}
                for _ in range(options.rounds):
                    for units, name in ((small, "small"), ([huge], "huge"), ([huge, *small], "both")):
                        os.sync()
                        tool.units = units
                        walls[name].append(tool.restore()[0].wall)
                        verify(tool)
                    last = [artifact for artifact in tool.artifacts if not artifact["restoredSiteName"].startswith("huge@")]
                    walls["beside"].append(seconds_until(tool.artifacts, last))
            finally:
                tool.end()
            alone, behind, great, both = (median(walls[name]) for name in ("small", "beside", "huge", "both"))
            print(f"| {count} | {alone:.2f} | {behind:.2f} | {great:.2f} | {both:.2f} |", flush=True)


def seconds_until(artifacts, last):
    """From the first beginning to the end of the last of some artifacts, as the API tells it."""
    started = min(datetime.fromisoformat(artifact["startDateTime"]) for artifact in artifacts)
    return (max(datetime.fromisoformat(artifact["completionDateTime"]) for artifact in last) - started).total_seconds()


def tenant(folder, users, each, options, huge=0):
    """A server over a tenant of its own, in which every user has `each` files; before them, if asked for, one who has `huge` files of 512 MB."""
    names = [f"user{number:04}@bench.example" for number in range(users)]
    content = corpora.Content("drives")
    for name in names:
        for number in range(each):
            place = folder / "tenant/drives" / name / f"{number // 50:04}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:06}.dat").write_bytes(content.half(content.random.randint(4_000, 200_000)))
    if huge:
        names.insert(0, "huge@bench.example")
        place = folder / "tenant/drives" / names[0]
        place.mkdir()
        for number in range(huge):
            with open(place / f"{number}.vhd", "wb") as file:
                for _ in range(512):
                    file.write(content.half(1 << 20))
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
    parser.add_argument("question", choices=["files", "folder", "rollback", "drives", "beside"])
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--holdfast", default=str(HERE.parent / ".build/release/holdfast"))
    parser.add_argument("--work", default=str(HERE.parent / ".build/bench/work"), help="a folder on the disk to measure")
    options = parser.parse_args()
    {"files": files, "folder": files, "rollback": rollback, "drives": drives, "beside": beside}[options.question](options.counts, options)


if __name__ == "__main__":
    main()
