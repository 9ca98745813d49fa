#!/usr/bin/env python3
"""Runs librdkafka's own test suite against a published broker and writes librdkafka.json beside this file.

usage: librdkafka.py LIBRDKAFKA_FOLDER PUBLISHED_FOLDER [NUMBER...]

LIBRDKAFKA_FOLDER is a checkout of confluentinc/librdkafka in which `./configure && make && make -C tests build` was run; PUBLISHED_FOLDER is what
ops/packaging/publish wrote. Without numbers every test is run; with numbers those alone, and the other results are kept.

Each test number runs in a process of its own, two at a time, against one broker with Kafka's defaults. A test that fails is recorded as "needs KEY NAME" when
librdkafka-needs.csv says that it cannot pass without that API, and the broker does not advertise the API, or as skipped when that table says that it needs
several brokers; otherwise it is a failure, and the exit code is 1.
"""
import concurrent.futures
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RESULT = os.path.join(HERE, "librdkafka.json")
PORT = 39092
LIMIT_SECONDS = 1800
CONFIGURATION = """
process.roles: [broker, controller]
node.id: 1
listeners: [PLAINTEXT://localhost:{port}, CONTROLLER://localhost:{controller}]
advertised.listeners: [PLAINTEXT://localhost:{port}]
listener.security.protocol.map: [PLAINTEXT:PLAINTEXT, CONTROLLER:PLAINTEXT]
controller.listener.names: [CONTROLLER]
controller.quorum.bootstrap.servers: [localhost:{controller}]
log.dirs: [{data}]
num.partitions: 4
offsets.topic.replication.factor: 1
broker.rack: RACK1
"""


START = threading.Lock()


def wait_for_the_next_second():
    """The suite names its report by the second it starts in: two runs must not share one."""
    with START:
        started = int(time.time())
        while int(time.time()) == started:
            time.sleep(0.02)


def start_broker(published, folder):
    configuration = os.path.join(folder, "broker.yaml")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(port=PORT, controller=PORT + 1, data=os.path.join(folder, "data")))
    executable = os.path.join(published, "kafka-modular")
    subprocess.run([executable, "format", "--config", configuration, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone"],
                   check=True, stdout=subprocess.DEVNULL)
    log = open(os.path.join(folder, "broker.log"), "w+", encoding="utf-8")
    broker = subprocess.Popen([executable, "serve", "--config", configuration], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in broker.stdout:
        log.write(line)
        if "Ready: node" in line:
            copy = concurrent.futures.ThreadPoolExecutor(1)
            copy.submit(lambda: [log.write(rest) for rest in broker.stdout])
            return broker
    raise SystemExit("the broker did not start; its log is in " + log.name)


def advertised_keys(published):
    tool = os.path.join(published, "bin", "kafka-broker-api-versions.sh")
    text = subprocess.run([tool, "--bootstrap-server", f"localhost:{PORT}"], check=True, capture_output=True, text=True).stdout
    return {int(match) for match in re.findall(r"\((\d+)\): \d", text)}


def run_test(suite, published, folder, number):
    """Gives the tests of a number with their state, and the first complaint of one that failed."""
    tests = os.path.join(suite, "tests")
    work = tempfile.mkdtemp(dir=folder)
    with open(os.path.join(work, "test.conf"), "w", encoding="utf-8") as file:
        file.write(f"bootstrap.servers=localhost:{PORT}\n")
    environment = dict(os.environ, TESTS=number, TEST_KAFKA_VERSION="4.2.0", BROKERS=f"localhost:{PORT}", KAFKA_PATH=published,
                       RDKAFKA_TEST_CONF=os.path.join(work, "test.conf"), LD_LIBRARY_PATH=f"{suite}/src:{suite}/src-cpp")
    wait_for_the_next_second()
    try:
        run = subprocess.run([os.path.join(tests, "test-runner"), "-p1", "-r"], cwd=tests, env=environment, timeout=LIMIT_SECONDS,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = run.stdout
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"") + f"\n### the run took more than {LIMIT_SECONDS} s\n".encode()
    text = re.sub(r"\x1b\[[0-9;]*m", "", output.decode("utf-8", "replace"))
    complaint = next(iter(re.findall(r"^### (?:Test .*\n)?(.+)$", text, re.M)), "")
    complaint = re.sub(r"rdkafkatest_rnd[0-9a-f]+_", "", complaint.strip())
    found = []
    report = re.search(r"Test report written to (\S+)", text)
    if report:
        path = os.path.join(tests, report.group(1))
        for name, test in json.load(open(path, encoding="utf-8"))["tests"].items():
            if name.startswith(number) and test["state"] != "DIDN'T RUN":
                found.append((name, test["state"], test["extra"]))
        os.remove(path)
    return found or [(number, "FAILED", "")], complaint


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    suite, published = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    numbers = sys.argv[3:] or sorted({os.path.basename(path)[:4] for path in glob.glob(os.path.join(suite, "tests", "0[0-9][0-9][0-9]-*.c*"))})
    with open(os.path.join(HERE, "librdkafka-needs.csv"), encoding="utf-8") as file:
        needs = {row["test"]: row for row in csv.DictReader(file)}
    results = {}
    if sys.argv[3:] and os.path.exists(RESULT):
        results = {test["name"]: test for test in json.load(open(RESULT, encoding="utf-8"))["tests"] if test["name"][:4] not in numbers}
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        broker = start_broker(published, folder)
        try:
            keys = advertised_keys(published)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                runs = {pool.submit(run_test, suite, published, folder, number): number for number in numbers}
                for run in concurrent.futures.as_completed(runs):
                    number, (found, complaint) = runs[run], run.result()
                    for name, state, extra in found:
                        test = {"number": number, "name": name, "result": {"PASSED": "pass", "SKIPPED": "skipped"}.get(state, "fail")}
                        need = needs.get(name)
                        if test["result"] == "skipped":
                            test["reason"] = extra.strip() or "the suite skips it"
                        elif test["result"] == "fail" and need and not need["key"]:
                            test.update(result="skipped", reason=need["api"])
                        elif test["result"] == "fail" and need and int(need["key"]) not in keys:
                            test["result"] = f"needs {need['key']} {need['api']}"
                        elif test["result"] == "fail":
                            test["reason"] = complaint
                            failures += 1
                        results[name] = test
                        print(name, test["result"], test.get("reason", ""), flush=True)
        finally:
            broker.terminate()
            broker.wait()
    with open(RESULT, "w", encoding="utf-8") as file:
        json.dump({"suite": "confluentinc/librdkafka", "kafka": "4.2.0", "tests": [results[name] for name in sorted(results)]}, file, indent=1)
        file.write("\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
