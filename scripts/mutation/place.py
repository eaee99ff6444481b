"""The copy of the tree that mutants are compiled in, and how programs run there."""

import os
import pathlib
import shutil
import subprocess

LEFT_OUT = shutil.ignore_patterns(".build", ".build-*", ".git", "demo")
# In a mount namespace of its own the copy ($1) lies where the tree ($2) does: what was compiled there stays valid.
MOUNTED = 'mount --make-rprivate / && mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'
MAXIMUM_MEMORY_KB = 8 << 20


class Place:
    """A copy of a tree in a scratch folder, which is seen at `at` where one may mount, else where it is.

    `unchanged` keeps the sources that the mutants are put into.
    """

    def __init__(self, tree, scratch, at=None):
        self.original, self.scratch = pathlib.Path(tree), pathlib.Path(scratch)
        self.tree = self.scratch / "tree"
        self.unchanged = self.scratch / "unchanged"
        self.at = pathlib.Path(at) if at else (self.original if os.geteuid() == 0 else self.tree)

    def copy(self):
        """Copies the tree, unless an earlier run did, with `.build` where the copy is seen in the place of the tree."""
        if self.tree.exists():
            return
        self.scratch.mkdir(parents=True, exist_ok=True)
        unfinished = self.scratch / "tree.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(self.original, unfinished, symlinks=True, ignore=LEFT_OUT)
        built = self.original / ".build"
        if built.exists() and self.at != self.tree:
            subprocess.run(["cp", "-a", "--reflink=auto", built, unfinished / ".build"], check=True)
        shutil.copytree(unfinished / "Sources", self.unchanged / "Sources", dirs_exist_ok=True)
        unfinished.rename(self.tree)

    def command(self, arguments):
        """The arguments that run a program in the copy."""
        arguments = [str(a) for a in arguments]
        if self.at == self.tree:
            return ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(self.tree), *arguments]
        return ["unshare", "--mount", "sh", "-c", MOUNTED, "sh", str(self.tree), str(self.at), *arguments]

    def limited(self, arguments):
        """The same, with a bound on memory: a mutant that grows for ever ends by itself."""
        limit = f'ulimit -v {MAXIMUM_MEMORY_KB} && exec "$@"'
        return self.command(["sh", "-c", limit, "sh", *arguments])
