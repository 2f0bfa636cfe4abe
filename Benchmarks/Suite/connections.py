"""Connections that cost something without asking anything: slow ones, and idle ones."""

import socket
import statistics
import subprocess

import servers
from load import begin, finish, load
from payloads import old_deliveries
from settings import SuiteError
from tables import table

WARM_UP = 5_000


def slow(plan):
    """Signed requests at half the speed they could have, with half-open connections beside them and without."""
    payloads = old_deliveries(plan.deliveries)
    with servers.service("urlsession") as service:
        rate = round(load(service, payloads, seconds=plan.seconds / 2)["rate"] / 2)
    runs = {"without": [], "with": []}
    for _ in range(plan.rounds):
        for name, count in (("without", 0), ("with", plan.slow_connections)):
            with servers.service("urlsession") as service:
                load(service, payloads, requests=WARM_UP)
                before = peak = service.memory()
                # Shorter than the ten seconds that a request's head may take: all of them are open all the time.
                client, ticks = begin(service, payloads, seconds=8, rate=rate, skip=WARM_UP, slow=count)
                while client.poll() is None:
                    peak = max(peak, service.memory())
                    try:
                        client.wait(0.25)
                    except subprocess.TimeoutExpired:
                        pass
                runs[name].append(finish(service, client, ticks) | {"memory": peak - before})
    return {
        name: {key: statistics.median(run[key] for run in results) for key in results[0]}
        for name, results in runs.items()} | {"connections": plan.slow_connections}


def slow_table(results):
    return table(
        f"{results['connections']:,} half-open connections, a byte a second each, beside signed requests at half the speed",
        ["", "p50 ms", "p99 ms", "requests/s", "memory MB more", "last closed after s", "left open"],
        [[name, f"{r['p50']:.2f}", f"{r['p99']:.2f}", f"{r['rate']:,.0f}", f"{r['memory'] / 1e6:.1f}",
          f"{r['slow_seconds']:.1f}", f"{r['slow_left_open']:.0f}"]
         for name in ("without", "with") for r in [results[name]]])


def idle_connections(plan):
    """Connections that have been answered once and wait."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with servers.service("urlsession") as service:
        load(service, old_deliveries(plan.deliveries), requests=WARM_UP)
        before, waiting = service.memory(), []
        try:
            for _ in range(plan.idle_connections):
                connection = socket.create_connection(("127.0.0.1", service.port), timeout=10)
                waiting.append(connection)
                connection.sendall(request)
                if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    raise SuiteError("A connection was not answered before it was to wait.")
            each = (service.memory() - before) / len(waiting)
        finally:
            for connection in waiting:
                connection.close()
    return {"connections": plan.idle_connections, "bytes": each}


def idle_connections_table(results):
    return table(
        "Idle keep-alive connections", ["connections", "bytes each, in the server's memory"],
        [[f"{results['connections']:,}", f"{results['bytes']:,.0f}"]])
