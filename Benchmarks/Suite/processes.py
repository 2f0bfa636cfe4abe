"""A server under measurement: started on a core of its own, its processor time and memory read from /proc, stopped."""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from settings import CLIENT_CORE, SCRATCH, SERVER_CORE, SuiteError

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def pinned(core):
    """What is started within runs on that core alone: a child may run where its parent may."""
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, {CLIENT_CORE})


def fresh_directory(name):
    path = SCRATCH / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


class Server:
    """Runs while its `with` block does. `start_seconds` is the time from exec to the first 200."""

    def __init__(self, name, port, command, environment=None, core=SERVER_CORE):
        self.name, self.port, self.command, self.core = name, port, [str(word) for word in command], core
        self.environment = environment

    def __enter__(self):
        began = time.perf_counter()
        with pinned(self.core):
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=SCRATCH, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        try:
            while not self._answers():
                if self.process.poll() is not None or time.perf_counter() - began > 30:
                    raise SuiteError(f"{self.name} does not start; try it by hand: {' '.join(self.command)}")
                time.sleep(0.0003)
        except BaseException:
            self._stop()
            raise
        self.start_seconds = time.perf_counter() - began
        return self

    def __exit__(self, *_):
        if self.process.poll() is not None:
            raise SuiteError(f"{self.name} ended by itself, with code {self.process.returncode}")
        self._stop()

    def _stop(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _answers(self):
        try:
            return self.get("/").startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def get(self, path, method="GET"):
        """The whole answer to a request on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            request = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    def number_at(self, path):
        """The number that a path answers with."""
        return int(self.get(path).split(b"\r\n\r\n", 1)[1])

    def processor_seconds(self):
        """User and system time so far, of the process and its children."""
        return sum(self.processor_times())

    def processor_times(self):
        """User time and system time so far."""
        times = [self._ticks(pid) for pid in self._family()]
        return tuple(sum(kind) / TICKS for kind in zip(*times))

    def memory(self, kind="Rss"):
        """Resident memory in bytes: `Rss` counts shared pages whole, `Pss` by share."""
        total = 0
        for pid in self._family():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(rf"^{kind}:\s+(\d+)", rollup, re.M).group(1)) * 1024
        return total

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def _family(self):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    @staticmethod
    def _ticks(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]), int(fields[12])
