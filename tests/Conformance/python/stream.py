#!/usr/bin/python3
"""Debian's python3-kafka as a client that behaves: it produces numbered records until its input ends, without trying any of them again, and consumes them in a group at
the same time. The last line of output is the verdict, as JSON."""

import argparse
import json
import sys
import threading
import time

from kafka import KafkaConsumer, KafkaProducer

parser = argparse.ArgumentParser()
parser.add_argument("--bootstrap", required=True)
parser.add_argument("--topic", required=True)
parser.add_argument("--mechanism", required=True)
parser.add_argument("--user", required=True)
parser.add_argument("--password", required=True)
parser.add_argument("--ca", required=True)
options = parser.parse_args()
connection = {
    "bootstrap_servers": options.bootstrap, "security_protocol": "SASL_SSL", "sasl_mechanism": options.mechanism, "sasl_plain_username": options.user,
    "sasl_plain_password": options.password, "ssl_cafile": options.ca,
}
received, failures = [], []
ended = threading.Event()


def consume():
    try:
        consumer = KafkaConsumer(
            options.topic, **connection, group_id="stream-" + options.topic, auto_offset_reset="earliest", enable_auto_commit=True, auto_commit_interval_ms=300,
            fetch_max_wait_ms=50, heartbeat_interval_ms=300)
        while not ended.is_set():
            for records in consumer.poll(timeout_ms=50).values():
                received.extend(int(record.value) for record in records)
        consumer.close(autocommit=True)
    except BaseException as error:
        failures.append(error)


def read_input():
    sys.stdin.read()
    ended_input.set()


ended_input = threading.Event()
produced = 0
try:
    producer = KafkaProducer(**connection, acks="all", retries=0, linger_ms=2, max_in_flight_requests_per_connection=1)
    consumer = threading.Thread(target=consume, daemon=True)
    consumer.start()
    threading.Thread(target=read_input, daemon=True).start()
    while not ended_input.is_set() and not failures:
        producer.send(options.topic, value=b"%d" % produced, partition=0).add_errback(failures.append)
        produced += 1
        if produced == 1:
            producer.flush(30)
        if received and produced % 100 == 0:
            print("consumed %d" % len(received), flush=True)
        time.sleep(0.004)
    producer.flush(30)
    limit = time.monotonic() + 30
    while len(received) < produced and not failures and time.monotonic() < limit:
        time.sleep(0.02)
    ended.set()
    consumer.join(10)
    producer.close(10)
    if failures:
        raise failures[0]
    if received != list(range(produced)):
        raise AssertionError("%d records produced, %d consumed, not the same or not in order" % (produced, len(received)))
    print(json.dumps({"verdict": "ok", "records": produced}), flush=True)
except BaseException as error:
    print(json.dumps({"verdict": "failed", "reason": repr(error)}), flush=True)
    sys.exit(1)
