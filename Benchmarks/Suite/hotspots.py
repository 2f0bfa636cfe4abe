"""Where the processor time goes, by sampling with perf: for webhooks alone, and for whole messages."""

import re
import subprocess

import servers
from build import install_debian
from load import load
from messages import answer
from payloads import fresh_deliveries, old_deliveries
from settings import SCRATCH, SuiteError
from tables import table

TOP = 10


def hotspots(plan):
    install_debian({"perf": "linux-perf"})
    payloads = old_deliveries(plan.deliveries)
    results = {}
    with servers.webhook_with_journal() as server:
        results["One webhook, journal"] = sampled(server, lambda: load(server, payloads, seconds=plan.seconds))
    for build in ("urlsession", "curl"):
        with servers.neighbours() as neighbours, servers.service(build, neighbours.port) as service:
            messages = fresh_deliveries(plan.messages)
            results[f"One whole message, {build}"] = sampled(
                service, lambda: answer(service, neighbours, messages, plan.messages))
    return results


def sampled(server, work):
    """The symbols in which the server spent most of its time while `work` ran, with their share in percent."""
    file = SCRATCH / "perf.data"
    recorder = subprocess.Popen(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "999", "-p", str(server.pid), "-o", file],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        work()
    finally:
        recorder.terminate()
        recorder.wait()
    report = subprocess.run(
        ["perf", "report", "-i", file, "--stdio", "-q", "--sort", "symbol"], capture_output=True, text=True).stdout
    rows = re.findall(r"^\s*([\d.]+)%\s+\[([.k])\]\s+(\S.*?)\s*$", report, re.M)[:TOP]
    if not rows:
        raise SuiteError("perf saw nothing; it may not be allowed to sample on this machine")
    return [[float(share), "kernel" if place == "k" else "", readable(symbol)] for share, place, symbol in rows]


def readable(symbol):
    """A Swift symbol as it was written, without its arguments' types."""
    if symbol.startswith("$s"):
        symbol = subprocess.run(
            ["swift", "demangle", "--simplified", "--compact", symbol], capture_output=True, text=True).stdout.strip()
    return symbol.replace("|", "\\|")[:110]


def hotspots_table(results):
    return "\n".join(
        table(title, ["%", "", "symbol"], [[f"{share:.1f}", place, f"`{symbol}`"] for share, place, symbol in rows])
        for title, rows in results.items())
