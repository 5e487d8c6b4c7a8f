"""boto3's client and its first item, by `TypeDeserializer` and pydantic."""

from __future__ import annotations

from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from benchmarks.starts.boto3_pydantic import Task, client

__all__ = ["task"]

plain = TypeDeserializer()
key = {"pk": {"S": "project#a#"}, "sk": {"S": "Task#1#"}}
item: dict[str, Any] = client.get_item(TableName="tasks", Key=key)["Item"]
task = Task.model_validate({name: plain.deserialize(value) for name, value in item.items()})
