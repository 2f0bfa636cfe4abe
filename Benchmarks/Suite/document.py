"""Writes what was measured into Docs/Performance.md, between markers. What stands outside of them is written by hand."""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path

from settings import BUILD, PROJECT

DOCUMENT = PROJECT / "Docs/Performance.md"


def replace_block(name, text):
    """Puts `text` in the place of the block with that name."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    document = DOCUMENT.read_text()
    if begin not in document or end not in document:
        raise SystemExit(f"{DOCUMENT} has no block '{name}': put '{begin}' and '{end}' where it belongs.")
    head, rest = document.split(begin, 1)
    tail = rest.split(end, 1)[1]
    DOCUMENT.write_text(f"{head}{begin}\n{text.strip()}\n{end}{tail}")


def circumstances(command, seconds):
    """The machine, the day and the command."""
    processor = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    system, device = output("df", "--output=fstype,source", BUILD).splitlines()[1].split()
    swift = re.search(r"Swift version ([\d.]+)", output("swift", "--version"))
    commit = output("git", "-C", PROJECT, "describe", "--always", "--dirty").strip()
    return (
        f"`{command}` on {date.today().isoformat()}, commit {commit}, in {seconds / 60:.0f} minutes. "
        f"{processor.group(1) if processor else platform.machine()}, {os.cpu_count()} cores, "
        f"{int(memory.group(1)) // 2**20} GiB of memory; Linux {platform.release()}; the journal on {system} "
        f"({device}); Swift {swift.group(1) if swift else '?'}. The load on the machine was {os.getloadavg()[2]:.1f} "
        "at the end, over a quarter of an hour, of which the measurements themselves are up to 2.\n")


def output(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True).stdout
