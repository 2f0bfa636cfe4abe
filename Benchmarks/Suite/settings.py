"""What all measurements share: where things are, what the servers are told, and how long a run is."""

import os
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
PROJECT = BENCHMARKS.parent
BUILD = BENCHMARKS / ".build"
SCRATCH = BUILD / "scratch"

SECRET = "benchmark-secret"
NUMBER_ID = "106540352242922"
ACCESS_TOKEN = "benchmark-token"
API_KEY = "benchmark-key"

# The server has one core for itself, and all that drives it the other.
SERVER_CORE = 0
CLIENT_CORE = min(1, (os.cpu_count() or 1) - 1)


@dataclass(frozen=True)
class Plan:
    """How much is measured. Every figure is the median over the rounds."""

    rounds: int = 3
    seconds: float = 4
    messages: int = 2_000
    deliveries: int = 1_000_000
    idle_connections: int = 10_000
    slow_connections: int = 5_000
    starts: int = 11
    growth_messages: int = 100_000
    waiting_users: tuple = (1, 100, 10_000)
    remembered_ids: tuple = (10_000, 100_000, 1_000_000)


FULL = Plan()
QUICK = Plan(
    rounds=1, seconds=0.5, messages=200, deliveries=200_000, idle_connections=500, slow_connections=200, starts=3,
    growth_messages=5_000, waiting_users=(1, 100, 1_000), remembered_ids=(1_000, 10_000))


class SuiteError(Exception):
    """Something that makes a measurement worthless; told to the user in one line."""
