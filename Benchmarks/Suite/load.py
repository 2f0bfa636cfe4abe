"""Drives a server with the client in Clients/load.c, and with wrk."""

import json
import re
import statistics
import subprocess

from settings import BENCHMARKS, BUILD, SuiteError


def load(server, payloads, **options):
    """One run. Adds `processor_us`, the server's processor time for each answer, to what the client tells."""
    return finish(server, *begin(server, payloads, **options))


def begin(server, payloads, connections=64, seconds=None, requests=None, rate=None, skip=0, slow=0):
    """Starts a run that goes on beside the caller."""
    options = {"-s": seconds, "-n": requests, "-r": rate, "-k": skip, "-z": slow}
    command = [BUILD / "load", "-p", server.port, "-f", payloads, "-c", connections]
    command += [word for option, value in options.items() if value for word in (option, value)]
    before = server.processor_seconds()
    return subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True), before


def finish(server, client, before):
    output = client.communicate()[0]
    if client.returncode != 0:
        raise SuiteError(f"The client could not load {server.name}: code {client.returncode}. {output}")
    result = json.loads(output)
    result["processor_us"] = (server.processor_seconds() - before) / result["requests"] * 1e6
    return result


def wrk(server, payloads, seconds):
    """Requests a second at 64 connections as wrk sees it."""
    output = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{max(1, round(seconds))}s", "-s", BENCHMARKS / "Clients/wrk.lua",
         f"http://127.0.0.1:{server.port}/whatsapp/v2", "--", payloads],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise SuiteError(f"{server.name} refused what wrk sent:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def medians(results):
    """The median of each figure over several runs."""
    return {name: statistics.median(result[name] for result in results) for name in results[0]}
