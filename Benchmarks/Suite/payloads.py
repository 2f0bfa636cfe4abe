"""Signed deliveries in files, one a line: the signature's 71 characters, then the body. Each message has an id of its own."""

import hashlib
import hmac
import json
import time

from settings import BUILD, NUMBER_ID, SCRATCH, SECRET

# Messages older than a day are acknowledged, made durable, and not answered: they measure the webhook alone.
OLD = 1_700_000_000
QUESTION = (
    "What does the Quran say about patience in hardship? I have read a little about it and would like to understand "
    "which verses speak of it, how the scholars explained them, and what one may do on a day that is hard to bear.")


def old_deliveries(count, messages=1):
    """`count` deliveries of `messages` old messages each. The file is kept for the next run."""
    path = BUILD / f"deliveries-{count}x{messages}-{KIND}.txt"
    if not path.exists():
        write(path, count, messages, OLD)
    return path


def fresh_deliveries(count, name="fresh", first=0, repeats=1):
    """`count` deliveries of one message that is to be answered, each from a user of its own, each `repeats` times."""
    path = SCRATCH / f"{name}.txt"
    write(path, count, 1, int(time.time()), first, repeats)
    return path


def write(path, count, messages, timestamp, first=0, repeats=1):
    key = SECRET.encode()
    unfinished = path.with_suffix(".part")
    with open(unfinished, "wb") as file:
        number = first
        for _ in range(count):
            body = delivery(range(number, number + messages), timestamp)
            number += messages
            signature = hmac.digest(key, body, hashlib.sha256).hex().encode()
            file.write((b"sha256=" + signature + body + b"\n") * repeats)
    unfinished.rename(path)


def signed(body):
    return "sha256=" + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()


def delivery(numbers, timestamp):
    return HEAD + b",".join(MESSAGE % (n % 10**10, n, timestamp) for n in numbers) + TAIL


def _template():
    message = {
        "from": "1%010d", "id": "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ%016dREDTC0QUZGMgA=", "timestamp": "%d",
        "type": "text", "text": {"body": QUESTION}}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Test User"}, "wa_id": "15550000000"}], "messages": ["MESSAGES"]}
    root = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}]}
    compact = {"separators": (",", ":")}
    head, tail = json.dumps(root, **compact).encode().split(b'"MESSAGES"')
    return head, json.dumps(message, **compact).encode(), tail


HEAD, MESSAGE, TAIL = _template()
# Changes when the deliveries would, so that no file of an earlier kind is taken.
KIND = hashlib.sha256(delivery([0], OLD) + SECRET.encode()).hexdigest()[:8]
