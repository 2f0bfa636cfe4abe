"""Where the instructions go, counted by callgrind: for webhooks alone, and for whole messages. The kernel's are not counted,
so how the processor time divides between the two is measured besides."""

import re
import subprocess
from collections import Counter

import servers
from build import install_debian
from load import load
from messages import WARM_UP, answer
from payloads import fresh_deliveries, old_deliveries
from settings import SCRATCH, SuiteError
from tables import table

TOP = 10
WEBHOOKS = 5_000
MESSAGES = 200


def hotspots():
    install_debian({"valgrind": "valgrind"})
    results = {"One webhook, journal": webhook()}
    for build in ("urlsession", "curl"):
        results[f"One whole message, {build}"] = whole_message(build)
    return results


def webhook():
    payloads = old_deliveries(200_000)
    with servers.webhook_with_journal() as server:
        load(server, payloads, requests=WEBHOOKS)
        share = kernel_share(server, lambda: load(server, payloads, seconds=2, skip=WEBHOOKS))
    with under_callgrind(servers.webhook_with_journal()) as server:
        load(server, payloads, connections=16, requests=WEBHOOKS)
        counting(server, lambda: load(server, payloads, connections=16, requests=WEBHOOKS, skip=WEBHOOKS))
    symbols = counted(server)
    return {"kernel": share, "each": sum(symbols.values()) / WEBHOOKS, "top": top(symbols)}


def whole_message(build):
    warm_up = fresh_deliveries(WARM_UP, "warm-up")
    payloads = fresh_deliveries(MESSAGES, first=WARM_UP)

    def work(service, neighbours):
        return lambda: answer(service, neighbours, payloads, MESSAGES, already=WARM_UP)

    with servers.neighbours() as neighbours, servers.service(build, neighbours.port) as service:
        answer(service, neighbours, warm_up, WARM_UP)
        share = kernel_share(service, work(service, neighbours))
    with servers.neighbours() as neighbours, under_callgrind(servers.service(build, neighbours.port)) as service:
        answer(service, neighbours, warm_up, WARM_UP)
        counting(service, work(service, neighbours))
    symbols = counted(service)
    return {"kernel": share, "each": sum(symbols.values()) / MESSAGES, "top": top(symbols)}


def kernel_share(server, work):
    """The part of the server's processor time that is the kernel's while `work` runs."""
    user, system = server.processor_times()
    work()
    user, system = server.processor_times()[0] - user, server.processor_times()[1] - system
    return system / max(user + system, 0.01)


def under_callgrind(server):
    """The same server, counting instructions once it is told to."""
    server.command = [
        "valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={SCRATCH / 'callgrind.out'}",
        *server.command]
    return server


def counting(server, work):
    """Runs `work` while callgrind counts."""
    control(server, "--instr=on")
    work()
    control(server, "--instr=off")


def counted(server):
    """How many instructions a server, which has ended, spent in each symbol."""
    annotated = subprocess.run(
        ["callgrind_annotate", "--threshold=100", "--auto=no", SCRATCH / "callgrind.out"],
        capture_output=True, text=True).stdout
    symbols = Counter()
    for count, symbol, file in re.findall(
            r"^ *([\d,]+) \( *[\d.]+%\)  [^:\n]*:(.*?)(?: \[([^\]\n]*)\])?$", annotated, re.M):
        if symbol.startswith("0x"):
            symbol = f"{file.rpartition('/')[2]}, without symbols"
        symbols[symbol] += int(count.replace(",", ""))
    if not symbols:
        raise SuiteError(f"callgrind counted nothing in {server.name}")
    return symbols


def control(server, command):
    # Under the server's environment: valgrind names what the two share by HOST, which is a setting of the service.
    subprocess.run(
        ["callgrind_control", command, str(server.pid)], env=server.environment, capture_output=True, check=True)


def top(symbols):
    total = sum(symbols.values())
    return [[count / total * 100, readable(symbol)] for symbol, count in symbols.most_common(TOP)]


def readable(symbol):
    """A Swift symbol as it was written."""
    if symbol.startswith("$s"):
        symbol = subprocess.run(
            ["swift", "demangle", "--simplified", "--compact", symbol], capture_output=True, text=True).stdout.strip()
    return symbol if len(symbol) <= 120 else symbol[:119] + "…"


def hotspots_table(results):
    return "\n".join(
        table(
            f"{title}: {r['each']:,.0f} instructions outside of the kernel, which takes "
            f"{r['kernel'] * 100:.0f} % of the processor time",
            ["% of them", "in"], [[f"{share:.1f}", f"`{symbol}`"] for share, symbol in r["top"]])
        for title, r in results.items())
