#!/usr/bin/env python3
"""moto's server (SQS and DynamoDB in memory), with what it lacks of SQS's FIFO queues and of DynamoDB's conditional writes.

    pip install 'moto[server]'
    Tests/AWS/aws_server.py PORT

What moto 5.2.1 does otherwise than AWS, and what is mended here:

- Two messages of a group whose visibility ends together come in the wrong order: moto looks whether the first one's group is
  in flight before it has noticed that the second one's time has passed, too. Here a group is taken from its first message on,
  or not at all.
- A long poll that finds only messages of groups in flight goes round without a pause, and takes a processor. Here it sleeps.
- Requests run in threads, and a conditional write is a look and a write. Here both happen under one lock.
- Each answer closes its connection, after a look of 10 ms for bytes nobody read. Here connections are kept, as AWS keeps them:
  a client that had to make one for each long poll would be measured by what that costs.

What it does otherwise and is left: it forgets a deduplication id with its message (AWS remembers it for five minutes, so here
more duplicates get through), takes receipt handles that are out of date, and its queues are in memory.
"""
import logging
import selectors
import sys
import threading
import time
from copy import deepcopy
from types import SimpleNamespace

from moto.dynamodb.models import DynamoDBBackend
from moto.server import ThreadedMotoServer
from moto.sqs.models import SQSBackend
from werkzeug import serving
from werkzeug.serving import WSGIRequestHandler

LOCK = threading.RLock()


def receive(backend, queue_name, count, wait_seconds_timeout, visibility_timeout, message_attribute_names=None):
    queue = backend.get_queue(queue_name)
    end = time.time() + int(wait_seconds_timeout or 0)
    while True:
        with LOCK:
            taken = take(queue, count, visibility_timeout)
        if taken or time.time() >= end:
            return taken
        time.sleep(0.02)


def take(queue, count, visibility_timeout):
    taken, dead, in_flight = [], [], set()
    for message in list(queue._messages):
        if message.group_id in in_flight:
            continue
        if not message.visible or message.delayed:
            in_flight.add(message.group_id)
            continue
        queue.pending_messages.discard(message)
        policy = queue.dead_letter_queue is not None and queue.redrive_policy
        if policy and message.approximate_receive_count >= policy["maxReceiveCount"]:
            dead.append(message)
            continue
        queue.pending_messages.add(message)
        message.mark_received(visibility_timeout=visibility_timeout)
        taken.append(deepcopy(message))
        if len(taken) >= count:
            break
    for message in dead:
        queue._messages.remove(message)
        queue.dead_letter_queue.add_message(message)
    return taken


def locked(owner, name):
    original = getattr(owner, name)

    def call(*arguments, **named):
        with LOCK:
            return original(*arguments, **named)

    setattr(owner, name, call)


class NothingUnread:
    """In place of a selector: moto reads every request to its end, so what comes next is the next request."""

    def register(self, *_): pass

    def select(self, timeout=None): return []

    def close(self): pass


def keep_connections():
    original = WSGIRequestHandler.send_header

    def send_header(handler, name, value):
        if (name, value) != ("Connection", "close"):
            original(handler, name, value)

    WSGIRequestHandler.send_header = send_header
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    # Head and body are written one after the other. The body is not to wait until the head is acknowledged.
    WSGIRequestHandler.disable_nagle_algorithm = True
    serving.selectors = SimpleNamespace(DefaultSelector=NothingUnread, EVENT_READ=selectors.EVENT_READ)


def start(port):
    SQSBackend.receive_message = receive
    for name in ["send_message", "send_message_batch", "delete_message", "delete_message_batch",
                 "change_message_visibility", "change_message_visibility_batch"]:
        locked(SQSBackend, name)
    for name in ["put_item", "update_item", "delete_item", "get_item"]:
        locked(DynamoDBBackend, name)
    keep_connections()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


if __name__ == "__main__":
    start(int(sys.argv[1]))
    print("listening", flush=True)
    threading.Event().wait()
