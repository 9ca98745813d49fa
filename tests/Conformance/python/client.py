#!/usr/bin/python3
"""Debian's python3-kafka against the broker. The last line of output is the verdict, as JSON."""

import argparse
import json
import logging
import os
import sys
import threading
import time
import traceback
from datetime import datetime

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from records import CODEC_STRIDE, CODECS, Ledger, record_of

PARTITIONS = 6

parser = argparse.ArgumentParser()
parser.add_argument("--bootstrap", required=True)
parser.add_argument("--phase", choices=["roundtrip", "resume", "login", "refused", "session"], required=True)
parser.add_argument("--topic", required=True)
parser.add_argument("--records", type=int, required=True)
parser.add_argument("--deadline", type=float, default=240)
parser.add_argument("--security", default="plaintext")
parser.add_argument("--mechanism")
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--ca")
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--seconds", type=float)
options = parser.parse_args()
# Where the broker is and how to log in.
connection = {
    "bootstrap_servers": options.bootstrap, "security_protocol": options.security.upper(), "sasl_mechanism": options.mechanism,
    "sasl_plain_username": options.user, "sasl_plain_password": options.password, "ssl_cafile": options.ca,
    "ssl_certfile": options.cert, "ssl_keyfile": options.key,
}
end = time.monotonic() + options.deadline
tail = min(1000, options.records)
failures = []


def log(text):
    print("%s %s" % (datetime.now().isoformat(timespec="milliseconds"), text), flush=True)


def until(what, condition):
    while not condition():
        if failures:
            raise failures[0]
        if time.monotonic() > end:
            raise AssertionError("time is up: %s" % what())
        time.sleep(0.02)


class Member(threading.Thread):
    """One member of the group on a thread of its own, as the library demands; compares what it gets as it gets it."""

    def __init__(self, group, name, ledger):
        super().__init__(daemon=True)
        self.group, self.member, self.ledger = group, name, ledger
        self.assigned = 0
        self.leaving = threading.Event()
        self.start()

    def run(self):
        try:
            consumer = KafkaConsumer(
                options.topic, **connection, client_id="python-" + self.member, group_id=self.group,
                auto_offset_reset="earliest", enable_auto_commit=True, auto_commit_interval_ms=500, heartbeat_interval_ms=300,
                session_timeout_ms=10000, max_poll_records=2000, fetch_max_wait_ms=100)
            while not self.leaving.is_set():
                for records in consumer.poll(timeout_ms=100).values():
                    for record in records:
                        self.ledger.accept(self.member, record.partition, record.offset, record.key, record.value, record.headers)
                self.assigned = len(consumer.assignment())
            consumer.close(autocommit=True)
        except BaseException as error:
            failures.append(error)

    def leave(self):
        self.leaving.set()
        self.join(max(1, end - time.monotonic()))
        if self.is_alive():
            raise AssertionError("%s did not leave the group" % self.member)
        if failures:
            raise failures[0]


def produce(first, last, codecs=CODECS):
    for codec in codecs:
        producer = KafkaProducer(
            **connection, client_id="python-producer", acks="all", retries=5, linger_ms=20, batch_size=65536,
            max_in_flight_requests_per_connection=1, compression_type=None if codec == "none" else codec)
        base = CODECS.index(codec) * CODEC_STRIDE
        sent = []
        for index in range(base + first, base + last):
            key, value, headers = record_of(index)
            sent.append(producer.send(options.topic, value=value, key=key, headers=headers))
        producer.flush(timeout=max(1, end - time.monotonic()))
        for future in sent:
            future.get(timeout=0)
        producer.close()


def received(ledger, expected):
    until(lambda: "%d of %d records received" % (len(ledger.received), expected), lambda: len(ledger.received) >= expected)


def committed(group):
    consumer = KafkaConsumer(**connection, group_id=group, enable_auto_commit=False)
    total = sum(consumer.committed(TopicPartition(options.topic, partition)) or 0 for partition in range(PARTITIONS))
    consumer.close(autocommit=False)
    return total


def round_trip():
    ledger, group, share = Ledger(), options.topic + "-group", len(CODECS)
    half = options.records // 2
    three_quarters = half + options.records // 4
    admin = KafkaAdminClient(**connection)
    admin.create_topics([NewTopic(options.topic, num_partitions=PARTITIONS, replication_factor=1)])
    admin.close()
    log("topic created")
    first, second = Member(group, "first", ledger), Member(group, "second", ledger)

    def shared():
        return first.assigned > 0 and second.assigned > 0 and first.assigned + second.assigned == PARTITIONS

    def sharing():
        return "members hold %d and %d partitions" % (first.assigned, second.assigned)

    until(sharing, shared)
    log("two members share the partitions")
    produce(0, half)
    received(ledger, half * share)
    log("%d records received, %d by the second member" % (len(ledger.received), ledger.count_of("second")))
    if not ledger.count_of("first") or not ledger.count_of("second"):
        raise AssertionError("one member received nothing")
    second.leave()
    until(sharing, lambda: first.assigned == PARTITIONS)
    log("the second member left")
    produce(half, three_quarters)
    received(ledger, three_quarters * share)
    second = Member(group, "returned", ledger)
    until(sharing, shared)
    log("it returned")
    produce(three_quarters, options.records)
    received(ledger, options.records * share)
    if not ledger.count_of("returned"):
        raise AssertionError("the member that returned received nothing")
    if len(ledger.received) != options.records * share:
        raise AssertionError("%d records instead of %d" % (len(ledger.received), options.records * share))
    ledger.check_order()
    until(lambda: "offsets up to %d are committed" % committed(group), lambda: committed(group) == options.records * share)
    second.leave()
    first.leave()
    total = committed(group)
    if total != options.records * share:
        raise AssertionError("offsets up to %d are committed instead of %d" % (total, options.records * share))
    produce(options.records, options.records + tail)
    return ledger


def resume():
    ledger, share = Ledger(), len(CODECS)
    member = Member(options.topic + "-group", "after", ledger)
    received(ledger, tail * share)
    log("what was not yet consumed before the restart is consumed")
    produce(options.records + tail, options.records + 2 * tail)
    received(ledger, 2 * tail * share)
    for index in ledger.received:
        if index % CODEC_STRIDE < options.records:
            raise AssertionError("record %d was committed before the restart and came again" % index)
    ledger.check_order()
    member.leave()
    log("reading everything again in a new group")
    whole = Ledger()
    reader = Member(options.topic + "-again", "again", whole)
    received(whole, (options.records + 2 * tail) * share)
    whole.check_order()
    reader.leave()
    return whole


def login():
    ledger = Ledger()
    produce(0, options.records, ["none"])
    member = Member(options.topic + "-group", "only", ledger)
    received(ledger, options.records)
    member.leave()
    ledger.check_order()
    return ledger


def refused():
    """Tries once to log in, and writes what the library says of it."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="log %(levelname)s %(message)s")
    try:
        once = {"reconnect_backoff_ms": 60000, "reconnect_backoff_max_ms": 60000, "api_version_auto_timeout_ms": 1500, "max_block_ms": 1500}
        KafkaProducer(**connection, **once).partitions_for(options.topic)
    except Exception as error:
        print("error %s: %s" % (type(error).__name__, error))
        finish({"verdict": "refused"})
    finish({"verdict": "let in"})


def session():
    """Writes a record now and then over more than a session's lifetime, and writes what the library says meanwhile."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="log %(levelname)s %(message)s")
    last, sent = time.monotonic() + options.seconds, 0
    producer = KafkaProducer(**connection, acks="all", retries=5)
    while time.monotonic() < last:
        key, value, headers = record_of(sent)
        producer.send(options.topic, value=value, key=key, headers=headers).get(timeout=10)
        sent += 1
        time.sleep(0.1)
    producer.close()
    finish({"verdict": "ended", "records": sent})


def finish(verdict):
    print(json.dumps(verdict), flush=True)
    os._exit(1 if verdict["verdict"] == "failed" else 0)


watchdog = threading.Timer(options.deadline + 5, finish, [{"verdict": "failed", "reason": "time is up, and a call did not return"}])
watchdog.daemon = True
watchdog.start()
try:
    result = {"resume": resume, "login": login, "refused": refused, "session": session, "roundtrip": round_trip}[options.phase]()
    finish({"verdict": "ok", "codecs": CODECS, "records": len(result.received), "duplicates": result.duplicates})
except BaseException:
    traceback.print_exc(file=sys.stdout)
    finish({"verdict": "failed", "reason": traceback.format_exc()})
