"""What the cost of one depends on: it is not to grow with how many there are."""

import http.client

import servers
from load import load, medians
from payloads import fresh_deliveries, old_deliveries
from settings import SuiteError
from tables import table


def payload_size(plan):
    """The same number of messages in deliveries of 1, 10, 100 and 1,000."""
    runs = {}
    for _ in range(plan.rounds):
        for messages in (1, 10, 100, 1000):
            payloads = old_deliveries(plan.growth_messages // messages, messages)
            with servers.webhook_with_journal() as server:
                result = load(server, payloads, connections=16)
                result["message_us"] = result["processor_us"] / messages
                result["bytes"] = payloads.stat().st_size / (plan.growth_messages // messages)
                runs.setdefault(str(messages), []).append(result)
    return {messages: medians(results) for messages, results in runs.items()}


def payload_size_table(results):
    return table(
        "Messages in a delivery (16 connections, journal)",
        ["messages", "KB", "µs of processor a message", "ns a byte", "p99 ms"],
        [[messages, f"{r['bytes'] / 1e3:.1f}", f"{r['message_us']:.1f}",
          f"{r['processor_us'] / r['bytes'] * 1000:.1f}", f"{r['p99']:.2f}"] for messages, r in results.items()])


def connection_count(plan):
    """The same number of requests over 1, 16, 256 and 4,096 connections."""
    payloads, runs = old_deliveries(plan.deliveries), {}
    for _ in range(plan.rounds):
        for connections in (1, 16, 256, 4096):
            with servers.webhook_in_memory() as server:
                result = load(server, payloads, connections=connections, requests=plan.growth_messages)
                runs.setdefault(str(connections), []).append(result)
    return {connections: medians(results) for connections, results in runs.items()}


def connection_count_table(results):
    return table(
        "Connections that send at once (in memory)", ["connections", "acks/s", "µs of processor a request", "p99 ms"],
        [[f"{int(connections):,}", f"{r['rate']:,.0f}", f"{r['processor_us']:.1f}", f"{r['p99']:.2f}"]
         for connections, r in results.items()])


def waiting_users(plan):
    """Users whose answers are held back until all of them wait: the cost of a message from delivery to answer."""
    most, results = max(plan.waiting_users), {}
    for users in plan.waiting_users:
        waves = min(most // users, 1000)
        lines = fresh_deliveries(users * waves).read_bytes().splitlines()
        with servers.webhook_with_journal() as server:
            client = http.client.HTTPConnection("127.0.0.1", server.port)
            before, memory = server.processor_seconds(), server.memory()
            for wave in range(waves):
                call(client, "/hold")
                for line in lines[wave * users:(wave + 1) * users]:
                    call(client, "/whatsapp/v2", line[71:], {"X-Hub-Signature-256": line[:71].decode()})
                call(client, "/release")
                call(client, "/answered", str((wave + 1) * users).encode())
            spent = server.processor_seconds() - before
            results[str(users)] = {
                "processor_us": spent / len(lines) * 1e6, "memory": server.memory() - memory, "messages": len(lines)}
    return results


def call(client, path, body=b"", fields={}):
    client.request("POST", path, body, fields)
    answer = client.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SuiteError(f"POST {path} was answered with {answer.status}: {text!r}")
    return text


def waiting_users_table(results):
    return table(
        "Users who wait at once (one connection, journal, backend and Graph API that cost nothing)",
        ["users", "messages in all", "µs of processor a message", "memory MB more"],
        [[f"{int(users):,}", f"{r['messages']:,}", f"{r['processor_us']:.0f}", f"{r['memory'] / 1e6:.1f}"]
         for users, r in results.items()])
