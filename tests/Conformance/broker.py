"""A published broker for the test suites of other clients, and certificates for its listeners."""
import concurrent.futures
import os
import re
import subprocess

CLUSTER = "4L6g3nShT-eMCtK--X86sw"


class Broker:
    """Runs `kafka-modular serve` of a published folder with a configuration, from `with` to its end; its log is broker.log in the folder."""

    def __init__(self, published, folder, configuration, scram=()):
        self.executable = os.path.join(published, "kafka-modular")
        self.tools = os.path.join(published, "bin")
        self.configuration = os.path.join(folder, "broker.yaml")
        self.log = os.path.join(folder, "broker.log")
        self.scram = scram
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(configuration)

    def __enter__(self):
        users = [word for user in self.scram for word in ("--add-scram", user)]
        subprocess.run([self.executable, "format", "--config", self.configuration, "--cluster-id", CLUSTER, "--standalone", *users],
                       check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([self.executable, "serve", "--config", self.configuration],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        log = open(self.log, "w", encoding="utf-8", buffering=1)
        for line in self.process.stdout:
            log.write(line)
            if "Ready: node" in line:
                concurrent.futures.ThreadPoolExecutor(1).submit(lambda: [log.write(rest) for rest in self.process.stdout])
                return self
        with open(self.log, encoding="utf-8") as text:
            raise SystemExit("the broker did not start:\n" + text.read())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def advertised_keys(self, address):
        text = subprocess.run([os.path.join(self.tools, "kafka-broker-api-versions.sh"), "--bootstrap-server", address],
                              check=True, capture_output=True, text=True).stdout
        return {int(match) for match in re.findall(r"\((\d+)\): \d", text)}


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(folder, name):
    """Makes NAME.key and NAME.pem, a root."""
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-subj", f"/O=Suites/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")


def certificate(folder, name, issuer):
    """Makes NAME.key and NAME.crt, for localhost, from an authority."""
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/O=Suites/CN={name}")
    with open(os.path.join(folder, f"{name}.extensions"), "w", encoding="ascii") as file:
        file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", "365",
            "-out", f"{name}.crt", "-extfile", f"{name}.extensions")


def join(folder, target, *sources):
    """Writes texts one after the other into a file: a PEM key store, or a file of several authorities."""
    with open(os.path.join(folder, target), "w", encoding="ascii") as file:
        for source in sources:
            with open(os.path.join(folder, source), encoding="ascii") as part:
                file.write(part.read())
