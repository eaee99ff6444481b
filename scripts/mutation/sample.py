"""Which mutants a run takes: a third each of conditions, bounds and statements, in an order that the seed gives."""

import dataclasses
import difflib
import itertools
import json
import pathlib
import random
import re

from mutation.sites import KINDS, Site, sites


def all_sites(tree, paths):
    """The sites of all Swift files at or below `paths` in `Sources`, the text of each file, and what was left out."""
    found, originals, left_out = [], {}, []
    for file in sorted(set(itertools.chain(*(files(tree, path) for path in paths)))):
        path, text = str(file.relative_to(tree)), file.read_text()
        try:
            found += sites(path, text)
            originals[path] = text
        except ValueError as error:
            left_out.append(f"{path}: {error}")
    return found, originals, left_out


def files(tree, path):
    """The Swift files at or below a path."""
    place = tree / "Sources" / path
    if not place.exists():
        raise SystemExit(f"mutate: there is no {place}")
    return [place] if place.is_file() else place.rglob("*.swift")


def ordered(found, seed):
    """All sites, shuffled, the kinds in turn: each prefix of the list is a sample."""
    chance = random.Random(seed)
    queues = []
    for kind in KINDS:
        queue = sorted((s for s in found if s.kind == kind), key=lambda s: (s.path, s.start, s.prefix))
        chance.shuffle(queue)
        queues.append(queue)
    return [site for row in itertools.zip_longest(*queues) for site in row if site]


def found_again(old, found):
    """The sites of an earlier sample in the present text, and those that are gone.

    A site is known by its line, its text and its change, wherever its file lies now; a line that was
    only reworded is found too, as long as one in a file of the same name is much like it.
    """
    remaining, again, gone = list(found), [], []
    for site in old:
        match = best_match(site, remaining)
        if match is None:
            gone.append(site)
        else:
            remaining.remove(match)
            again.append(match)
    return again, gone


def best_match(old, sites):
    """The present site that an old one became; nil where none is like it."""
    same = [s for s in sites if s.change == old.change and s.kind == old.kind]
    exact = [s for s in same if s.line_text == old.line_text and s.text == old.text]
    name = pathlib.Path(old.path).name
    if exact:
        return min(exact, key=lambda s: (pathlib.Path(s.path).name != name, abs(s.line - old.line)))
    scores = [
        (likeness(old, s) + (0.1 if pathlib.Path(s.path).name == name else 0), s) for s in same if may_match(old, s)
    ]
    best = max(scores, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] >= 0.8 else None


def may_match(old, site):
    """A cheap look before `likeness`: some word in common."""
    words = set(re.findall(r"\w{3,}", old.line_text))
    return not words or bool(words & set(re.findall(r"\w{3,}", site.line_text)))


def likeness(old, site):
    """From 0 to 1, of line and text alike."""
    line = difflib.SequenceMatcher(None, old.line_text, site.line_text).ratio()
    return (line + difflib.SequenceMatcher(None, old.text, site.text).ratio()) / 2


def load(path):
    """The sample of an earlier run, by group, and what it was asked for."""
    kept = json.loads(pathlib.Path(path).read_text())
    groups = {name: [Site(**site) for site in sites] for name, sites in kept["groups"].items()}
    return groups, kept["question"]


def save(path, groups, question):
    """Keeps a sample with what it was asked for."""
    plain = {name: [dataclasses.asdict(site) for site in sites] for name, sites in groups.items()}
    path.write_text(json.dumps({"question": question, "groups": plain}, indent=1, ensure_ascii=False))
