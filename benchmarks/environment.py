"""The environment that every contender has, in this process and in those that are started."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["REGION", "given", "settle"]

REGION = "eu-central-1"
_GIVEN = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def settle() -> None:
    """Made-up credentials and a region for all; no profile, proxy, token or switch of a user's."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "TABLEDESIGN_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update(_GIVEN)


@contextmanager
def given(name: str, value: str) -> Generator[None]:
    """A variable that is set for what is made meanwhile."""
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
