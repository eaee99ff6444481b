"""The results as Markdown."""
import platform
from statistics import median


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def machine():
    import os
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores of {processor()}, {memory:.0f} GB of memory, Linux {platform.release()}"


def tables(results, names):
    """One table for each corpus. `results[corpus][row][tool]` is a list of samples, one for each round."""
    return "\n".join(f"### {corpus}\n\n{table(rows, names)}" for corpus, rows in results.items())


def table(rows, names):
    lines = ["| row | program | median s | minimum s | CPU s | peak MB | size MB | Holdfast is faster by |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    for row, tools in rows.items():
        for name in sorted(tools, key=lambda name: (names + [name]).index(name)):
            samples = tools[name]
            if not samples:
                continue
            size = max(sample.size for sample in samples)
            ratio = "" if name == "holdfast" or "holdfast" not in tools else pairwise(samples, tools["holdfast"])
            lines.append(
                f"| {row} | {name} | {median(s.wall for s in samples):.2f} | {min(s.wall for s in samples):.2f} "
                f"| {median(s.cpu for s in samples):.2f} | {max(s.peak for s in samples):.0f} | {f'{size / 1e6:.1f}' if size else ''} | {ratio} |")
            row = ""
    return "\n".join(lines) + "\n"


def pairwise(samples, ours):
    """The median of the ratios of each round, in wall and in processor time."""
    wall = median(theirs.wall / mine.wall for theirs, mine in zip(samples, ours))
    if not any(sample.cpu for sample in samples):
        return f"{wall:.2f} ×"
    cpu = median(theirs.cpu / max(mine.cpu, 0.01) for theirs, mine in zip(samples, ours))
    return f"{wall:.2f} × (CPU {cpu:.2f} ×)"
