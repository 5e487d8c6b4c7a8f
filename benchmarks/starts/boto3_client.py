"""The base: boto3's client."""

from __future__ import annotations

from typing import Any

import boto3

__all__ = ["client"]

maker: Any = boto3
client = maker.client("dynamodb")
