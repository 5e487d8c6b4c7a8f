"""From what a design brings along to the application that is served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from tabledesign.api.adapters import local
from tabledesign.api.principal import Claims
from tabledesign.api.problem_types import PROBLEM_TYPES, ProblemType
from tabledesign.api.routing import Route
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SampleUser
from tabledesign.dataclass import dataclass, field
from tabledesign.gateway.guard import App
from tabledesign.gateway.pages import Piece
from tabledesign.gateway.problem_pages import problem_pages
from tabledesign.gateway.reference import reference_pages
from tabledesign.gateway.serving import LOOPBACK
from tabledesign.gateway.sign_in import sign_in_pages
from tabledesign.gateway.site import site
from tabledesign.gateway.start import Entry, start_page
from tabledesign.observing import Observer

__all__ = ["Contents", "composed"]

_TOKENS_LAST: Final = timedelta(hours=1)


_OWN_ENTRIES: Final = (
    Entry("/reference", "Reference", "Every route of the API, to read and to try."),
    Entry("/sign-in", "Sign in", "As one of five people who exist on this machine only."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is served: an API with its contract, who may sign in, and pages.

    ``observer`` is told of each request of the API. ``entries`` are the ways from the start page,
    ``steps`` something to try, and ``facts`` sentences about what is served.
    """

    title: str
    lead: str
    routes: Sequence[Route]
    document: Mapping[str, object]
    users: Iterable[SampleUser]
    problems: Sequence[ProblemType] = PROBLEM_TYPES
    observer: Observer = field(default_factory=Observer)
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
    authenticate = Claims().from_bearer(issuer.verifier())
    api = local(contents.routes, authenticate, observer=contents.observer)
    pieces = (
        start_page(contents.title, contents.lead, contents.ways, contents.steps, contents.facts),
        *contents.pieces,
        *reference_pages(contents.document),
        *problem_pages(contents.problems),
        *sign_in_pages(issuer, contents.users),
    )
    return site(pieces, api, title=contents.title, port=port)
