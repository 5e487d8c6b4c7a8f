"""An answer that is no success, as botocore parses it: code, words, and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tabledesign.codec.answer import Answer, is_answer
from tabledesign.engine.lanes.http import Answered

__all__ = ["refusal"]

MODELED: Final = ("CancellationReasons", "Item", "ThrottlingReasons")
"""What DynamoDB's errors carry beside code and message."""


def refusal(answered: Answered, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parsed error of a complete answer; its status is the code of one that is not DynamoDB's.

    >>> body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}'
    >>> refusal(Answered(400, {}, body, True), {})["Error"]
    {'Message': 'slow', 'Code': 'ThrottlingException'}
    """
    said: Mapping[str, Any] = Answer(answered.body) if is_answer(answered.body) else {}
    code = str(said.get("__type", answered.status))
    code = code.partition(":")[0].rpartition("#")[2]
    message = said.get("message", said.get("Message", ""))
    return {
        "Error": {"Message": message, "Code": code},
        "ResponseMetadata": dict(metadata),
        **{name: said[name] for name in MODELED if name in said},
    }
