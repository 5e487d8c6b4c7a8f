"""Which way a request takes to DynamoDB, and why: decided once for a client, told to who asks.

The fast lane signs and sends by itself. It replaces what botocore does between two of its events,
so it steps aside for whatever would be passed over: a proxy, a signature of another kind, retries
that measure, a session that is not botocore's own. Handlers are looked for at each call, see
`tabledesign.engine.watchers`.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

from tabledesign.dataclass import dataclass
from tabledesign.engine.lanes.signer import Credentials, Signer

__all__ = ["SWITCH", "Lane", "SteppedAside", "Transport", "lane_of", "switched_off", "transport_of"]

Lane = Literal["fast", "compatible", "direct", "engine"]
"""``fast``: the client's own method, signed and sent by us. ``compatible``: signed and sent by
botocore. ``direct``: no botocore at all. ``engine``: an engine that carries requests by itself."""

SWITCH: Final = "TABLEDESIGN_TRANSPORT"
"""The environment variable that turns the fast lane off, with the value ``botocore``."""


@dataclass(frozen=True, slots=True)
class Transport:
    """The lane that requests take now, and the reason in a few words.

    >>> print(Transport("compatible", "TABLEDESIGN_TRANSPORT=botocore is set"))
    compatible: TABLEDESIGN_TRANSPORT=botocore is set
    """

    lane: Lane
    reason: str

    def __str__(self) -> str:
        return f"{self.lane}: {self.reason}"


class SteppedAside(Exception):
    """A lane cannot render a request; botocore will say what is wrong with it."""


def transport_of(engine: object) -> Transport:
    """What an engine says of its lane; one that says nothing carries requests by itself."""
    said: object = getattr(engine, "transport", None)
    if isinstance(said, Transport):
        return said
    return Transport("engine", f"{type(engine).__name__} carries requests by itself")


def switched_off() -> str | None:
    """Why the environment wants requests sent by botocore; None where it does not."""
    wanted = os.environ.get(SWITCH, "")
    return f"{SWITCH}={wanted} is set" if wanted.lower() == "botocore" else None


def lane_of(client: Any) -> Transport:
    """The lane of a boto3 client, as its configuration allows; nothing is sent.

    What cannot be found out, in a later botocore or a client of another make, steps aside.
    """
    try:
        aside = switched_off() or _configured(client) or _session(client) or _signature()
    except Exception as error:  # noqa: BLE001 - a client of another make, or a later botocore
        aside = f"this client could not be looked into ({type(error).__name__})"
    if aside is not None:
        return Transport("compatible", aside)
    return Transport("fast", "nothing stands in its way")


def _configured(client: Any) -> str | None:
    config: Any = client.meta.config
    retries: dict[str, object] = config.retries or {}
    if retries.get("mode") == "adaptive":
        return "adaptive retries measure what botocore sends"
    if client._request_signer.signature_version != "v4":  # noqa: SLF001 - has no other form
        return f"requests are signed as {client._request_signer.signature_version!r}"  # noqa: SLF001
    if getattr(config, "auth_scheme_preference", None):
        return "auth_scheme_preference is set"
    if config.client_cert is not None:
        return "the client shows a certificate of its own"
    if getattr(config, "tcp_keepalive", False):
        return "tcp_keepalive is set"
    if config.proxies:
        return "proxies are configured"
    if None in (config.connect_timeout, config.read_timeout):
        return "it waits without a time-out"
    return None


def _session(client: Any) -> str | None:
    from botocore.httpsession import URLLib3Session
    from botocore.parsers import ResponseParserFactory

    endpoint: Any = client._endpoint  # noqa: SLF001 - has no other form
    session: Any = endpoint.http_session
    kind: type[object] = session.__class__
    if kind is not URLLib3Session:
        return f"its HTTP session is a {kind.__name__}"
    if type(endpoint._response_parser_factory) is not ResponseParserFactory:  # noqa: SLF001
        return "answers are parsed by a parser that is not botocore's"
    if session._proxy_config.proxy_url_for(client.meta.endpoint_url):  # noqa: SLF001
        return "the environment names a proxy"
    if session._cert_file is not None:  # noqa: SLF001
        return "the client shows a certificate of its own"
    return None


@cache
def _signature() -> str | None:
    """One request signed by this botocore and by us: the two must be the same."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as Keys

    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.Q"}
    request = AWSRequest("POST", "https://localhost:8000/", headers, b"{}")
    SigV4Auth(Keys("key", "secret", "token"), "dynamodb", "eu-central-1").add_auth(request)
    stamp = datetime.fromisoformat(request.headers["X-Amz-Date"])
    signer = Signer("localhost:8000", "eu-central-1")
    ours = signer.sign(headers, b"{}", Credentials("key", "secret", "token"), stamp)
    if ours["Authorization"] == request.headers["Authorization"]:
        return None
    return "this botocore signs otherwise than we do"
