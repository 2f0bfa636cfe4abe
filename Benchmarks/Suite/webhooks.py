"""How fast a delivery is acknowledged, beside servers that do the same work, or none."""

import subprocess

import servers
from load import load, medians, wrk
from payloads import old_deliveries
from processes import fresh_directory, pinned
from settings import BUILD, SERVER_CORE
from tables import table

CONTESTANTS = {
    "nginx": servers.nginx,
    "webhook, in memory": servers.webhook_in_memory,
    "webhook, journal": servers.webhook_with_journal,
    "ansari-whatsapp": lambda: servers.service("urlsession"),
    "Hummingbird": servers.hummingbird,
    "FastAPI": servers.fastapi,
}
OURS = ["webhook, in memory", "webhook, journal"]
WARM_UP = 2_000


def throughput(plan):
    """As many as it can at 64 connections."""
    payloads = old_deliveries(plan.deliveries)
    runs = {name: [] for name in CONTESTANTS}
    for _ in range(plan.rounds):
        for name, make in CONTESTANTS.items():
            with make() as server:
                load(server, payloads, requests=WARM_UP)
                result = load(server, payloads, seconds=plan.seconds, skip=WARM_UP)
                runs[name].append(result | {"memory": server.memory()})
    return {name: medians(results) for name, results in runs.items()}


def throughput_table(results):
    nginx = results["nginx"]
    return table(
        "Acknowledged webhooks at 64 connections, as fast as each can",
        ["server", "acks/s", "× nginx", "µs of processor", "× nginx", "p50 ms", "p99 ms", "memory MB"],
        [[name, f"{r['rate']:,.0f}", f"{r['rate'] / nginx['rate']:.2f}", f"{r['processor_us']:.1f}",
          f"{r['processor_us'] / nginx['processor_us']:.2f}", f"{r['p50']:.2f}", f"{r['p99']:.2f}",
          f"{r['memory'] / 1e6:.0f}"] for name, r in results.items()])


def crosscheck(plan):
    """The same by wrk: whether our client is to be believed."""
    payloads = old_deliveries(plan.deliveries)
    contestants = ["nginx", *OURS]
    runs = {name: [] for name in contestants}
    for _ in range(plan.rounds):
        for name in contestants:
            with CONTESTANTS[name]() as server:
                runs[name].append({"rate": wrk(server, payloads, plan.seconds)})
    return {name: medians(results) for name, results in runs.items()}


def crosscheck_table(results):
    nginx = results["nginx"]["rate"]
    return table(
        "The same by wrk, whose script makes each request: is our client to be believed?",
        ["server", "acks/s", "× nginx"],
        [[name, f"{r['rate']:,.0f}", f"{r['rate'] / nginx:.2f}"] for name, r in results.items()])


def latency(plan):
    """The time to the 200 at several numbers of connections, beside what the disk alone takes."""
    payloads = old_deliveries(plan.deliveries)
    runs, disk = {}, []
    for _ in range(plan.rounds):
        disk.append(sync_loop(plan.seconds / 2))
        for name in OURS:
            with CONTESTANTS[name]() as server:
                load(server, payloads, requests=WARM_UP)
                skip = WARM_UP
                for connections in (1, 16, 64):
                    result = load(server, payloads, connections=connections, seconds=plan.seconds / 2, skip=skip)
                    skip += result["requests"]
                    runs.setdefault(f"{name}, {connections}", []).append(result)
    return {name: medians(results) for name, results in runs.items()} | {"disk": medians(disk)}


def sync_loop(seconds):
    """Milliseconds of a bare append and sync."""
    file = fresh_directory("sync-loop") / "file"
    with pinned(SERVER_CORE):
        output = subprocess.run(
            [BUILD / "servers/release/sync-loop", file, str(seconds)], capture_output=True, text=True, check=True).stdout
    times = sorted(int(line) for line in output.split())
    return {"p50": times[len(times) // 2] / 1000, "p99": times[len(times) * 99 // 100] / 1000}


def latency_table(results):
    return table(
        "Time to the 200 in ms, each connection sending as soon as it is answered",
        ["store, connections", "p50", "p99", "acks/s"],
        [[name, f"{r['p50']:.3f}", f"{r['p99']:.3f}", f"{r['rate']:,.0f}" if "rate" in r else ""]
         for name, r in results.items()]).replace("| disk |", "| bare append + `fdatasync` |")


def steady(plan):
    """The time to the 200 at one steady rate for all: four fifths of what the journal's server can take."""
    payloads = old_deliveries(plan.deliveries)
    contestants = ["nginx", *OURS]
    with CONTESTANTS["webhook, journal"]() as server:
        rate = round(0.8 * load(server, payloads, seconds=plan.seconds / 2)["rate"])
    runs = {name: [] for name in contestants}
    for _ in range(plan.rounds):
        for name in contestants:
            with CONTESTANTS[name]() as server:
                load(server, payloads, requests=WARM_UP)
                runs[name].append(load(server, payloads, seconds=plan.seconds, rate=rate, skip=WARM_UP))
    return {name: medians(results) for name, results in runs.items()} | {"asked": {"rate": rate}}


def steady_table(results):
    asked = results["asked"]["rate"]
    return table(
        f"Time to the 200 in ms at {asked:,} requests/s on 64 connections, due at a steady rate",
        ["server", "p50", "p99", "p99.9", "longest", "answered/s"],
        [[name, f"{r['p50']:.3f}", f"{r['p99']:.3f}", f"{r['p999']:.2f}", f"{r['max']:.1f}", f"{r['rate']:,.0f}"]
         for name, r in results.items() if name != "asked"])
