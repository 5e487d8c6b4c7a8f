"""The people of the story: signed up, given their organisation and roles, signed in."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scripts.deploy_local.stack import Stack

__all__ = ["SignedIn", "refusals_of_the_pool", "sign_in_everybody"]

PASSWORD: Final = "Correct-Horse-9-Battery"  # noqa: S105 - of people who are made up
WEAK: Final = "password"

# Tenant and groups, as an administrator of the pool gives them.
GIVEN: Final[Mapping[str, tuple[str | None, tuple[str, ...]]]] = {
    "ada": ("acme", ("member", "admin")),
    "ann": ("acme", ("member",)),
    "bob": ("acme", ("member",)),
    "cy": ("acme", ("member",)),
    "eve": ("evil", ("member",)),
    "newcomer": (None, ()),
    "sam": ("acme", ("support",)),
}


@dataclass(frozen=True)
class SignedIn:
    """Tokens and subjects by name; the forger's token is Ann's, changed in its signature."""

    tokens: Mapping[str, str]
    subjects: Mapping[str, str]


def sign_in_everybody(stack: Stack) -> SignedIn:
    """Sign up, be given what an administrator gives, sign in."""
    cognito = stack.clients("cognito-idp")
    pool, client = stack.outputs["UserPoolId"], stack.outputs["ClientId"]
    tokens: dict[str, str] = {}
    for name, (tenant, groups) in GIVEN.items():
        address = f"{name}@example.org"
        cognito.sign_up(
            ClientId=client,
            Username=address,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": address}],
        )
        cognito.admin_confirm_sign_up(UserPoolId=pool, Username=address)
        if tenant is not None:
            cognito.admin_update_user_attributes(
                UserPoolId=pool,
                Username=address,
                UserAttributes=[{"Name": "custom:tenant", "Value": tenant}],
            )
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=group)
        answer = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": address, "PASSWORD": PASSWORD},
        )
        tokens[name] = answer["AuthenticationResult"]["IdToken"]
    subjects = {name: _claims(token)["sub"] for name, token in tokens.items()}
    return SignedIn({**tokens, "forger": _forged(tokens["ann"])}, subjects)


def refusals_of_the_pool(stack: Stack) -> list[tuple[str, bool]]:
    """What the pool must refuse, each with whether it did."""
    cognito = stack.clients("cognito-idp")
    client = stack.outputs["ClientId"]
    email = [{"Name": "email", "Value": "mallory@example.org"}]
    tenant = [*email, {"Name": "custom:tenant", "Value": "acme"}]
    tried: list[tuple[str, dict[str, Any]]] = [
        ("a weak password", {"Password": WEAK, "UserAttributes": email}),
        ("a tenant of one's own choice", {"Password": PASSWORD, "UserAttributes": tenant}),
    ]
    found: list[tuple[str, bool]] = []
    for what, given in tried:
        try:
            cognito.sign_up(ClientId=client, Username="mallory@example.org", **given)
        except cognito.exceptions.ClientError:
            found.append((what, True))
        else:
            found.append((what, False))
    return found


def _claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return claims


def _forged(token: str) -> str:
    head, body, signature = token.split(".")
    other = "A" if signature[10] != "A" else "B"
    return f"{head}.{body}.{signature[:10]}{other}{signature[11:]}"
