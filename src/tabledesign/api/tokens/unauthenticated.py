"""Why nobody is asking: a code that never changes, and never a word of the token itself.

The code is for whoever runs the service; the caller is told that there is no caller, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from tabledesign.errors import TabledesignError

__all__ = ["Code", "Unauthenticated"]

Code = Literal[
    "caller.no_claims",
    "caller.no_token",
    "caller.claims",
    "token.too_long",
    "token.malformed",
    "token.algorithm",
    "token.header",
    "token.key_unknown",
    "token.keys_unavailable",
    "token.signature",
    "token.claims",
    "token.issuer",
    "token.audience",
    "token.use",
    "token.signer",
    "token.expired",
    "token.not_yet_valid",
]

_MESSAGES: Final[Mapping[Code, str]] = {
    "caller.no_claims": "no authorizer has put claims into the event; put one before the function",
    "caller.no_token": "there is no token, or more than one; send one, as Authorization: Bearer",
    "caller.claims": "the claims name no caller in the form that is agreed; sign in again",
    "token.too_long": "the token is longer than any that is issued; sign in again",
    "token.malformed": "the token is not a signed JWT in compact form; send it as it was issued",
    "token.algorithm": "the token is signed by an algorithm that is not accepted; sign in again",
    "token.header": "the token's header says what no issuer of ours says; sign in again",
    "token.key_unknown": "the token's key is none that its issuer shows; sign in again",
    "token.keys_unavailable": "the issuer's keys cannot be had at the moment; try again later",
    "token.signature": "the token's signature is not its issuer's; sign in again",
    "token.claims": "the token lacks a claim, or one has the wrong form; sign in again",
    "token.issuer": "the token is from another issuer; sign in here",
    "token.audience": "the token was issued to another client; sign in here",
    "token.use": "the token is of another use; send the kind that this service asks for",
    "token.signer": "the header was signed by another load balancer; call through the right one",
    "token.expired": "the token has expired; sign in again or refresh it",
    "token.not_yet_valid": "the token is not valid yet; check the clocks and try again",
}


class Unauthenticated(TabledesignError):
    """There is no caller to speak of.

    ``token.keys_unavailable`` is trouble on our side; every other code is the caller's.

    >>> Unauthenticated("token.expired").message
    'the token has expired; sign in again or refresh it'
    """

    def __init__(self, code: Code) -> None:
        super().__init__(_MESSAGES[code], code=code)
