"""Serving on loopback: the port taken first, since an issuer's address holds it."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from tabledesign.errors import InputError
from tabledesign.gateway.guard import App

__all__ = ["LOOPBACK", "listening", "serve"]

LOOPBACK: Final = "127.0.0.1"
_SECONDS_TO_END: Final = 3


@contextmanager
def listening(port: int) -> Generator[socket.socket]:
    """A socket on the port of loopback, 0 for any that is free; raises `InputError`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            # At once: another could bind the port too, and take it by listening first.
            listener.listen(128)
        except OSError as error:
            raise _refused(port, error) from error
        yield listener


def _refused(port: int, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        fault = f"port {port} is taken; end what holds it, or choose another with --port"
    elif error.errno == errno.EACCES:
        fault = f"port {port} is not yours to take; choose one from 1024 up with --port"
    else:
        fault = f"port {port} cannot be had ({error.strerror}); choose another with --port"
    return InputError(fault, code="serve.port", field="port")


def serve(app: App, listener: socket.socket) -> None:
    """Answer on the socket until the process is interrupted or told to end."""
    import uvicorn

    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    # uvicorn raises the signal again once it has ended: it would end the process before what
    # else was started is stopped and saved.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
