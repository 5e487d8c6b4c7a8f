"""The state file of the embedded engine: JSON lines, written whole or not at all.

The first line says what the file is, then comes one line per table (what creates it, and
its TTL) followed by one line per item, and the last line holds count and CRC-32 of all
before it, so that a file cut short or altered is noticed before anything is loaded.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from tabledesign.engine.store import Account
from tabledesign.errors import InputError

__all__ = ["load", "save"]

FORMAT = "tabledesign state"
VERSION = 1

# What DescribeTable tells and CreateTable takes, by the same name and in the same form.
SAME = ("TableName", "KeySchema", "AttributeDefinitions", "StreamSpecification")
INDEX = ("IndexName", "KeySchema", "Projection")


def save(account: Account, path: Path) -> None:
    """Write the account's tables to the path; the file before stays until all is on disk."""
    with account.lock:
        target = path.resolve()  # a link stays a link, and its file is replaced
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                count = checksum = 0
                for value in _lines(account):
                    line = _line(value)
                    count, checksum = count + 1, zlib.crc32(line, checksum)
                    file.write(line)
                file.write(_line({"lines": count, "crc32": checksum}))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def load(account: Account, path: Path) -> None:
    """Fill an empty account from the file.

    Raises `InputError` with code ``state.damaged`` when the file is not whole, and
    ``state.version`` when a later release wrote it; the file is left as it is.
    """
    _check(path)
    with account.lock, path.open("rb") as file:
        table = ""
        try:
            for line in file:
                value = json.loads(line)
                if "item" in value:
                    account.put(table, value["item"])
                elif "table" in value:
                    table = _create(account, value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            account.erase()
            raise _damaged(path, f"{type(error).__name__} at table {table!r}") from error


def _lines(account: Account) -> Iterator[Mapping[str, Any]]:
    yield {"format": FORMAT, "version": VERSION}
    for name in account.tables():
        described = account.call("DescribeTable", {"TableName": name})["Table"]
        ttl = account.call("DescribeTimeToLive", {"TableName": name})["TimeToLiveDescription"]
        tags = account.call("ListTagsOfResource", {"ResourceArn": described["TableArn"]})
        parameters = _creation(described)
        if tags.get("Tags"):
            parameters["Tags"] = tags["Tags"]
        yield {"table": parameters, "ttl": ttl.get("AttributeName")}
        for item in account.items(name):
            yield {"item": item}


def _creation(described: Mapping[str, Any]) -> dict[str, Any]:
    """The CreateTable parameters that make a table as it is described."""
    parameters = {name: described[name] for name in SAME if described.get(name)}
    mode = described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    parameters["BillingMode"] = mode
    units = ("ReadCapacityUnits", "WriteCapacityUnits")
    if mode == "PROVISIONED":
        parameters["ProvisionedThroughput"] = {
            unit: described["ProvisionedThroughput"][unit] for unit in units
        }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = [{part: index[part] for part in INDEX} for index in described.get(kind) or ()]
        if mode == "PROVISIONED" and kind == "GlobalSecondaryIndexes":
            for index, source in zip(indexes, described.get(kind) or (), strict=True):
                throughput = source["ProvisionedThroughput"]
                index["ProvisionedThroughput"] = {unit: throughput[unit] for unit in units}
        if indexes:
            parameters[kind] = indexes
    return parameters


def _create(account: Account, value: Mapping[str, Any]) -> str:
    name: str = value["table"]["TableName"]
    account.call("CreateTable", value["table"])
    if value.get("ttl"):
        specification = {"Enabled": True, "AttributeName": value["ttl"]}
        parameters = {"TableName": name, "TimeToLiveSpecification": specification}
        account.call("UpdateTimeToLive", parameters)
    return name


def _check(path: Path) -> None:
    """Read the file once: its format, its version, its length and its checksum."""
    count = checksum = 0
    last = b""
    try:
        with path.open("rb") as file:
            for line in file:
                if count == 1:
                    _check_header(path, last)
                if count:
                    checksum = zlib.crc32(last, checksum)
                last, count = line, count + 1
    except OSError as error:
        raise InputError(
            f"the state file {str(path)!r} cannot be read ({error.strerror}); "
            "correct its permissions, or give another path",
            code="state.unreadable",
            field="state",
        ) from error
    if _decoded(last) != {"lines": count - 1, "crc32": checksum}:
        raise _damaged(path, "it is cut short or altered")


def _check_header(path: Path, line: bytes) -> None:
    header = _decoded(line)
    if header.get("format") != FORMAT:
        raise _damaged(path, "it is no state file")
    if header.get("version") != VERSION:
        raise InputError(
            f"the state file {str(path)!r} has version {header.get('version')!r} and this "
            f"release reads version {VERSION}; use the release of tabledesign that wrote it",
            code="state.version",
            field="state",
        )


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _damaged(path: Path, reason: str) -> InputError:
    return InputError(
        f"the state file {str(path)!r} cannot be loaded: {reason}; "
        "it was left as it is, so restore a copy of it, or give another path to start empty",
        code="state.damaged",
        field="state",
    )


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
