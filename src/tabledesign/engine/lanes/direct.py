"""The direct lane: signed and sent with what the environment holds; botocore is not imported.

By explicit choice only: what hangs on a boto3 client (tracers, ``mock_aws``, event handlers) does
not see these requests. Whatever is not plain is left to a boto3 client, made when it is needed.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from tabledesign.engine.client import Client, ClientEngine
from tabledesign.engine.clients import make_client
from tabledesign.engine.lanes.doubts import Doubts
from tabledesign.engine.lanes.environment import credentials, directions
from tabledesign.engine.lanes.lane import Transport
from tabledesign.engine.protocol import ALL_CAPABILITIES, Capabilities, Waits
from tabledesign.engine.translate import error_from
from tabledesign.errors import RequestError
from tabledesign.wire import Request, Response

if TYPE_CHECKING:
    from tabledesign.engine.lanes.sender import Sender

__all__ = ["DirectEngine"]

PLAIN: Final = "the environment holds all that is needed"
NO_CREDENTIALS: Final = "the environment holds no credentials"


class DirectEngine:
    """Sends each request by itself, with credentials, region and endpoint of the environment.

    ``region`` and ``endpoint_url`` come before what the environment says; credentials are read at
    each call, so that they may be renewed. 1 s to connect and 3 s to the end of an answer, unless
    told otherwise; up to ``connections`` are kept open. Where the environment holds more than that
    (a profile, a configuration file, a proxy) or less, requests go through a boto3 client that is
    made then; ``transport`` tells which way they go, and why. Answers are as boto3's, but for
    moments in the description of a table, which are seconds since 1970. Raises `RequestError`.

    >>> with DirectEngine("eu-central-1") as engine:
    ...     engine.transport.lane in {"direct", "compatible"}
    True
    """

    thread_safe: ClassVar[bool] = True

    def __init__(
        self,
        region: str | None = None,
        endpoint_url: str | None = None,
        *,
        name: str = "DynamoDB",
        capabilities: Capabilities = ALL_CAPABILITIES,
        connect_timeout: float = 1.0,
        read_timeout: float = 3.0,
        connections: int = 10,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._endpoint_url = endpoint_url
        self._region, self._url, self._aside = directions(region, endpoint_url)
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._connections = connections
        self._made: Sender | None = None
        self.waits = Waits()
        self._doubts = Doubts()
        self._compatible: _Compatible | None = None
        self._making = threading.Lock()

    @property
    def transport(self) -> Transport:
        """The lane that requests take now, and why; nothing is sent."""
        self._open()
        aside = self._aside or (None if credentials() else NO_CREDENTIALS)
        return Transport("direct", PLAIN) if aside is None else Transport("compatible", aside)

    def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        sender = self._made or self._open()
        keys = credentials()
        if sender is None or keys is None or request in self._doubts:
            return self.send_compatibly(request)
        try:
            data = sender.render(request, keys)
        except (TypeError, ValueError):  # botocore says what is wrong with it
            return self.send_compatibly(request)
        try:
            return sender.carry(request, data)
        except RequestError as error:
            self._doubts.note(request, error)
            raise

    def send_compatibly(self, request: Request) -> Response:
        """`send`, signed and sent by botocore."""
        return self._fall_back(request).send(request)

    @property
    def sender(self) -> Sender | None:
        """What renders and sends requests; None where all of them go by botocore."""
        return self._open()

    def close(self) -> None:
        """Close idle connections; the next request opens its own."""
        if self._made is not None:
            self._made.connections.close()
        if self._compatible is not None:
            client: Any = self._compatible.client
            client.close()

    disconnect = close
    """What a repository calls when it is closed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> Sender | None:
        """The sender, made with the first request: whom to trust takes longer to read than all
        else takes that a cold start waits for.
        """
        with self._making:
            region, url = self._region, self._url
            if self._made or self._aside or region is None or url is None:
                return self._made
            from tabledesign.engine.lanes.sender import Sender  # with ssl and sockets

            try:
                self._made = Sender(
                    url,
                    region,
                    connect_timeout=self._connect_timeout,
                    read_timeout=self._read_timeout,
                    size=self._connections,
                )
            except OSError as error:
                self._aside = f"its certificate authorities cannot be read ({error})"
            return self._made

    def _fall_back(self, request: Request) -> ClientEngine:
        with self._making:
            if self._compatible is None:
                try:
                    client = make_client(
                        endpoint_url=self._endpoint_url,
                        region=self._region,
                        options={
                            "connect_timeout": self._connect_timeout,
                            "read_timeout": self._read_timeout,
                            "max_pool_connections": self._connections,
                        },
                    )
                except Exception as error:
                    endpoint = self._endpoint_url or "https://dynamodb.amazonaws.com"
                    failure = error_from(error, request=request, endpoint=endpoint)
                    if failure is None:
                        raise
                    raise failure from error
                self._compatible = _Compatible(client, self)
            return self._compatible


class _Compatible(ClientEngine):
    """Sends by botocore: where the direct lane does not lead, the fast one is not tried either."""

    def __init__(self, client: Client, engine: DirectEngine) -> None:
        super().__init__(client, name=engine.name, capabilities=engine.capabilities)
        self._transport = Transport("compatible", "the direct lane stepped aside")
