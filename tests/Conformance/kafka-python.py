#!/usr/bin/env python3
"""Runs kafka-python's own integration tests against published brokers and writes kafka-python.json beside this file.

usage: kafka-python.py KAFKA_PYTHON_FOLDER PUBLISHED_FOLDER [FILE...]

KAFKA_PYTHON_FOLDER is a checkout of dpkp/kafka-python; PUBLISHED_FOLDER is what ops/packaging/publish wrote. The Python that runs this has pytest and py (Debian:
python3-pytest, python3-py), and keytool is installed, which the suite calls. Files are such as test_sasl_integration.py; without any, all of
test/integration are run, and with some, the other results are kept.

The suite starts its brokers itself, from a folder of Kafka: here that is one with the published tools and a kafka-run-class.sh that imports the
server.properties and the JAAS file that the suite wrote, and says what the suite waits for once the broker is ready, and a kafka-storage.sh for its way of formatting.

Files with failures run once more; "runs" is 2 where that was so. A test that fails is recorded as "needs KEY NAME" when kafka-python-needs.csv says that it cannot
pass without that API, and the broker does not advertise the API; otherwise it is a failure, and the exit code is 1.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
RESULT = os.path.join(HERE, "kafka-python.json")
RUN_CLASS = """#!/usr/bin/env bash
# called as: kafka-run-class.sh kafka.Kafka FOLDER/kafka.properties, with the JAAS file in KAFKA_OPTS
set -e
folder=$(dirname "$2")
jaas=$(sed -n 's/.*-Djava.security.auth.login.config=//p' <<< "$KAFKA_OPTS")
rm -f "$folder/credentials"
"$KAFKA_MODULAR" config import "$2" $jaas --credentials "$folder/credentials" > "$folder/broker.yaml"
echo 'http.listeners: []' >> "$folder/broker.yaml"
exec "$KAFKA_MODULAR" serve "$folder/broker.yaml" > >(while IFS= read -r line; do
    echo "$line"
    if [[ $line == *"Ready: node "* ]]; then
        echo "[KafkaRaftServer nodeId=0] Kafka Server started"
        echo "Replayed UserScramCredentialRecord creating new entry for alice"
    fi
done)
"""
# The suite formats with a file that lacks the settings of SASL and TLS, which it adds before it starts the broker. A file with which the broker would not start is
# refused here, so formatting reads a copy in which all listeners are plain.
STORAGE = """#!/usr/bin/env bash
for ((at = 1; at <= $#; at++)); do
    [ "${!at}" = -c ] || continue
    next=$((at + 1))
    sed 's/^listener.security.protocol.map=.*/listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:PLAINTEXT,SASL_PLAINTEXT:PLAINTEXT,SASL_SSL:PLAINTEXT/' \\
        "${!next}" > "${!next%.properties}.format.properties"
    set -- "${@:1:at}" "${!next%.properties}.format.properties" "${@:at+2}"
done
exec "$(dirname "$KAFKA_MODULAR")/bin/kafka-storage.sh" "$@"
"""
# Prints the keys of the APIs that a broker started by the suite's own means advertises.
KEYS = """
import os, re, subprocess
from test.integration.fixtures import KafkaFixture
broker = KafkaFixture.instance(0)
tool = os.path.join(os.environ["KAFKA_ROOT"], "bin", "kafka-broker-api-versions.sh")
text = subprocess.run([tool, "--bootstrap-server", broker.bootstrap_server()], check=True, capture_output=True, text=True).stdout
broker.close()
print("keys", *re.findall(r"\\((\\d+)\\): \\d", text))
"""


def make_kafka(published, folder):
    """Makes what looks like a folder of Kafka and gives the environment in which the suite finds it."""
    kafka = os.path.join(folder, "kafka")
    os.makedirs(os.path.join(kafka, "bin"))
    for tool in os.listdir(os.path.join(published, "bin")):
        os.symlink(os.path.join(published, "bin", tool), os.path.join(kafka, "bin", tool))
    for name, text in (("kafka-run-class.sh", RUN_CLASS), ("kafka-storage.sh", STORAGE)):
        script = os.path.join(kafka, "bin", name)
        if os.path.lexists(script):
            os.remove(script)
        with open(script, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(script, 0o755)
    return dict(os.environ, KAFKA_ROOT=kafka, KAFKA_VERSION="4.2.0", KAFKA_MODULAR=os.path.join(published, "kafka-modular"))


def run_pytest(checkout, folder, environment, files):
    """Gives (file, test, outcome, complaint) for each test of some files."""
    report = os.path.join(folder, "junit.xml")
    with open(os.path.join(folder, "pytest.log"), "ab") as log:
        subprocess.run([sys.executable, "-m", "pytest", f"--junitxml={report}", "-p", "no:cacheprovider", *(os.path.join("test", "integration", file) for file in files)],
                       cwd=checkout, env=environment, stdout=log, stderr=log)
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        module = case.get("classname").removeprefix("test.integration.")
        outcome = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        state = "passed" if outcome is None else outcome.tag
        reason = "" if outcome is None else (outcome.get("message") or "").splitlines()[0][:200]
        yield module.split(".")[0] + ".py", f"{module}.{case.get('name')}", state, reason


class Record:
    """The results, and what of a failure the table of needs explains."""

    def __init__(self, keys):
        self.keys, self.results = keys, {}
        with open(os.path.join(HERE, "kafka-python-needs.csv"), encoding="utf-8") as file:
            self.needs = {row["name"]: row for row in csv.DictReader(file)}

    def keep_others(self, files):
        if os.path.exists(RESULT):
            with open(RESULT, encoding="utf-8") as file:
                self.results = {test["name"]: test for test in json.load(file)["tests"] if test["name"].split(".")[0] + ".py" not in files}

    def take(self, outcomes, runs=1):
        """Keeps outcomes and gives the files that have failures."""
        failed = set()
        for file, name, state, reason in outcomes:
            test = {"name": name, "result": {"passed": "pass", "skipped": "skipped"}.get(state, "fail")}
            need = self.needs.get(name)
            if test["result"] == "fail" and need and int(need["key"]) not in self.keys:
                test["result"] = f"needs {need['key']} {need['api']}"
            elif test["result"] != "pass":
                test["reason"] = reason
            if test["result"] == "fail":
                failed.add(file)
            if runs > 1:
                test["runs"] = runs
            self.results[name] = test
            print(name, test["result"], test.get("reason", ""), flush=True)
        self.write()
        return failed

    def write(self):
        with open(RESULT, "w", encoding="utf-8") as file:
            tests = [self.results[name] for name in sorted(self.results)]
            json.dump({"suite": "dpkp/kafka-python test/integration", "kafka": "4.2.0", "tests": tests}, file, indent=1)
            file.write("\n")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    checkout, published, files = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.environ.get("SUITE_WORK") or temporary
        environment = make_kafka(published, folder)
        asked = subprocess.run([sys.executable, "-c", KEYS], cwd=checkout, env=environment, check=True, capture_output=True, text=True).stdout
        record = Record({int(key) for key in asked.splitlines()[-1].split()[1:]})
        if files:
            record.keep_others(files)
        failed = record.take(run_pytest(checkout, folder, environment, files or [""]))
        if failed:
            failed = record.take(run_pytest(checkout, folder, environment, sorted(failed)), runs=2)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
