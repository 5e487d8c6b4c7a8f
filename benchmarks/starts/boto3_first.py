"""boto3's client and its first item, as a wire dict."""

from __future__ import annotations

from benchmarks.starts.boto3_client import client

__all__ = ["item"]

item = client.get_item(TableName="tasks", Key={"pk": {"S": "project#a#"}, "sk": {"S": "Task#1#"}})
