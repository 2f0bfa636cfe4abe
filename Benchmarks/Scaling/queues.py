#!/usr/bin/env python3
"""How a FIFO queue and its workers behave under load: a simulation, event by event, in virtual time.

The queue is modelled as Amazon SQS describes its FIFO queues: messages of a group are handed out in order, and none while
others of that group are in flight; a receive takes ten messages at most; each action (send, receive, delete) is called so
many times a second at most, and what is above that waits. Workers work on a number of groups at once, keep the order in each,
and delete what they finish, up to ten at a time. Without arguments it prints the tables of Docs/Scaling.md.
"""

import argparse
import heapq
import random
from collections import deque
from dataclasses import dataclass

BATCH = 10
ROUND_TRIP = 0.010  # of one call, in seconds
DELETE_WINDOW = 0.050  # how long a finished message waits for others to be deleted with


@dataclass
class Setup:
    rate: float  # messages a second
    seconds: float = 120
    workers: int = 4
    places: int = 64  # groups that a worker works on at once
    again: float = 600  # seconds after which a user asks again, in the mean
    answer: float = 5.0  # seconds that an answer takes, in the mean
    calls: float = float("inf")  # a second and action
    batched_sends: bool = False  # deliveries that come together share a call
    seed: int = 1


class Quota:
    """Lets so many calls a second through; gives the time at which the next one may begin."""

    def __init__(self, calls):
        self.interval = 1 / calls
        self.free = 0.0
        self.made = 0

    def take(self, now):
        begin = max(now, self.free)
        self.free = begin + self.interval
        self.made += 1
        return begin


class Simulation:
    def __init__(self, setup):
        self.setup = setup
        self.random = random.Random(setup.seed)
        self.events, self.order = [], 0
        self.quotas = {name: Quota(setup.calls) for name in ("send", "receive", "delete")}
        self.waiting = {}  # group: its messages, oldest first
        self.ready = deque()  # groups with messages and none in flight
        self.locked = set()
        self.free = [setup.places] * setup.workers
        self.polls = deque(range(setup.workers))  # long polls that wait at the queue
        self.polling = [True] * setup.workers
        self.finished = [[] for _ in range(setup.workers)]
        self.acknowledged, self.first, self.later = [], [], []
        self.in_flight, self.most_in_flight = 0, 0
        self.unsent, self.sending = deque(), False

    def at(self, time, call, *arguments):
        self.order += 1
        heapq.heappush(self.events, (time, self.order, call, arguments))

    def run(self):
        time, users = 0.0, int(self.setup.rate * self.setup.again)
        while True:
            time += self.random.expovariate(self.setup.rate)
            if time > self.setup.seconds:
                break
            self.at(time, self.arrive, time, self.random.randrange(users))
        end = self.setup.seconds * 4
        while self.events and self.events[0][0] < end:
            time, _, call, arguments = heapq.heappop(self.events)
            call(time, *arguments)
        return self

    # The webhook's side

    def arrive(self, now, delivered, group):
        if not self.setup.batched_sends:
            sent = self.quotas["send"].take(now) + ROUND_TRIP
            self.at(sent, self.send, [(delivered, group)])
            return
        self.unsent.append((delivered, group))
        self.flush(now)

    def flush(self, now):
        """One call at a time: what comes during one shares the next."""
        if self.sending or not self.unsent:
            return
        self.sending = True
        batch = [self.unsent.popleft() for _ in range(min(BATCH, len(self.unsent)))]
        self.at(self.quotas["send"].take(now) + ROUND_TRIP, self.send, batch)

    def send(self, now, batch):
        for delivered, group in batch:
            self.acknowledged.append((delivered, now - delivered))
            messages = self.waiting.setdefault(group, deque())
            is_first = not messages and group not in self.locked
            messages.append((now, is_first))
            if is_first:
                self.ready.append(group)
        self.sending = False
        self.flush(now)
        self.deliver(now)

    # The workers' side

    def poll(self, now, worker):
        """Asks for messages, and waits at the queue until there are some."""
        if not self.polling[worker] and self.free[worker]:
            self.polling[worker] = True
            self.at(self.quotas["receive"].take(now) + ROUND_TRIP, self.wait, worker)

    def wait(self, now, worker):
        self.polls.append(worker)
        self.deliver(now)

    def deliver(self, now):
        """Gives what is ready to the polls that wait, in the order in which they came."""
        while self.ready and self.polls:
            worker = self.polls.popleft()
            room = BATCH
            while room and self.free[worker] and self.ready:
                group = self.ready.popleft()
                messages = self.waiting[group]
                taken = [messages.popleft() for _ in range(min(room, len(messages)))]
                room -= len(taken)
                self.locked.add(group)
                self.in_flight += len(taken)
                self.free[worker] -= 1
                self.work(now, worker, group, taken)
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self.polling[worker] = False
            self.poll(now, worker)

    def work(self, now, worker, group, taken):
        for sent, is_first in taken:
            (self.first if is_first else self.later).append((sent, now - sent))
            # Most answers take about the mean, some several times as long.
            now += self.random.lognormvariate(-0.18, 0.6) * self.setup.answer
        self.at(now, self.finish, worker, group, len(taken))

    def finish(self, now, worker, group, count):
        self.free[worker] += 1
        self.finished[worker].append((group, count))
        if len(self.finished[worker]) == 1:
            self.at(now + DELETE_WINDOW, self.delete, worker)
        self.poll(now, worker)

    def delete(self, now, worker):
        finished, self.finished[worker] = self.finished[worker], []
        for start in range(0, len(finished), BATCH):
            done = self.quotas["delete"].take(now) + ROUND_TRIP
            self.at(done, self.release, finished[start : start + BATCH])

    def release(self, now, finished):
        for group, count in finished:
            self.in_flight -= count
            self.locked.discard(group)
            if self.waiting[group]:
                self.ready.append(group)
        self.deliver(now)


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


def seconds(value):
    return f"{value * 1000:,.0f} ms" if value < 1 else f"{value:,.1f} s"


def table(title, first, setups):
    print(f"**{title}**\n")
    print(
        f"| {first} | messages/s | p99 until SQS has it | p50, p99 until work begins "
        "| wait for their user's earlier one | calls/s: send, receive, delete | in flight |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, setup in setups:
        run = Simulation(setup).run()
        steady = setup.seconds / 4  # what comes before is the beginning

        def waits(measured):
            return [wait for time, wait in measured if time >= steady]

        begun = waits(run.first)
        later = len(run.later) / (len(run.first) + len(run.later))
        calls = ", ".join(f"{quota.made / setup.seconds:,.0f}" for quota in run.quotas.values())
        print(
            f"| {name} | {setup.rate:,.0f} | {seconds(percentile(waits(run.acknowledged), 0.99))} "
            f"| {seconds(percentile(begun, 0.5))}, {seconds(percentile(begun, 0.99))} "
            f"| {later:.1%} | {calls} | {run.most_in_flight:,} |"
        )
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed

    def needed(rate, answer=5.0):
        """Workers whose places are used to two thirds."""
        return max(1, round(rate * answer / 64 / 0.67))

    table(
        "300 calls a second and action, a call for each delivery",
        "workers",
        [(needed(r), Setup(r, workers=needed(r), calls=300, seed=seed)) for r in (10, 100, 250, 290, 310)],
    )
    table(
        "300 calls a second and action, deliveries that come together share a call",
        "workers",
        [(needed(r), Setup(r, workers=needed(r), calls=300, batched_sends=True, seed=seed)) for r in (310, 900)],
    )
    table(
        "High-throughput mode (9,000 calls a second and action), a call for each delivery",
        "workers",
        [(needed(r), Setup(r, workers=needed(r), calls=9_000, seed=seed)) for r in (300, 1_000, 3_000)],
    )
    table(
        "1,000 messages a second: how many workers",
        "workers",
        [(w, Setup(1_000, workers=w, calls=9_000, seed=seed)) for w in (60, 70, 80, 100)],
    )
    table(
        "1,000 messages a second, 120 workers: users that ask again sooner hold themselves up",
        "again after",
        [(f"{a} s", Setup(1_000, workers=120, again=a, calls=9_000, seed=seed)) for a in (600, 60, 20, 8)],
    )


if __name__ == "__main__":
    main()
