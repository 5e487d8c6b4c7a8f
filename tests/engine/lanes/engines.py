"""The engines that stand on connections of our own, over any address."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest

from tabledesign.engine import ClientEngine, DirectEngine, Engine
from tabledesign.engine.clients import make_client
from tabledesign.engine.dynoxide import CAPABILITIES, Dynoxide

__all__ = ["ENGINES", "Make", "directly", "with_keys"]

Make = Callable[..., Engine]


def with_keys(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Credentials and a region, and nothing else of the machine's environment."""
    for name in [*os.environ]:
        if name.startswith(("AWS_", "TABLEDESIGN_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    given = {
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in (given | more).items():
        monkeypatch.setenv(name, value)


@contextmanager
def directly(server: Dynoxide) -> Generator[DirectEngine]:
    """The server by the lane that takes least."""
    with pytest.MonkeyPatch.context() as patch:
        with_keys(patch)
        with DirectEngine(
            endpoint_url=server.endpoint,
            name=f"{server.name}, directly",
            capabilities=CAPABILITIES,
            read_timeout=60,
        ) as engine:
            yield engine
            assert engine.transport.lane == "direct"


def direct_engine(url: str, **options: Any) -> DirectEngine:
    return DirectEngine(endpoint_url=url, **options)


def client_engine(url: str, **options: Any) -> ClientEngine:
    keys = ("AKID", "secret")
    return ClientEngine(
        make_client(endpoint_url=url, region="eu-central-1", credentials=keys, options=options)
    )


def compatible_engine(url: str, **options: Any) -> ClientEngine:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TABLEDESIGN_TRANSPORT", "botocore")
        return client_engine(url, **options)


ENGINES: dict[str, Make] = {
    "direct": direct_engine,
    "fast": client_engine,
    "compatible": compatible_engine,
}
"""By lane."""
