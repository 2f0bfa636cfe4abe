"""What the project set itself to reach, and whether it does."""

from dataclasses import dataclass
from typing import Callable

from tables import table


@dataclass(frozen=True)
class Target:
    what: str
    bound: float
    measured: Callable[[dict], float]
    unit: str = ""
    at_least: bool = False

    def row(self, results):
        value = self.measured(results)
        met = value >= self.bound if self.at_least else value <= self.bound
        comparison = "at least" if self.at_least else "at most"
        shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        return [self.what, f"{comparison} {self.bound:g} {self.unit}", f"{shown} {self.unit}", "yes" if met else "**no**"]


def _ratio(name, peer, figure="rate"):
    return lambda results: results["throughput"][name][figure] / results["throughput"][peer][figure]


OURS, JOURNAL = "webhook, in memory", "webhook, journal"
MB = 1e6

TARGETS = [
    Target("acknowledged/s, journal syncing, 64 connections", 0.45, _ratio(JOURNAL, "nginx"), "× nginx", True),
    Target("the same, beside Hummingbird without a journal", 3, _ratio(JOURNAL, "Hummingbird"), "× Hummingbird", True),
    Target("the same, beside FastAPI without a journal", 6, _ratio(JOURNAL, "FastAPI"), "× FastAPI", True),
    Target("acknowledged/s, in memory", 0.75, _ratio(OURS, "nginx"), "× nginx", True),
    Target("p99 of the 200, journal, 64 connections", 5, lambda r: r["latency"][f"{JOURNAL}, 64"]["p99"], "ms"),
    Target("p99 of the 200 at one rate for both", 2,
           lambda r: r["steady"][JOURNAL]["p99"] / r["steady"]["nginx"]["p99"], "× nginx"),
    Target("one connection, journal: median of the 200", 3,
           lambda r: r["latency"][f"{JOURNAL}, 1"]["p50"] / r["latency"]["disk"]["p50"], "× append + `fdatasync`"),
    Target("processor time per acknowledged webhook, in memory", 1.6, _ratio(OURS, "nginx", "processor_us"), "× nginx"),
    Target("the same with the journal", 2.2, _ratio(JOURNAL, "nginx", "processor_us"), "× nginx"),
    Target("processor time per whole message, URLSession", 3,
           lambda r: r["whole_messages"]["urlsession"]["processor_ms"], "ms"),
    Target("processor time per whole message, libcurl", 0.5,
           lambda r: r["whole_messages"]["curl"]["processor_ms"], "ms"),
    Target("memory idle, URLSession", 32, lambda r: r["idle"]["urlsession"]["rss"] / MB, "MB"),
    Target("memory idle, libcurl", 18, lambda r: r["idle"]["curl"]["rss"] / MB, "MB"),
    Target("memory after 1,000,000 messages", 64,
           lambda r: (r["remembered_ids"]["1000000"]["after"] - r["remembered_ids"]["1000000"]["before"]) / MB,
           "MB more"),
    Target("exec to the first 200", 30, lambda r: r["idle"]["urlsession"]["start_ms"], "ms"),
    Target("5,000 half-open connections: p99 of signed requests", 10,
           lambda r: r["slow"]["with"]["p99"] - r["slow"]["without"]["p99"], "ms more than without"),
    Target("5,000 half-open connections: memory", 60, lambda r: r["slow"]["with"]["memory"] / MB, "MB more"),
    # A head may take ten seconds; the server looks once a second, and so does the client.
    Target("5,000 half-open connections: the last is closed after", 12,
           lambda r: r["slow"]["with"]["slow_seconds"], "s"),
    Target("10,000 idle keep-alive connections, memory each", 1024, lambda r: r["idle_connections"]["bytes"], "bytes"),
]


def targets_table(results):
    return table("", ["what", "to reach", "measured", "met"], [target.row(results) for target in TARGETS])
