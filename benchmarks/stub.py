"""A server that answers as DynamoDB would, at once and from memory: ``python -m benchmarks.stub``.

It runs in a process and on a core of its own, so that its time is nobody's, listens on a free port
of loopback and keeps connections open. It checks nothing: no signature, no key, no condition. What
it answers is in `benchmarks/canned.py`, chosen by the operation and by the name of the table.

>>> with Stub() as stub:  # doctest: +SKIP
...     client = boto3.client("dynamodb", endpoint_url=stub.url)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
import subprocess
import sys
import tempfile
from http.client import HTTPConnection, HTTPSConnection
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Self

from benchmarks.canned import answer
from benchmarks.cores import give_back, set_apart

__all__ = ["Counts", "Stub"]

ROOT = Path(__file__).resolve().parent.parent
_COUNTS = b"stub.counts"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *([\w.]+)", re.IGNORECASE)
_TABLE = re.compile(rb'"(?:TableName|RequestItems)": *(?:\{ *)?"([\w.-]+)"')


class Counts(NamedTuple):
    """What a stub has seen since it was started; being asked for this counts too."""

    connections: int
    requests: int


class Stub:
    """The server while the ``with`` block lasts; ``tls`` gives it a certificate of its own.

    Each answer comes after ``delay`` seconds, as over a network.
    """

    def __init__(self, *, tls: bool = False, delay: float = 0.0) -> None:
        self.tls = tls
        self.delay = delay
        self._folder = tempfile.TemporaryDirectory()
        self.certificate = str(Path(self._folder.name, "stub.pem")) if tls else None
        """What a client must trust: boto3's ``verify``; None without TLS."""
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that answers."""
        return self._process.pid

    def __enter__(self) -> Self:
        if self.certificate is not None:
            _certify(Path(self.certificate))
        command = [sys.executable, "-m", "benchmarks.stub", "--delay", str(self.delay)]
        if self.certificate is not None:
            command += ["--certificate", self.certificate]
        # Its standard input is a pipe of ours, so it ends when we do, however that happens.
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline() or 0)
        if self.port == 0:
            raise RuntimeError(f"the stub did not start: {' '.join(command)}")
        self._cores = set_apart(self._process.pid)
        return self

    def __exit__(self, *_: object) -> None:
        give_back(self._cores)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()
        self._folder.cleanup()

    def counts(self) -> Counts:
        """Connections accepted and requests answered until now."""
        connection = HTTPConnection("127.0.0.1", self.port)
        if self.tls:
            context = ssl.create_default_context(cafile=self.certificate)
            connection = HTTPSConnection("127.0.0.1", self.port, context=context)
        connection.request("POST", "/", b"{}", {"X-Amz-Target": _COUNTS.decode()})
        found: dict[str, int] = json.loads(connection.getresponse().read())
        connection.close()
        return Counts(**found)


class _Protocol(asyncio.Protocol):
    connections = 0
    requests = 0
    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        _Protocol.connections += 1
        self._transport: Any = transport
        self._unread = bytearray()

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._unread[:end])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._unread) < whole:
                return
            body = bytes(self._unread[end + 4 : whole])
            del self._unread[:whole]
            answered = self._answer(head, body)
            if self.delay:
                loop = asyncio.get_running_loop()
                loop.call_later(self.delay, self._transport.write, answered)
            else:
                self._transport.write(answered)

    def _answer(self, head: bytes, body: bytes) -> bytes:
        _Protocol.requests += 1
        target = _TARGET.search(head)
        if target is not None and target[1] == _COUNTS:
            counts = Counts(_Protocol.connections, _Protocol.requests)
            found = json.dumps(counts._asdict())
            return f"HTTP/1.1 200 OK\r\ncontent-length: {len(found)}\r\n\r\n{found}".encode()
        table = _TABLE.search(body)
        return answer(
            target[1].decode().rpartition(".")[2] if target else "",
            table[1].decode() if table else "",
            capacity=b'"ReturnConsumedCapacity"' in body,
        )


def _certify(path: Path) -> None:
    """A self-signed certificate for loopback with its key, in one file."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    addresses = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


async def _serve(certificate: str | None) -> None:
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    server = await loop.create_server(_Protocol, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    server.close()


def main() -> None:
    """Serve until standard input ends."""
    options = argparse.ArgumentParser()
    options.add_argument("--certificate")
    options.add_argument("--delay", type=float, default=0.0)
    chosen = options.parse_args()
    certificate: str | None = chosen.certificate
    _Protocol.delay = chosen.delay
    loop_factory = None
    if find_spec("uvloop") is not None:
        loop_factory = import_module("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_serve(certificate))


if __name__ == "__main__":
    main()
