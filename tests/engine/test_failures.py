from __future__ import annotations

import inspect
from typing import Any

import botocore.exceptions
import botocore.parsers
import botocore.session
import pytest
from botocore.exceptions import ClientError

from tabledesign.engine import failures
from tabledesign.engine.translate import error_from
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    EngineUnreachable,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
    TableMissing,
    Throttled,
    TransactionConflict,
)
from tabledesign.wire import Request

ENDPOINT = "http://user:word@127.0.0.1:8123/path"
GET = Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "hush"}}})

# Raised while a client is made or misused, by other services, or by waiters and paginators:
# never by a call of one operation of DynamoDB.
NOT_ON_A_CALL = """
    ApiVersionNotFoundError AwsChunkedWrapperError DataNotFoundError EventStreamError
    InvalidDNSNameError InvalidExpressionError InvalidS3AddressingStyleError
    InvalidS3UsEast1RegionalEndpointConfigError MD5UnavailableError MissingServiceIdError
    OperationNotPageableError PaginationError UndefinedModelAttributeError
    UnknownClientMethodError UnknownServiceError UnknownServiceStyle
    UnsupportedOutpostResourceError UnsupportedS3AccesspointConfigurationError
    UnsupportedS3ArnError UnsupportedS3ConfigurationError UnsupportedS3ControlArnError
    UnsupportedS3ControlConfigurationError WaiterConfigError WaiterError
"""


def botocore_exceptions() -> list[type[Exception]]:
    modules = (botocore.exceptions, botocore.parsers)
    return [
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception)
        and not issubclass(kind, Warning)
        and kind.__module__ == module.__name__
        and kind not in (ClientError, botocore.exceptions.BotoCoreError)
    ]


def service_codes() -> list[str]:
    model: Any = botocore.session.Session().get_service_model("dynamodb")
    return sorted(str(shape.error_code) for shape in model.error_shapes)


def answered(code: str, status: int = 400, **extra: Any) -> RequestError:
    answer: Any = {
        "Error": {"Code": code, "Message": extra.pop("message", "no")},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r1"},
    } | extra
    error = error_from(ClientError(answer, "GetItem"), request=GET, endpoint=ENDPOINT)
    assert error is not None
    return error


def raised(error: Exception, request: Request = GET) -> RequestError:
    failure = error_from(error, request=request, endpoint=ENDPOINT)
    assert failure is not None
    return failure


@pytest.mark.parametrize("code", service_codes())
def test_every_error_of_the_service_model_is_mapped(code: str) -> None:
    assert code in failures.CODES


@pytest.mark.parametrize("kind", botocore_exceptions(), ids=lambda kind: kind.__name__)
def test_every_exception_of_botocore_is_mapped_or_cannot_occur(kind: type[Exception]) -> None:
    names = [base.__name__ for base in kind.__mro__ if base.__name__ != "BotoCoreError"]
    mapped = failures.PASSED_ON.intersection(names) or any(n in failures.EXCEPTIONS for n in names)
    assert mapped or kind.__name__ in NOT_ON_A_CALL.split()


def test_no_exception_is_listed_both_as_mapped_and_as_impossible() -> None:
    assert set() == set(NOT_ON_A_CALL.split()).intersection(failures.EXCEPTIONS)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ProvisionedThroughputExceededException", 400, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("ConditionalCheckFailedException", 400, ConditionFailed),
        ("TransactionConflictException", 400, TransactionConflict),
        ("TransactionInProgressException", 400, TransactionConflict),
        ("ResourceNotFoundException", 400, TableMissing),
        ("ValidationException", 400, RequestRefused),
        ("IdempotentParameterMismatchException", 400, RequestRefused),
        ("AccessDeniedException", 400, AccessDenied),
        ("ExpiredTokenException", 400, AccessDenied),
        ("UnrecognizedClientException", 400, AccessDenied),
        ("InternalServerError", 500, ServiceFailed),
        ("ServiceUnavailable", 503, ServiceFailed),
        ("SomethingNew", 500, ServiceFailed),
        ("SomethingNew", 403, AccessDenied),
        ("SomethingNew", 429, Throttled),
        ("SomethingNew", 400, RequestRefused),
    ],
)
def test_an_answer_becomes_the_error_that_says_what_to_do(
    code: str, status: int, expected: type[RequestError]
) -> None:
    assert expected is type(answered(code, status))


@pytest.mark.parametrize("rule", {*failures.CODES.values(), *failures.EXCEPTIONS.values()})
def test_every_message_is_one_sentence_with_a_remedy(rule: failures.Rule) -> None:
    text = rule.sentence
    assert (text[0].islower() or text[0] == "{" or text.startswith("DynamoDB"), ". " in text) == (
        True,
        False,
    )
    assert any(mark in text for mark in ("; ", ": "))


@pytest.mark.parametrize(
    ("error", "expected", "retry"),
    [
        (
            botocore.exceptions.EndpointConnectionError(endpoint_url=ENDPOINT),
            EngineUnreachable,
            "safe",
        ),
        (botocore.exceptions.ConnectTimeoutError(endpoint_url=ENDPOINT), EngineUnreachable, "safe"),
        (
            botocore.exceptions.ReadTimeoutError(endpoint_url=ENDPOINT),
            OutcomeUnknown,
            "unknown_outcome",
        ),
        (
            botocore.exceptions.ConnectionClosedError(endpoint_url=ENDPOINT),
            OutcomeUnknown,
            "unknown_outcome",
        ),
        (
            botocore.exceptions.SSLError(
                endpoint_url=ENDPOINT, error=OSError("CERTIFICATE_VERIFY_FAILED")
            ),
            EngineUnreachable,
            "safe",
        ),
        (
            botocore.exceptions.SSLError(endpoint_url=ENDPOINT, error=OSError("bad record")),
            OutcomeUnknown,
            "unknown_outcome",
        ),
        (botocore.parsers.ResponseParserError("cut short"), OutcomeUnknown, "unknown_outcome"),
        (botocore.exceptions.NoCredentialsError(), AccessDenied, "never"),
        (botocore.exceptions.UnauthorizedSSOTokenError(), AccessDenied, "never"),
        (botocore.exceptions.NoRegionError(), RequestRefused, "never"),
        (botocore.exceptions.ParamValidationError(report="no"), RequestRefused, "never"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_exception_says_whether_the_request_may_have_been_applied(
    error: Exception, expected: type[RequestError], retry: str
) -> None:
    failure = raised(error)
    assert (expected, retry) == (type(failure), failure.retry)


def test_a_failed_condition_carries_the_item_that_was_there() -> None:
    item = {"pk": {"S": "a"}}
    assert answered("ConditionalCheckFailedException", Item=item).details["item"] == item


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("None", "TransactionConflict"), TransactionConflict),
        (("ThrottlingError", "None"), Throttled),
        (("TransactionConflict", "ThrottlingError"), TransactionConflict),
        (("TransactionConflict", "ConditionalCheckFailed"), ConditionFailed),
        (("ConditionalCheckFailed", "ValidationError"), RequestRefused),
        (("TransactionConflict", "SomethingNew"), RequestRefused),
        ((), RequestRefused),
    ],
)
def test_a_cancelled_transaction_is_as_lasting_as_its_most_lasting_reason(
    codes: tuple[str, ...], expected: type[RequestError]
) -> None:
    reasons = [{"Code": code} for code in codes]
    error = answered("TransactionCanceledException", CancellationReasons=reasons)
    assert (expected, tuple(reasons)) == (type(error), error.details["reasons"])


def test_a_missing_table_is_named_with_the_command_that_creates_it() -> None:
    message = answered("ResourceNotFoundException").message
    assert message == (
        "GetItem found no such table on 'todo'; create it with `tabledesign table create TARGET`"
    )


def test_a_missing_index_is_told_from_other_refusals() -> None:
    error = answered(
        "ValidationException", message="The table does not have the specified index: gsi9"
    )
    assert (type(error), error.code) == (TableMissing, "index.missing")


def test_denied_access_names_the_actions_to_allow() -> None:
    steps = [{"Put": {"TableName": "todo"}}, {"ConditionCheck": {"TableName": "users"}}]
    request = Request("TransactWriteItems", {"TransactItems": steps})
    answer: Any = {"Error": {"Code": "AccessDeniedException"}}
    error = raised(ClientError(answer, "TransactWriteItems"), request)
    assert error.message == (
        "the credentials do not allow TransactWriteItems on 'todo, users'; allow the action "
        "dynamodb:ConditionCheckItem, dynamodb:PutItem in their IAM policy"
    )


def test_an_endpoint_is_shown_without_its_user_and_path() -> None:
    error = raised(botocore.exceptions.EndpointConnectionError(endpoint_url=ENDPOINT))
    assert error.message == (
        "no connection to http://127.0.0.1:8123 could be made; start a local engine there with "
        "`dynoxide serve --host 127.0.0.1 --port 8123`"
    )


def test_no_stored_value_is_in_a_message() -> None:
    assert "hush" not in answered("ValidationException", message="key hush").message


def test_the_failure_of_a_test_stub_is_passed_on() -> None:
    error = botocore.exceptions.UnStubbedResponseError(operation_name="GetItem", reason="no")
    assert error_from(error, request=GET, endpoint=ENDPOINT) is None


def test_an_exception_that_is_not_of_botocore_is_passed_on() -> None:
    assert error_from(ZeroDivisionError(), request=GET, endpoint=ENDPOINT) is None
