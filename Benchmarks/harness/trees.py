"""What is in a folder, so that every restore is verified."""
import hashlib
import os
import stat


def manifest(folder):
    """Kind, permissions, size, time of modification and content of everything beneath a folder, by path."""
    found = {}
    root = os.fspath(folder)
    waiting = [""]
    while waiting:
        place = waiting.pop()
        with os.scandir(os.path.join(root, place)) as entries:
            for entry in entries:
                path = os.path.join(place, entry.name)
                status = entry.stat(follow_symlinks=False)
                mode = stat.S_IMODE(status.st_mode)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(path)
                    found[path] = ("folder", mode, status.st_mtime_ns)
                else:
                    found[path] = ("file", mode, status.st_size, status.st_mtime_ns, digest(os.path.join(root, path)))
    return found


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()


def expect_equal(wanted, folder, what):
    """Ends the run where the folder is not as wanted."""
    found = manifest(folder)
    different = [path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path)]
    if different:
        shown = "\n".join(f"  {path}: {wanted.get(path)} became {found.get(path)}" for path in sorted(different)[:10])
        raise SystemExit(f"{what}: {len(different)} differences\n{shown}")


def bytes_in(folder):
    """The sum of the file sizes beneath a folder."""
    return sum(
        os.lstat(os.path.join(place, name)).st_size for place, _, names in os.walk(folder) for name in names)
