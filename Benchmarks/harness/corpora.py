"""Seeded sets of files, and what people and ransomware do to them. The same seed and scale give the same bytes everywhere."""
import os
import random
from pathlib import Path

CORPORA = ("office", "big", "tiny")
SUBJECTS = "report invoice minutes offer plan budget letter draft photo scan contract notes".split()


class Content:
    """Bytes as files have them: text that compresses about three to one, or bytes that do not compress, as in pictures and archives."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        letters = "etaoinshrdlu" * 3 + "cmfwypvbgkjqxz"
        words = ["".join(self.random.choices(letters, k=self.random.randint(2, 9))) for _ in range(4000)]
        self.phrases = [" ".join(self.random.choices(words, k=8)).encode() + b".\n" for _ in range(20000)]

    def text(self, size):
        return b"".join(self.random.choices(self.phrases, k=size // 40 + 1)).ljust(size, b".")[:size]

    def noise(self, size):
        return self.random.randbytes(size)

    def half(self, size):
        """Compressible with a chance of one in two."""
        return self.text(size) if self.random.random() < 0.5 else self.noise(size)


def make(name, folder, scale, seed=4):
    """Makes a corpus beneath `folder`, which must not exist."""
    content = Content(f"{seed} {name}")
    folder = Path(folder)
    folder.mkdir(parents=True)
    if name == "office":
        # Sizes of 4 KB to 2 MB, evenly spread over their logarithms and cut off: about 150 KB on average, 3 GB at full scale.
        for number in range(round(20_000 * scale)):
            size = min(2_000_000, int(4_000 * 500 ** content.random.betavariate(1.4, 1.6)))
            write(folder, number, 50, content.half(size), content.random)
    elif name == "tiny":
        for number in range(round(200_000 * scale)):
            write(folder, number, 100, content.half(content.random.randint(200, 4_000)), content.random)
    elif name == "big":
        size = round((512 << 20) * scale)
        for number in range(8):
            with open(folder / f"image-{number}.vhd", "wb") as file:
                for start in range(0, size, 1 << 20):
                    file.write(content.half(min(1 << 20, size - start)))
    else:
        raise SystemExit(f"there is no corpus '{name}'; there are {', '.join(CORPORA)}")


def write(folder, number, per_folder, data, chance):
    place = folder / f"{number // per_folder // 20:03}" / f"{chance.choice(SUBJECTS)[0]}{number // per_folder:05}"
    # Folders are named by a number and a letter that the first file decides.
    matches = KNOWN.setdefault((str(folder), number // per_folder), place)
    matches.mkdir(parents=True, exist_ok=True)
    (matches / f"{chance.choice(SUBJECTS)} {number:06}.dat").write_bytes(data)


KNOWN = {}


def files(folder):
    """All files, in the order of their paths."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(place, name) for name in sorted(names)]
    return found


def edit(name, folder, seed):
    """A day's work: one percent of the files edited inside, made, deleted or renamed; of big files one percent of their bytes."""
    content = Content(f"{seed} edit")
    listed = files(folder)
    if name == "big":
        for path in listed:
            overwrite_inside(path, content, 0.01)
        return
    chosen = content.random.sample(listed, max(4, len(listed) // 100))
    for number, path in enumerate(chosen):
        kind = number % 20
        if kind < 10:
            insert(path, content)
        elif kind < 14:
            Path(path).with_name(f"new {seed} {number}.dat").write_bytes(content.half(os.path.getsize(path)))
        elif kind < 17:
            os.remove(path)
        else:
            os.rename(path, f"{path} {seed}.dat")


def attack(name, folder, part, seed):
    """Ransomware: a part of the files is overwritten in full, half of those renamed, too. Of big files, at one percent, a part of each."""
    content = Content(f"{seed} attack")
    listed = files(folder)
    if name == "big" and part < 0.1:
        for path in listed:
            overwrite_inside(path, content, part)
        return
    for number, path in enumerate(content.random.sample(listed, max(2, round(len(listed) * part)))):
        size = os.path.getsize(path)
        with open(path, "r+b") as file:
            for start in range(0, size, 1 << 20):
                file.write(content.noise(min(1 << 20, size - start)))
        if number % 2:
            os.rename(path, path + ".locked")


def insert(path, content):
    """Some bytes in the middle, as when a paragraph is added."""
    data = Path(path).read_bytes()
    middle = content.random.randint(0, len(data))
    with open(path, "wb") as file:
        file.write(data[:middle] + content.noise(100) + data[middle:])


def overwrite_inside(path, content, part):
    """Overwrites a part of a file in eight places."""
    size = os.path.getsize(path)
    length = max(1, round(size * part / 8))
    with open(path, "r+b") as file:
        for place in range(8):
            file.seek(place * size // 8 + content.random.randint(0, max(0, size // 8 - length)))
            file.write(content.noise(length))
