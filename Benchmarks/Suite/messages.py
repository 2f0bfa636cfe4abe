"""What a whole message costs: the product itself, between a Graph API and a backend that answer at once."""

import time

import servers
from load import load, medians
from payloads import fresh_deliveries
from settings import SuiteError
from tables import table

BUILDS = {"urlsession": "URLSession", "curl": "libcurl"}
WARM_UP = 64


def whole_messages(plan):
    """In, four calls to the backend, the typing indicator, one part out; each message from a new user."""
    runs = {build: [] for build in BUILDS}
    for _ in range(plan.rounds):
        for build in BUILDS:
            with servers.neighbours() as neighbours, servers.service(build, neighbours.port) as service:
                answer(service, neighbours, fresh_deliveries(WARM_UP), WARM_UP)
                before, began = service.processor_seconds(), time.perf_counter()
                payloads = fresh_deliveries(plan.messages, first=WARM_UP)
                answer(service, neighbours, payloads, plan.messages, already=WARM_UP)
                taken = time.perf_counter() - began
                runs[build].append({
                    "processor_ms": (service.processor_seconds() - before) / plan.messages * 1000,
                    "rate": plan.messages / taken, "memory": service.memory()})
    return {build: medians(results) for build, results in runs.items()}


def answer(service, neighbours, payloads, count, already=0):
    """Delivers the messages, and waits until each is answered."""
    load(service, payloads, connections=16, requests=count)
    end = time.monotonic() + 120
    while (texts := neighbours.number_at("/")) < already + count:
        if time.monotonic() > end:
            raise SuiteError(f"{service.name} answered {texts - already} of {count} messages in two minutes")
        time.sleep(0.01)


def whole_messages_table(results):
    return table(
        "A whole message: delivery, four calls to the backend, typing indicator, one part",
        ["HTTP client", "ms of processor", "messages/s", "memory after MB"],
        [[BUILDS[build], f"{r['processor_ms']:.2f}", f"{r['rate']:,.0f}", f"{r['memory'] / 1e6:.0f}"]
         for build, r in results.items()])
