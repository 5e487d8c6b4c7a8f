"""Which failure of DynamoDB or of botocore becomes which error of ours, and what it says.

Two tables decide: `CODES` by the service's error code, `EXCEPTIONS` by the class name of
botocore's exception or of its nearest base. Classes go by name so that botocore need not
be imported to read them. A complete 4xx answer is definite; a 5xx or an answer lost after
sending is not, and says so in its retry class.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tabledesign.dataclass import dataclass
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

__all__ = ["CANCELLATIONS", "CODES", "EXCEPTIONS", "PASSED_ON", "Rule", "rule_for_status"]


@dataclass(frozen=True, slots=True)
class Rule:
    """An error class, its code, and its sentence over operation, where, endpoint and reason."""

    error: type[RequestError]
    code: str
    sentence: str


THROTTLED = Rule(
    Throttled,
    "request.throttled",
    "{operation}{where} was throttled; send less at a time, "
    "or raise the capacity of the table or index",
)
LIMIT = Rule(
    Throttled,
    "request.limit_exceeded",
    "{operation}{where} exceeds a limit of the account; "
    "wait for other table operations to end, or have the quota raised",
)
CONDITION = Rule(
    ConditionFailed,
    "condition.failed",
    "{operation}{where} found the item in another state than it demands; "
    "read the item again and decide anew",
)
CONFLICT = Rule(
    TransactionConflict,
    "transaction.conflict",
    "{operation}{where} met another transaction on one of its items; send it again",
)
REPLICA_CONFLICT = Rule(
    TransactionConflict,
    "replica.conflict",
    "{operation}{where} met a write of another region on the same item; send it again",
)
TABLE_MISSING = Rule(
    TableMissing,
    "table.missing",
    "{operation} found no such table{where}; create it with `tabledesign table create TARGET`",
)
INDEX_MISSING = Rule(
    TableMissing,
    "index.missing",
    "{operation}{where} names an index that the table lacks; "
    "compare them with `tabledesign table diff TARGET`",
)
IN_USE = Rule(
    RequestRefused,
    "table.in_use",
    "{operation} was refused: the table{where} is already there or is being changed; "
    "use it, or wait until it is active",
)
REFUSED = Rule(
    RequestRefused,
    "request.refused",
    "{operation}{where} was refused as malformed, too large or out of place ({code}); "
    "see details['reason'] of this error and correct the request",
)
TOKEN_REUSED = Rule(
    RequestRefused,
    "transaction.token_reused",
    "{operation}{where} repeats a client request token with other content; give it a fresh token",
)
COLLECTION_FULL = Rule(
    RequestRefused,
    "collection.full",
    "{operation}{where} would grow an item collection beyond the 10 GB a local index allows; "
    "spread its items over several partition keys",
)
DENIED = Rule(
    AccessDenied,
    "access.denied",
    "the credentials do not allow {operation}{where}; "
    "allow the action dynamodb:{action} in their IAM policy",
)
NO_CREDENTIALS = Rule(
    AccessDenied,
    "access.no_credentials",
    "no usable AWS credentials were found; run `aws configure`, set AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY, or use the embedded engine or the endpoint of a local one",
)
EXPIRED = Rule(
    AccessDenied,
    "access.expired",
    "the AWS credentials have expired; sign in again with `aws sso login`, or renew their token",
)
BAD_CREDENTIALS = Rule(
    AccessDenied,
    "access.invalid",
    "the AWS credentials are not accepted ({code}); "
    "check the access key and its secret with `aws configure`, and this machine's clock",
)
MISCONFIGURED = Rule(
    RequestRefused,
    "engine.misconfigured",
    "the AWS configuration cannot be used: {reason}; "
    "correct it in the environment or with `aws configure`",
)
UNREACHABLE = Rule(
    EngineUnreachable,
    "engine.unreachable",
    "no connection to {endpoint} could be made; {start}",
)
UNTRUSTED = Rule(
    EngineUnreachable,
    "engine.untrusted",
    "no trusted connection to {endpoint} could be made; "
    "check its certificate, AWS_CA_BUNDLE and whether it speaks TLS at all",
)
LOST = Rule(
    OutcomeUnknown,
    "outcome.unknown",
    "the answer to {operation}{where} was lost ({code}) and it may have been applied; "
    "read the item before sending again",
)
FAILED = Rule(
    ServiceFailed,
    "service.failed",
    "DynamoDB failed on its side at {operation}{where} ({code}) and may have applied it; "
    "read the item before sending a write again",
)


def _rules(rules: Mapping[Rule, str]) -> Mapping[str, Rule]:
    return MappingProxyType({name: rule for rule, names in rules.items() for name in names.split()})


CODES = _rules(
    {
        THROTTLED: "ProvisionedThroughputExceededException ThrottlingException Throttling "
        "ThrottlingError ThrottledException RequestLimitExceeded TooManyRequestsException "
        "RequestThrottled RequestThrottledException SlowDown BandwidthLimitExceeded",
        LIMIT: "LimitExceededException",
        CONDITION: "ConditionalCheckFailedException ConditionalCheckFailed "
        "DuplicateItemException DuplicateItem",
        CONFLICT: "TransactionConflictException TransactionConflict TransactionInProgressException",
        REPLICA_CONFLICT: "ReplicatedWriteConflictException",
        TABLE_MISSING: "ResourceNotFoundException TableNotFoundException "
        "GlobalTableNotFoundException",
        INDEX_MISSING: "IndexNotFoundException",
        IN_USE: "ResourceInUseException TableInUseException TableAlreadyExistsException "
        "GlobalTableAlreadyExistsException",
        TOKEN_REUSED: "IdempotentParameterMismatchException",
        COLLECTION_FULL: "ItemCollectionSizeLimitExceededException ItemCollectionSizeLimitExceeded",
        DENIED: "AccessDeniedException AccessDenied NotAuthorized UnauthorizedOperation "
        "AuthFailure",
        EXPIRED: "ExpiredTokenException ExpiredToken TokenRefreshRequired",
        BAD_CREDENTIALS: "UnrecognizedClientException InvalidClientTokenId "
        "InvalidSignatureException SignatureDoesNotMatch IncompleteSignature "
        "IncompleteSignatureException MissingAuthenticationToken "
        "MissingAuthenticationTokenException RequestExpired RequestTimeTooSkewed "
        "InvalidAccessKeyId OptInRequired",
        FAILED: "InternalServerError InternalFailure InternalServiceException "
        "InternalServerException ServiceUnavailable ServiceUnavailableException "
        "RequestTimeout RequestTimeoutException",
        REFUSED: "ValidationException ValidationError SerializationException "
        "UnknownOperationException RequestEntityTooLarge RequestTooLarge MalformedQueryString "
        "InvalidAction MissingAction InvalidEndpointException TransactionCanceledException "
        "BackupInUseException BackupNotFoundException ContinuousBackupsUnavailableException "
        "ExportConflictException ExportNotFoundException ImportConflictException "
        "ImportNotFoundException InvalidExportTimeException InvalidRestoreTimeException "
        "PointInTimeRecoveryUnavailableException PolicyNotFoundException "
        "ReplicaAlreadyExistsException ReplicaNotFoundException",
    }
)
"""Error code of an answer -> rule; a cancelled transaction is decided by its reasons."""

EXCEPTIONS = _rules(
    {
        NO_CREDENTIALS: "NoCredentialsError PartialCredentialsError CredentialRetrievalError "
        "NoAuthTokenError TokenRetrievalError UnknownCredentialError MetadataRetrievalError "
        "RefreshWithMFAUnsupportedError ProfileNotFound LoginError SSOError "
        "InvalidIMDSEndpointError InvalidIMDSEndpointModeError UnknownTokenProviderError",
        EXPIRED: "UnauthorizedSSOTokenError SSOTokenLoadError LoginRefreshRequired "
        "LoginTokenLoadError",
        UNREACHABLE: "ConnectTimeoutError EndpointConnectionError ProxyConnectionError",
        UNTRUSTED: "SSLError",
        LOST: "BotoCoreError ConnectionError HTTPClientError ChecksumError FlexibleChecksumError "
        "IncompleteReadError ResponseParserError",
        REFUSED: "ParamValidationError ValidationError MissingParametersError "
        "InvalidHostLabelError UnseekableStreamError",
        THROTTLED: "CapacityNotAvailableError",
        MISCONFIGURED: "BaseEndpointResolverError EndpointProviderError ConfigNotFound "
        "ConfigParseError InvalidConfigError InvalidDefaultsMode InvalidProxiesConfigError "
        "InvalidRetryConfigurationError InvalidChecksumConfigError InvalidRegionError "
        "InvalidEndpointConfigurationError InvalidEndpointDiscoveryConfigurationError "
        "InvalidSTSRegionalEndpointsConfigError MissingDependencyException "
        "UnknownSignatureVersionError UnsupportedSignatureVersionError UnknownRegionError "
        "ServiceNotInRegionError UnsupportedServiceProtocolsError",
    }
)
"""Class name of an exception, or of its nearest base -> rule."""

PASSED_ON = frozenset({"StubResponseError"})
"""Failures of a test's own script, which are not DynamoDB's and pass unchanged."""

CANCELLATIONS = (
    ("ValidationError", REFUSED),
    ("ItemCollectionSizeLimitExceeded", COLLECTION_FULL),
    ("AccessDenied", DENIED),
    ("ConditionalCheckFailed", CONDITION),
    ("DuplicateItem", CONDITION),
    ("TransactionConflict", CONFLICT),
    ("ProvisionedThroughputExceeded", THROTTLED),
    ("ThrottlingError", THROTTLED),
)
"""Reasons that cancel a transaction, the most lasting first: a transaction is worth sending
again only when nothing but conflicts and throttling cancelled it."""


def rule_for_status(status: int) -> Rule:
    """The rule for an error code that is not in the table, by its HTTP status.

    >>> rule_for_status(503).code, rule_for_status(429).code, rule_for_status(400).code
    ('service.failed', 'request.throttled', 'request.refused')
    """
    if status >= 500:
        return FAILED
    return {401: DENIED, 403: DENIED, 408: FAILED, 429: THROTTLED}.get(status, REFUSED)
