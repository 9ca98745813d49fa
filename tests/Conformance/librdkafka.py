#!/usr/bin/env python3
"""Runs librdkafka's own test suite against a published broker and writes librdkafka.json beside this file.

usage: librdkafka.py [--sasl-ssl] LIBRDKAFKA_FOLDER PUBLISHED_FOLDER [NUMBER...]

LIBRDKAFKA_FOLDER is a checkout of confluentinc/librdkafka in which `./configure && make && make -C tests build` was run; PUBLISHED_FOLDER is what
ops/packaging/publish wrote. Without numbers every test is run; with numbers those alone, and the other results are kept.

Each test number runs in a process of its own, two at a time, against one broker with ACLs on, which lets everybody do what no ACL is about, as the suite's own
set-up does; tests that want a broker that makes no topics of itself get one. A test that fails runs once more, alone, and up to six times where it uses no
broker but librdkafka's own imitation of one; "runs" says how often, where it was more than once.

With --sasl-ssl the suite comes over SASL_SSL as a user with SCRAM-SHA-512 who has to log in again every ten seconds; tests that use no broker are left out,
those about certificates run over SSL as well, with a certificate that the broker asks for, and the results are in librdkafka-sasl-ssl.json.

A test that fails is recorded as "needs KEY NAME" when librdkafka-needs.csv says that it cannot pass without that API, and the broker does not advertise the
API; its column "parts" names sub-tests that can, which then run one by one. It is recorded as skipped when that table says that it needs several brokers;
otherwise it is a failure, and the exit code is 1.

In the environment, SUITE_JOBS is how many run at a time, and SUITE_WORK a folder in which to keep what the tests and the broker printed.
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

from broker import Broker, authority, certificate, join, openssl

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT_SECONDS = 1800
ALONE = {"0081"}  # makes ACLs about the cluster, which others would fall under
SCENARIOS = {"noautocreate": {"0045", "0107", "0111"}}  # as in the suite's folder scenarios: a broker that makes no topics of itself
BY_CERTIFICATE = "over SSL, with a certificate"  # stands for the name of a part
BY_CERTIFICATE_TOO = {"0001", "0097"}
CONFIGURATION = """
process.roles: [broker, controller]
node.id: 1
listeners: [PLAINTEXT://localhost:{port}, {secured}CONTROLLER://localhost:{controller}]
listener.security.protocol.map: [PLAINTEXT:PLAINTEXT, SSL:SSL, SASL_SSL:SASL_SSL, CONTROLLER:PLAINTEXT]
controller.listener.names: [CONTROLLER]
controller.quorum.bootstrap.servers: [localhost:{controller}]
log.dirs: [{folder}/data]
num.partitions: 4
offsets.topic.replication.factor: 1
broker.rack: RACK1
authorizer.class.name: org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found: true
auto.create.topics.enable: {creates}
http.listeners: []
"""
SECURED = """
sasl.enabled.mechanisms: [SCRAM-SHA-512]
connections.max.reauth.ms: 10000
ssl.keystore.location: {folder}/broker.store
ssl.truststore.location: {folder}/ca.pem
listener.name.ssl.ssl.client.auth: required
"""
SCRAM_CLIENT = """
security.protocol=SASL_SSL
sasl.mechanisms=SCRAM-SHA-512
sasl.username=myuser
sasl.password=mypassword
"""
SSL_CLIENT = """
ssl.ca.location={folder}/ca.pem
ssl.certificate.location={folder}/client.crt
ssl.key.location={folder}/client.encrypted.key
ssl.key.password=abcdefgh
"""


class Suite:
    """The suite as it is set up for one run: where it is, what it connects to, as whom."""

    def __init__(self, suite, published, folder, sasl_ssl, scenario="default"):
        self.suite, self.folder, self.scenario = suite, os.path.join(folder, scenario), scenario
        folder = self.folder
        os.makedirs(folder)
        self.port = 39192 if sasl_ssl else 39092
        self.result = os.path.join(HERE, "librdkafka-sasl-ssl.json" if sasl_ssl else "librdkafka.json")
        secured = f"SASL_SSL://localhost:{self.port + 2}, SSL://localhost:{self.port + 3}, " if sasl_ssl else ""
        self.configuration = CONFIGURATION.format(port=self.port, controller=self.port + 1, folder=folder, secured=secured,
                                                  creates=str(scenario != "noautocreate").lower())
        self.scram, self.options = [], []
        with open(os.path.join(suite, "tests", "test.c"), encoding="utf-8") as file:
            self.without_broker = set(re.findall(r"_TEST\((\w+),\s*TEST_F_LOCAL\b", file.read()))
        # The multiplier is the one of the suite's own set-up, LibrdkafkaTestApp.py.
        self.common = "broker.address.family=v4\ntest.timeout.multiplier=2\n"
        self.client = f"bootstrap.servers=localhost:{self.port + 2 if sasl_ssl else self.port}\n"
        self.environment = dict(os.environ, TEST_SCENARIO=scenario, TEST_KAFKA_VERSION="4.2.0", BROKERS=f"localhost:{self.port}", KAFKA_PATH=published,
                                LD_LIBRARY_PATH=f"{suite}/src:{suite}/src-cpp")
        if sasl_ssl:
            self.make_certificates()
            self.configuration += SECURED.format(folder=folder)
            self.common += SSL_CLIENT.format(folder=folder)
            self.client += SCRAM_CLIENT
            self.scram = ["SCRAM-SHA-512=[name=myuser,password=mypassword]"]
            self.options = ["-L"]

    def make_certificates(self):
        """Makes what the suite's tests of certificates expect in the environment, under the names that they expect."""
        for name in ("ca", "unused"):
            authority(self.folder, name)
        for name in ("broker", "client"):
            certificate(self.folder, name, "ca")
        join(self.folder, "broker.store", "broker.key", "broker.crt")
        join(self.folder, "all.pem", "ca.pem", "unused.pem")
        password = "pass:abcdefgh"
        openssl(self.folder, "pkcs8", "-topk8", "-in", "client.key", "-out", "client.encrypted.key", "-passout", password)
        openssl(self.folder, "pkcs8", "-topk8", "-in", "client.key", "-outform", "DER", "-out", "client.key.der", "-passout", password)
        openssl(self.folder, "x509", "-in", "client.crt", "-outform", "DER", "-out", "client.crt.der")
        openssl(self.folder, "x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der")
        openssl(self.folder, "pkcs12", "-export", "-inkey", "client.key", "-in", "client.crt", "-certfile", "ca.pem", "-out", "client.p12", "-passout", password)
        names = {"SSL_pkcs": "client.p12", "SSL_pub_der": "client.crt.der", "SSL_pub_pem": "client.crt", "SSL_priv_der": "client.key.der",
                 "SSL_priv_pem": "client.encrypted.key", "SSL_ca_der": "ca.der", "SSL_ca_pem": "ca.pem", "SSL_all_cas_pem": "all.pem"}
        self.environment.update({name: os.path.join(self.folder, file) for name, file in names.items()}, SSL_password="abcdefgh")

    def run_test(self, number, part=""):
        """Gives the tests of a number with their state, and the first complaint of one that failed."""
        tests = os.path.join(self.suite, "tests")
        work = tempfile.mkdtemp(dir=self.folder)
        configuration, report = os.path.join(work, "test.conf"), os.path.join(work, "report.json")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(self.common + (f"bootstrap.servers=localhost:{self.port + 3}\nsecurity.protocol=SSL\n" if part == BY_CERTIFICATE else self.client))
        environment = dict(self.environment, TESTS=number, RDKAFKA_TEST_CONF=configuration, TEST_REPORT=report)
        if part not in ("", BY_CERTIFICATE):
            environment["SUBTESTS"] = part + ":"
        try:
            run = subprocess.run([os.path.join(tests, "test-runner"), "-p1", *self.options], cwd=tests, env=environment, timeout=LIMIT_SECONDS,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            output = run.stdout
        except subprocess.TimeoutExpired as late:
            output = (late.stdout or b"") + f"\n### the run took more than {LIMIT_SECONDS} s\n".encode()
        with open(os.path.join(work, "output"), "wb") as file:
            file.write(output)
        text = re.sub(r"\x1b\[[0-9;]*m", "", output.decode("utf-8", "replace"))
        complaint = next(iter(re.findall(r"^### (?:Test .*\n)?(.+)$", text, re.M)), "")
        complaint = re.sub(r"rdkafkatest_rnd[0-9a-f]+_", "", complaint.strip())
        found = []
        if os.path.exists(report):
            for name, test in json.load(open(report, encoding="utf-8"))["tests"].items():
                why = test["extra"].strip() or next(iter(re.findall(rf"^\[{name}\s*/.*SKIPPING TEST: ([^\[\n]+)", text, re.M)), "").strip()
                left_out = (self.options and name in self.without_broker) or (self.scenario != "default" and test["state"] == "SKIPPED")
                if name.startswith(number) and test["state"] != "DIDN'T RUN" and not left_out:
                    found.append((name, test["state"], why))
        ran_nothing = os.path.exists(report) and part in ("", BY_CERTIFICATE)
        return found if ran_nothing else found or [(number, "FAILED", "")], complaint


class Record:
    """The results, and what of a failure the table of needs explains."""

    def __init__(self, path, numbers, keys):
        self.path, self.keys = path, keys
        with open(os.path.join(HERE, "librdkafka-needs.csv"), encoding="utf-8") as file:
            self.needs = {row["test"]: row for row in csv.DictReader(file)}
        self.results = {}
        if os.path.exists(path):
            self.results = {test["name"]: test for test in json.load(open(path, encoding="utf-8"))["tests"] if test["number"] not in numbers}
        self.parts = []

    def take(self, number, found, complaint, part="", runs=1):
        """Keeps the outcome of a number and says whether it failed."""
        failed = False
        for name, state, why in found:
            if part not in ("", BY_CERTIFICATE) and part not in self.needs.get(name, {}).get("parts", "").split():
                continue
            test = {"number": number, "name": f"{name}/{part}" if part else name,
                    "result": {"PASSED": "pass", "SKIPPED": "skipped"}.get(state, "fail")}
            need = self.needs.get(test["name"])
            if test["result"] == "skipped":
                test["reason"] = why or "the suite skips it"
            elif test["result"] == "fail" and need and not need["key"]:
                test.update(result="skipped", reason=need["api"])
            elif test["result"] == "fail" and need and int(need["key"]) not in self.keys:
                test["result"] = f"needs {need['key']} {need['api']}"
                self.parts += [(number, name) for name in need["parts"].split()]
            elif test["result"] == "fail":
                test["reason"] = complaint
                failed = True
            if runs > 1:
                test["runs"] = runs
            self.results[test["name"]] = test
            print(test["name"], test["result"], test.get("reason", ""), flush=True)
        self.write()
        return failed

    def write(self):
        with open(self.path, "w", encoding="utf-8") as file:
            tests = [self.results[name] for name in sorted(self.results)]
            json.dump({"suite": "confluentinc/librdkafka", "kafka": "4.2.0", "tests": tests}, file, indent=1)
            file.write("\n")


def run_all(suite, record, numbers):
    again = []

    def run(work):
        return work, suite.run_test(*work)

    def keep(work, outcome):
        if record.take(work[0], *outcome, part=work[1]):
            again.append(work)

    works = [(number, "") for number in numbers]
    if suite.options and suite.scenario == "default":
        works += [(number, BY_CERTIFICATE) for number in numbers if number in BY_CERTIFICATE_TOO]
    for work in [work for work in works if work[0] in ALONE]:
        keep(*run(work))
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("SUITE_JOBS", "2"))) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run, work) for work in works if work[0] not in ALONE]):
            keep(*done.result())
        for done in concurrent.futures.as_completed([pool.submit(run, work) for work in record.parts]):
            keep(*done.result())
    return sum(fails_again(suite, record, *work) for work in again)


def fails_again(suite, record, number, part):
    for runs in range(2, 7):
        found, complaint = suite.run_test(number, part)
        if not record.take(number, found, complaint, part, runs):
            return False
        if not all(name in suite.without_broker for name, state, _ in found if state == "FAILED"):
            break
    return True


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--sasl-ssl"]
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    checkout, published = os.path.abspath(arguments[0]), os.path.abspath(arguments[1])
    everything = sorted({os.path.basename(path)[:4] for path in glob.glob(os.path.join(checkout, "tests", "0[0-9][0-9][0-9]-*.c*"))})
    numbers = arguments[2:] or everything
    failures, record = 0, None
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.environ.get("SUITE_WORK") or temporary
        for scenario, only in [("default", set(numbers)), *SCENARIOS.items()]:
            some = [number for number in numbers if number in only]
            if not some:
                continue
            suite = Suite(checkout, published, folder, "--sasl-ssl" in sys.argv, scenario)
            with Broker(published, suite.folder, suite.configuration, suite.scram) as broker:
                record = record or Record(suite.result, numbers, broker.advertised_keys(f"localhost:{suite.port}"))
                failures += run_all(suite, record, some)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
