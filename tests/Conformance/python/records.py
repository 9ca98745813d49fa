"""The records that every client program writes and expects, made from their index alone. The other programs make the same ones."""

import struct
import threading

CODEC_STRIDE = 1_000_000
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def _table():
    state, out = 1, bytearray()
    for _ in range(1024):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append((state >> 16) & 0xFF)
    return bytes(out)


_TABLE = _table()


def record_of(index):
    """Returns key, value and headers; every 100th key and every 1000th value is null, every 10th record has an empty header."""
    headers = [("index", b"%d" % index), ("raw", struct.pack(">I", (index * 2654435761) & 0xFFFFFFFF))]
    if index % 10 == 0:
        headers.append(("empty", b""))
    key = None if index % 100 == 99 else b"key-%d" % (index % 997)
    start = index % 251
    value = None if index % 1000 == 500 else b"%d:" % index + _TABLE[start:start + (index * 7) % 180]
    return key, value, headers


class Ledger:
    """Collects what the members of a group received and compares every byte of it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.received = {}
        self.partitions = {}
        self.duplicates = 0

    def accept(self, member, partition, offset, key, value, headers):
        where = "partition %d offset %d" % (partition, offset)
        index = int(dict(headers)["index"])
        expected_key, expected_value, expected_headers = record_of(index)
        if key != expected_key:
            raise AssertionError("%s: record %d has key %r instead of %r" % (where, index, key, expected_key))
        if value != expected_value:
            raise AssertionError("%s: record %d has another value" % (where, index))
        if list(headers) != expected_headers:
            raise AssertionError("%s: record %d has headers %r instead of %r" % (where, index, headers, expected_headers))
        with self.lock:
            offsets = self.partitions.setdefault(partition, {})
            if offsets.get(offset, index) != index:
                raise AssertionError("%s: first record %d, then %d" % (where, offsets[offset], index))
            if index in self.received:
                if offset not in offsets:
                    raise AssertionError("%s: record %d is in the log twice" % (where, index))
                self.duplicates += 1
            offsets[offset] = index
            self.received[index] = member

    def count_of(self, member):
        with self.lock:
            return sum(1 for by in self.received.values() if by == member)

    def check_order(self):
        """No gap between the first and the last offset of a partition, and the records of one codec in the order they were sent."""
        for partition, offsets in self.partitions.items():
            ordered = sorted(offsets)
            last = {}
            for place, offset in enumerate(ordered):
                if offset != ordered[0] + place:
                    raise AssertionError("partition %d: nothing at offset %d" % (partition, ordered[0] + place))
                index = offsets[offset]
                codec = index // CODEC_STRIDE
                if last.get(codec, -1) >= index:
                    raise AssertionError("partition %d offset %d: out of order" % (partition, offset))
                last[codec] = index
