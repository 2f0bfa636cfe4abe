"""Hours of work in small: whole messages at half the speed that is possible, each delivered ten times."""

import time

import servers
from load import load
from messages import answer
from payloads import fresh_deliveries
from settings import SuiteError
from tables import table

# As it is meant for production. Over URLSession memory grows with each request, inside Foundation.
CLIENT = "curl"
DELIVERIES_OF_EACH = 10
PROBE = 1_000
SAMPLE_SECONDS = 10


def soak(minutes):
    """Samples descriptors, threads and memory of the product each ten seconds."""
    with servers.neighbours() as neighbours, servers.service(CLIENT, neighbours.port) as service:
        began = time.monotonic()
        answer(service, neighbours, fresh_deliveries(PROBE), PROBE)
        each_second = round(PROBE / (time.monotonic() - began) / 2)
        samples, first, start = [sample(service, 0, 0, 0)], PROBE, time.monotonic()
        while time.monotonic() - start < minutes * 60:
            count = each_second * SAMPLE_SECONDS
            payloads = fresh_deliveries(count, first=first, repeats=DELIVERIES_OF_EACH)
            result = load(service, payloads, rate=each_second * DELIVERIES_OF_EACH)
            first += count
            samples.append(sample(service, time.monotonic() - start, result["p99"], first - PROBE))
        answer_rest(neighbours, first)
        return {"each_second": each_second, "minutes": minutes, "messages": first - PROBE, "samples": samples}


def answer_rest(neighbours, messages):
    """Waits for the last answers: each message must have got exactly one."""
    end = time.monotonic() + 60
    while neighbours.number_at("/") < messages and time.monotonic() < end:
        time.sleep(0.1)
    if (texts := neighbours.number_at("/")) != messages:
        raise SuiteError(f"{texts} texts went out for {messages} messages")


def sample(service, seconds, p99, messages):
    return {
        "seconds": seconds, "descriptors": service.descriptors(), "threads": service.threads(),
        "memory": service.memory(), "p99": p99, "messages": messages}


def soak_table(results):
    samples = results["samples"]
    # Twenty rows at most; the last is always among them.
    step = max(1, (len(samples) - 1 + 18) // 19)
    shown = samples[:-1:step] + samples[-1:]
    return table(
        f"{results['minutes']:g} minutes over {CLIENT}: {results['each_second']:,} messages a second, each delivered "
        f"{DELIVERIES_OF_EACH} times; {results['messages']:,} messages, {results['messages']:,} answers",
        ["minute", "messages", "descriptors", "threads", "memory MB", "p99 of the 200, ms"],
        [[f"{s['seconds'] / 60:.1f}", f"{s['messages']:,}", s["descriptors"], s["threads"],
          f"{s['memory'] / 1e6:.1f}", f"{s['p99']:.1f}"] for s in shown])
