"""Running a program, and what it took."""
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Sample:
    wall: float = 0.0
    cpu: float = 0.0
    """User and system seconds, of the server too."""
    peak: float = 0.0
    """Megabytes (10^6) of resident memory at most, of command and server together."""
    size: int = 0
    """Bytes of the repository afterwards, where that was looked at."""


class Failed(Exception):
    """A program ended with an error."""


def run(command, env=None, cwd=None):
    """Runs a program to its end. Answers its sample and what it printed; an error ends the run."""
    with tempfile.NamedTemporaryFile() as figures:
        started = time.perf_counter()
        done = subprocess.run(
            ["/usr/bin/time", "-o", figures.name, "-f", "%U %S %M", *map(os.fspath, command)],
            env={**os.environ, **(env or {})}, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        wall = time.perf_counter() - started
        text = done.stdout.decode(errors="replace")
        if done.returncode != 0:
            raise Failed(f"'{' '.join(map(str, command))}' ended with {done.returncode}:\n{text[-3000:]}")
        user, system, peak = figures.read().split()[-3:]
        return Sample(wall, float(user) + float(system), float(peak) * 1024 / 1e6), text


class Process:
    """The figures of a running process."""

    def __init__(self, number):
        self.folder = f"/proc/{number}"
        self.ticks = os.sysconf("SC_CLK_TCK")

    def cpu(self):
        with open(f"{self.folder}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / self.ticks

    def forget_peak(self):
        with open(f"{self.folder}/clear_refs", "w") as file:
            file.write("5")

    def peak(self):
        with open(f"{self.folder}/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
