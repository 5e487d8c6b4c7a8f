"""From what a design brings along to the application that is served."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tabledesign.api.adapters import local
from tabledesign.api.principal import Claims
from tabledesign.api.routing import Route
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SampleUser
from tabledesign.gateway.guard import App
from tabledesign.gateway.pages import Piece
from tabledesign.gateway.reference import reference_pages
from tabledesign.gateway.serving import LOOPBACK
from tabledesign.gateway.sign_in import sign_in_pages
from tabledesign.gateway.site import site
from tabledesign.gateway.start import Entry, start_page

__all__ = ["Contents", "composed"]

_TOKENS_LAST: Final = timedelta(hours=1)


_OWN_ENTRIES: Final = (
    Entry("/reference", "Reference", "Every route of the API, to read and to try."),
    Entry("/sign-in", "Sign in", "As one of five people who exist on this machine only."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is served: the API's routes, who may sign in, and pages with their place on the first.

    ``entries`` are the ways from the start page, ``steps`` something to try, and ``facts``
    sentences about what is served.
    """

    title: str
    lead: str
    routes: Sequence[Route]
    users: Iterable[SampleUser]
    pieces: Sequence[Piece] = ()
    entries: Sequence[Entry] = ()
    steps: Sequence[str] = ()
    facts: Sequence[str] = field(default_factory=tuple[str, ...])

    @property
    def ways(self) -> tuple[Entry, ...]:
        """The ways from the start page, those that every design has at the end."""
        return (*self.entries, *_OWN_ENTRIES)


def composed(contents: Contents, port: int) -> App:
    """The application for a port of loopback; its issuer signs in ``contents.users`` alone."""
    issuer = LocalIssuer(f"http://{LOOPBACK}:{port}", for_development=True, lifetime=_TOKENS_LAST)
    api = local(contents.routes, Claims().from_bearer(issuer.verifier()))
    pieces = (
        start_page(contents.title, contents.lead, contents.ways, contents.steps, contents.facts),
        *contents.pieces,
        *reference_pages(_outline(contents)),
        *sign_in_pages(issuer, contents.users),
    )
    return site(pieces, api, title=contents.title, port=port)


def _outline(contents: Contents) -> dict[str, object]:
    paths: dict[str, dict[str, object]] = {}
    for route in contents.routes:
        told = {
            "summary": f"{route.method} {route.path}",
            "responses": {"200": {"description": ""}},
        }
        paths.setdefault(route.path, {})[route.method.lower()] = told
    return {"openapi": "3.1.0", "info": {"title": contents.title, "version": "1"}, "paths": paths}
