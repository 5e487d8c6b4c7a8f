"""Who asks: read from what has been verified, never from a path, a header of one's own or a body.

A Cognito authorizer (REST API) and a JWT authorizer (HTTP API) put the claims they verified into
the event. Nobody verifies for a function URL, a load balancer or the local server: there the
bearer token, or the header that a load balancer signs, is verified here, by the verifier that is
handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol, cast

from tabledesign.api.tokens.unauthenticated import Unauthenticated
from tabledesign.dataclass import dataclass

__all__ = ["Authenticate", "Claims", "Principal", "Unauthenticated", "Verifier"]

Event = Mapping[str, Any]

_NAME_LENGTH: Final = 128
_SIGNED: Final = "x-amzn-oidc-data"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: who it is, of which tenant, in which roles, and how it signed in."""

    subject: str
    tenant: str
    roles: frozenset[str] = frozenset()
    mfa: bool = False
    scopes: frozenset[str] = frozenset()


Authenticate = Callable[[Event], Principal]
"""From an event to the principal; raises `Unauthenticated`."""


class Verifier(Protocol):
    """Verifies a token's signature, issuer, audience and time: `TokenVerifier` does."""

    def verify(self, token: str) -> Mapping[str, Any]:
        """The claims; raises `Unauthenticated` for a token that is not accepted."""
        ...


@dataclass(frozen=True, slots=True)
class Claims:
    """How claims tell a principal, and where each kind of event carries verified claims.

    A tenant stands in ID tokens of Cognito under ``custom:tenant``; ``token_use`` is what the
    token must say it is for (None: anything), since an HTTP API takes either kind of token.
    """

    tenant: str = "custom:tenant"
    roles: str = "cognito:groups"
    token_use: str | None = "id"  # noqa: S105 - the kind of a token, not one

    def from_rest(self, event: Event) -> Principal:
        """Of a REST API with a Cognito authorizer: every claim is a text."""
        return self.principal(_at(event, "requestContext", "authorizer", "claims"))

    def from_http(self, event: Event) -> Principal:
        """Of an HTTP API with a JWT authorizer: lists are flattened to ``[a b]``."""
        return self.principal(_at(event, "requestContext", "authorizer", "jwt", "claims"))

    def from_bearer(self, verifier: Verifier) -> Authenticate:
        """Of events that carry a token which nobody has verified yet."""

        def authenticate(event: Event) -> Principal:
            return self.principal(verifier.verify(_bearer(event)))

        return authenticate

    def from_balancer(self, verifier: Verifier) -> Authenticate:
        """Of a load balancer that signed the caller in, and signs whom: `LoadBalancerVerifier`.

        What it signs is no token of any use, so this wants ``Claims(token_use=None)``.
        """

        def authenticate(event: Event) -> Principal:
            return self.principal(verifier.verify(_only_header(event, _SIGNED)))

        return authenticate

    def principal(self, claims: Mapping[str, Any]) -> Principal:
        """The principal of verified claims; raises `Unauthenticated` where one is wanting."""
        if self.token_use is not None and claims.get("token_use") != self.token_use:
            raise Unauthenticated("caller.claims")
        return Principal(
            subject=_name(claims.get("sub")),
            tenant=_name(claims.get(self.tenant)),
            roles=_listed(claims.get(self.roles), brackets="[]"),
            mfa="mfa" in _listed(claims.get("amr"), brackets="[]"),
            scopes=_listed(claims.get("scope"), brackets=""),
        )


def _at(event: Event, *path: str) -> Mapping[str, Any]:
    found: Any = event
    for name in path:
        if not isinstance(found, Mapping):
            raise Unauthenticated("caller.no_claims")
        found = cast("Mapping[str, Any]", found).get(name)
    if not isinstance(found, Mapping):
        raise Unauthenticated("caller.no_claims")
    return cast("Mapping[str, Any]", found)


def _name(value: object) -> str:
    """A text that can name somebody: the subject and the tenant stand in keys."""
    if not isinstance(value, str) or not 1 <= len(value) <= _NAME_LENGTH:
        raise Unauthenticated("caller.claims")
    if not value.isprintable() or value != value.strip():
        raise Unauthenticated("caller.claims")
    return value


def _listed(value: object, *, brackets: str) -> frozenset[str]:
    """Several names: a list, or what an authorizer makes of one, ``[a b]`` or ``a,b``."""
    if value is None:
        return frozenset()
    if isinstance(value, str):
        names = value.strip(brackets).replace(",", " ").split() if brackets else value.split()
        return frozenset(names)
    if isinstance(value, list | tuple):
        members = cast("list[object]", value)
        if all(isinstance(member, str) for member in members):
            return frozenset(cast("list[str]", members))
    raise Unauthenticated("caller.claims")


def _bearer(event: Event) -> str:
    scheme, _, token = _only_header(event, "authorization").partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii() or " " in token:
        raise Unauthenticated("caller.no_token")
    return token


def _only_header(event: Event, wanted: str) -> str:
    """The value of the only header of the name; two of them could be read either way."""
    found: list[object] = []
    for name, held in _members(event.get("multiValueHeaders") or event.get("headers")):
        if name.lower() == wanted:
            found.extend(cast("list[object]", held) if isinstance(held, list) else [held])
    if len(found) != 1 or not isinstance(found[0], str):
        raise Unauthenticated("caller.no_token")
    return found[0]


def _members(value: Any) -> Iterable[tuple[str, object]]:
    return cast("Mapping[str, object]", value).items() if isinstance(value, Mapping) else ()
