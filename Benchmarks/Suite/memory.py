"""Memory and the time to start: empty, and with ids to remember."""

import statistics
import time

import servers
from load import load
from messages import BUILDS
from payloads import old_deliveries
from processes import fresh_directory
from tables import table


def idle(plan):
    """From exec to the first 200, and the memory two seconds later."""
    results = {}
    for build in BUILDS:
        starts = []
        for _ in range(plan.starts):
            with servers.service(build) as service:
                starts.append(service.start_seconds * 1000)
        with servers.service(build) as service:
            time.sleep(2)
            results[build] = {
                "start_ms": statistics.median(starts), "slowest_ms": max(starts), "rss": service.memory(),
                "pss": service.memory("Pss")}
    return results


def idle_table(results):
    return table(
        "The product at rest",
        ["HTTP client", "exec to the first 200, ms", "slowest", "memory MB (RSS)", "PSS"],
        [[BUILDS[build], f"{r['start_ms']:.1f}", f"{r['slowest_ms']:.1f}", f"{r['rss'] / 1e6:.1f}",
          f"{r['pss'] / 1e6:.1f}"] for build, r in results.items()])


def remembered_ids(plan):
    """The product after so many messages, and when it starts again with what it remembers of them."""
    results = {}
    for count in plan.remembered_ids:
        payloads = old_deliveries(max(plan.remembered_ids))
        data = fresh_directory("service-ids")
        with servers.service("urlsession", data=data) as service:
            before = service.memory()
            run = load(service, payloads, requests=count)
            after = service.memory()
        with servers.service("urlsession", data=data) as service:
            results[str(count)] = {
                "before": before, "after": after, "processor_us": run["processor_us"], "rate": run["rate"],
                "start_ms": service.start_seconds * 1000, "restarted": service.memory()}
    return results


def remembered_ids_table(results):
    return table(
        "The product after so many messages (64 connections, journal, log at its default level)",
        ["messages", "acks/s", "µs of processor each", "memory MB", "more than at the start", "next start, ms",
         "memory then"],
        [[f"{int(count):,}", f"{r['rate']:,.0f}", f"{r['processor_us']:.1f}", f"{r['after'] / 1e6:.1f}",
          f"{(r['after'] - r['before']) / 1e6:.1f}", f"{r['start_ms']:.0f}", f"{r['restarted'] / 1e6:.1f}"]
         for count, r in results.items()])
