#!/usr/bin/env python3
"""Runs kafkajs' own test suite against a published broker and writes kafkajs.json beside this file.

usage: kafkajs.py KAFKAJS_FOLDER PUBLISHED_FOLDER [FILE...]

KAFKAJS_FOLDER is a checkout of tulios/kafkajs in which `npm install` was run; PUBLISHED_FOLDER is what ops/packaging/publish wrote. Files are specs under src,
such as src/admin/__tests__/createAcls.spec.js; without any, every spec of the parts of kafkajs that talk to a broker is run, and with some, the other
results are kept.

The broker listens on the suite's ports (9092 plain, 9093 SSL, 9094 SASL_SSL), has the users of its docker-compose.2_4.yml, and an authorizer that lets everybody
do what no ACL is about, as that file says. What the suite does inside of a container, a `docker` made here does with the published tools. Specs with failures
run once more, one at a time; "runs" is 2 where that was so.

A test that fails is recorded as "needs KEY NAME" when kafkajs-needs.csv says that it cannot pass without that API, and the broker does not advertise the API,
or as skipped when that table has a reason and no key; otherwise it is a failure, and the exit code is 1. SUITE_JOBS in the environment is how many specs
run at a time.
"""
import csv
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile

from broker import Broker, authority, certificate, join

HERE = os.path.dirname(os.path.abspath(__file__))
RESULT = os.path.join(HERE, "kafkajs.json")
PARTS = ["broker", "admin", "producer", "consumer", "cluster", "network"]
CONFIGURATION = """
process.roles: [broker, controller]
node.id: 0
listeners: [PLAINTEXT://localhost:9092, SSL://localhost:9093, SASL_SSL://localhost:9094, CONTROLLER://localhost:9191]
listener.security.protocol.map: [PLAINTEXT:PLAINTEXT, SSL:SSL, SASL_SSL:SASL_SSL, CONTROLLER:PLAINTEXT]
controller.listener.names: [CONTROLLER]
controller.quorum.bootstrap.servers: [localhost:9191]
log.dirs: [{folder}/data]
num.partitions: 2
offsets.topic.replication.factor: 1
group.initial.rebalance.delay.ms: 0
sasl.enabled.mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
listener.name.sasl_ssl.plain.sasl.jaas.config: >-
  org.apache.kafka.common.security.plain.PlainLoginModule required user_test="testtest" user_bob="bobbob" user_alice="alicealice";
ssl.keystore.location: {folder}/broker.store
authorizer.class.name: org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found: true
http.listeners: []
"""
SCRAM = ["SCRAM-SHA-256=[name=testscram,password=testtestscram=256]", "SCRAM-SHA-512=[name=testscram,password=testtestscram=512]"]
DOCKER = """#!/usr/bin/env bash
[ "$1" = ps ] && { echo broker; exit 0; }
command=${@: -1}
command=${command//--zookeeper zookeeper:2181/--bootstrap-server localhost:9092}
for tool in kafka-topics kafka-configs; do command=${command//$tool /"$TOOLS"/$tool.sh }; done
exec bash -c "$command"
"""


def run_jest(checkout, folder, published, specs, workers):
    """Gives (spec, test, state, complaint) for each test of some specs."""
    report = os.path.join(folder, "jest.json")
    environment = dict(os.environ, KAFKA_VERSION="2.4", NODE_ENV="test", KAFKAJS_DEBUG_PROTOCOL_BUFFERS="1", TOOLS=os.path.join(published, "bin"),
                       PATH=folder + os.pathsep + os.environ["PATH"])
    with open(os.path.join(folder, "jest.log"), "ab") as log:
        subprocess.run([os.path.join("node_modules", ".bin", "jest"), "--ci", "--forceExit", "--no-watchman", f"--maxWorkers={workers}", "--reporters=default",
                        "--json", f"--outputFile={report}", *specs], cwd=checkout, env=environment, stdout=log, stderr=log)
    for spec in json.load(open(report, encoding="utf-8"))["testResults"]:
        path = os.path.relpath(spec["name"], checkout)
        for test in spec["assertionResults"]:
            yield path, test["fullName"], test["status"], complaint("\n".join(test["failureMessages"] or []))
        if not spec["assertionResults"]:
            yield path, path, spec["status"], complaint(spec["message"])


def complaint(text):
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()]
    return next((line for line in lines if line), "")[:200]


class Record:
    """The results, and what of a failure the table of needs explains."""

    def __init__(self, keys):
        self.keys, self.results = keys, {}
        with open(os.path.join(HERE, "kafkajs-needs.csv"), encoding="utf-8") as file:
            self.needs = list(csv.DictReader(file))

    def keep_others(self, specs):
        if os.path.exists(RESULT):
            with open(RESULT, encoding="utf-8") as file:
                for test in json.load(file)["tests"]:
                    if test["file"] not in specs:
                        self.results.setdefault((test["file"], test["name"]), []).append(test)

    def take(self, outcomes, runs=1):
        """Keeps outcomes and gives the specs that have failures."""
        failed, seen = set(), set()
        for spec, name, state, reason in outcomes:
            if spec not in seen:
                seen.add(spec)
                self.results = {key: tests for key, tests in self.results.items() if key[0] != spec}
            test = {"file": spec, "name": name, "result": {"passed": "pass", "failed": "fail"}.get(state, "skipped")}
            if test["result"] == "skipped":
                test["reason"] = "the suite skips it"
            if test["result"] == "fail":
                test.update(self.explain(name, reason))
            if test["result"] == "fail":
                failed.add(spec)
            if runs > 1:
                test["runs"] = runs
            self.results.setdefault((spec, name), []).append(test)
            if test["result"] == "fail":
                print(spec, name, test["reason"], flush=True)
        self.write()
        return failed

    def explain(self, name, reason):
        for need in self.needs:
            if not fnmatch.fnmatchcase(name, need["name"].replace("[", "[[]")):
                continue
            if not need["key"]:
                return {"result": "skipped", "reason": need["reason"]}
            if int(need["key"]) not in self.keys:
                return {"result": f"needs {need['key']} {need['reason']}"}
        return {"reason": reason}

    def write(self):
        tests = [test for key in sorted(self.results) for test in self.results[key]]
        with open(RESULT, "w", encoding="utf-8") as file:
            json.dump({"suite": f"tulios/kafkajs src/({'|'.join(PARTS)})", "kafka": "4.2.0", "tests": tests}, file, indent=1, ensure_ascii=False)
            file.write("\n")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    checkout, published, specs = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.environ.get("SUITE_WORK") or temporary
        authority(folder, "ca")
        certificate(folder, "broker", "ca")
        join(folder, "broker.store", "broker.key", "broker.crt")
        docker = os.path.join(folder, "docker")
        with open(docker, "w", encoding="ascii") as file:
            file.write(DOCKER)
        os.chmod(docker, 0o755)
        with Broker(published, folder, CONFIGURATION.format(folder=folder), SCRAM) as broker:
            record = Record(broker.advertised_keys("localhost:9092"))
            if specs:
                record.keep_others(specs)
            failed = record.take(run_jest(checkout, folder, published, specs or [f"src/({'|'.join(PARTS)})/"], os.environ.get("SUITE_JOBS", "2")))
            if failed:
                failed = record.take(run_jest(checkout, folder, published, sorted(failed), 1), runs=2)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
