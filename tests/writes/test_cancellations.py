"""Every cancellation of a transaction of one to four steps, told by the steps' names."""

from __future__ import annotations

from itertools import product

import pytest

from tabledesign import Change, Transaction
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.engine.translate import error_from
from tabledesign.errors import (
    ConditionFailed,
    RequestError,
    RequestRefused,
    Throttled,
    TransactionConflict,
)
from tabledesign.wire import Request

from ..evidence import CANCELLATIONS, Evidence
from .design import TENANT_NAME, House, Task

REASONS = (
    "None",
    "ConditionalCheckFailed",
    "ItemCollectionSizeLimitExceeded",
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ValidationError",
)
PASSING = {"None", "TransactionConflict", "ProvisionedThroughputExceeded"}


class ClientError(Exception):
    """As botocore raises it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("cancelled")
        self.response = {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": [{"Code": code} for code in reasons],
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }


def transaction(steps: int) -> Transaction:
    made = Transaction()
    for number in range(steps):
        target = Task.by_id(task_id=str(number))
        made = made.update(f"step {number}", target, Change().add(visits=1))
    return made


def cancelled(reasons: tuple[str, ...]) -> tuple[RequestError, ScriptedEngine]:
    def fault(request: Request, number: int) -> Exception:
        assert request.operation == "TransactWriteItems", number
        error = error_from(ClientError(reasons), request=request, endpoint="http://127.0.0.1:1")
        assert error is not None
        return error

    engine = ScriptedEngine(fault=fault)
    with pytest.raises(RequestError) as caught:
        House(engine, tenant=TENANT_NAME).commit(transaction(len(reasons)), token="t" * 36)
    return caught.value, engine


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_every_product_of_reasons_is_told_by_step_and_retried_only_where_all_pass(
    steps: int, evidence: Evidence
) -> None:
    products = list(product(REASONS, repeat=steps))
    for reasons in products:
        error, engine = cancelled(reasons)
        told = {f"step {n}": (code,) for n, code in enumerate(reasons) if code != "None"}
        assert told == error.details.get("steps", {}), reasons
        passing = set(reasons) <= PASSING and set(reasons) != {"None"}
        assert passing == (len(engine.requests) > 1), reasons
        tokens = {request.parameters["ClientRequestToken"] for request in engine.requests}
        assert tokens == {"t" * 36}
        assert isinstance(error, expected(reasons)), reasons

    assert 6**steps == len(products)
    evidence(CANCELLATIONS, len(products))


def expected(reasons: tuple[str, ...]) -> type[RequestError]:
    codes = set(reasons)
    if codes & {"ValidationError", "ItemCollectionSizeLimitExceeded"} or codes == {"None"}:
        return RequestRefused
    if "ConditionalCheckFailed" in codes:
        return ConditionFailed
    return TransactionConflict if "TransactionConflict" in codes else Throttled


def test_the_failed_condition_names_its_step() -> None:
    error, _ = cancelled(("None", "ConditionalCheckFailed", "TransactionConflict"))

    assert error.details["step"] == "step 1"
