"""One build for all mutants: each is compiled in behind a switch that the environment turns.

`HOLDFAST_MUTANT=17` makes a process run mutant 17; without it the program is as it was. Where
`HOLDFAST_MUTANTS_REACHED` names a file, the process sets byte N of it as soon as the switch of
mutant N is asked for, so that one run of a test tells which mutants it can see at all.
"""

import bisect
import pathlib
import re
from dataclasses import dataclass

from mutation.sites import NUMBER

SWITCH = "MutantSwitch.swift"
MAXIMUM_MUTANTS = 1 << 16
SWITCH_TEXT = """\
import Foundation

/// The mutant that this process runs; -1 for none.
private let chosen = Int(ProcessInfo.processInfo.environment["HOLDFAST_MUTANT"] ?? "") ?? -1

/// A byte for each mutant, shared with the program that runs the tests. Only ever set to 1, by any thread.
nonisolated(unsafe) private let reached: UnsafeMutablePointer<UInt8>? = {
    guard let path = ProcessInfo.processInfo.environment["HOLDFAST_MUTANTS_REACHED"] else { return nil }
    let file = unsafe open(path, O_RDWR)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let memory = unsafe mmap(nil, %d, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    return unsafe memory == MAP_FAILED ? nil : memory?.assumingMemoryBound(to: UInt8.self)
}()

@inline(__always)
nonisolated func mutant(_ number: Int) -> Bool {
    if let reached = unsafe reached { unsafe reached[number] = 1 }
    return number == chosen
}
"""
ERROR = re.compile(r"^(/\S+\.swift):(\d+):(\d+): error: (.*)$", re.MULTILINE)


@dataclass
class Rendered:
    """A file with its mutants, and where each of them lies in it: `(start, end, site)`, in characters."""

    text: str
    places: list

    def site_at(self, line, column):
        """The innermost site at a place that the compiler names (bytes of UTF-8, from 1), or the nearest one above."""
        starts = [0] + [m.end() for m in re.finditer("\n", self.text)]
        start = starts[line - 1]
        content = self.text[start:].split("\n", 1)[0]
        offset = start + len(content.encode()[: column - 1].decode(errors="ignore"))
        within = [p for p in self.places if p[0] <= offset <= p[1]]
        if within:
            return min(within, key=lambda p: p[1] - p[0])[2]
        return self._nearest(offset, starts)

    def _nearest(self, offset, starts):
        """An error that a mutant causes elsewhere is most often below it: the nearest within 40 lines, above first."""
        line = bisect.bisect_right(starts, offset)
        distances = [(line - bisect.bisect_right(starts, end), site) for _, end, site in self.places]
        above = [d for d in distances if 0 <= d[0] <= 40]
        below = [(-d, site) for d, site in distances if -40 <= d < 0]
        found = above or below
        return min(found, key=lambda d: d[0])[1] if found else None


def nested(sites):
    """The sites that lie within or beside all earlier ones: what overlaps in part cannot be written."""
    kept = []
    for site in sites:
        if all(fits(site, other) for other in kept):
            kept.append(site)
    return kept


def fits(one, other):
    """Whether two sites lie beside or within each other."""
    if one.end <= other.start or other.end <= one.start:
        return True
    return (one.start <= other.start and other.end <= one.end) or (other.start <= one.start and one.end <= other.end)


def rendered(text, sites):
    """The text of a file with the switches of its sites."""
    # Outer prefixes come first, outer suffixes last; a statement is outside of an expression of the same extent.
    order = sorted(sites, key=lambda s: (s.start, -s.end, s.kind != "statement", s.number))
    rank = {id(site): position for position, site in enumerate(order)}
    inserts = [(s.start, 1, rank[id(s)], s, s.prefix) for s in sites]
    inserts += [(s.end, 0, -rank[id(s)], s, s.suffix) for s in sites]
    pieces, place, length, begun, places = [], 0, 0, {}, []
    for offset, is_prefix, _, site, template in sorted(inserts, key=lambda i: i[:3]):
        insert = template.replace(NUMBER, str(site.number))
        pieces += [text[place:offset], insert]
        if is_prefix:
            begun[id(site)] = length + offset - place
        length += offset - place + len(insert)
        place = offset
        if not is_prefix:
            places.append((begun[id(site)], length, site))
    return Rendered("".join(pieces) + text[place:], places)


def write(tree, originals, sites):
    """Writes all files of the sites, with their mutants, and the switch of each target; returns the rendered files.

    `originals` holds the unchanged text of every file that can have sites, by its path below the
    tree; a file that has none any more gets that text back.
    """
    written = {}
    for path, text in originals.items():
        here = [site for site in sites if site.path == path]
        result = rendered(text, here)
        written[path] = result
        replace(tree / path, result.text)
    for target in {pathlib.Path(path).parts[1] for path in originals}:
        replace(tree / "Sources" / target / SWITCH, SWITCH_TEXT % MAXIMUM_MUTANTS)
    return written


def replace(path, text):
    """Writes a file, unless it has that text already and so need not be compiled again."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def blamed(output, written):
    """The sites that the compiler's errors name, and the errors for which there is none."""
    sites, unexplained = {}, []
    for path, line, column, message in ERROR.findall(output):
        found = [p for p in written if path.endswith("/" + p)]
        site = written[found[0]].site_at(int(line), int(column)) if found else None
        if site is None:
            unexplained.append(f"{path}:{line}:{column}: {message}")
        else:
            sites[site.number] = (site, message)
    return list(sites.values()), unexplained
