"""The people of the local server: one for each thing that somebody may be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tabledesign.dataclass import dataclass

__all__ = ["SAMPLE_USERS", "SampleUser"]


@dataclass(frozen=True, slots=True)
class SampleUser:
    """Somebody who can be signed in locally; ``part`` is their part in the sample data."""

    subject: str
    name: str
    part: str
    roles: tuple[str, ...] = ("member",)
    tenant: str = "acme"

    @property
    def email(self) -> str:
        """An address that nobody has."""
        return f"{self.subject}@{self.tenant}.example"


SAMPLE_USERS: Final[Mapping[str, SampleUser]] = MappingProxyType(
    {
        user.subject: user
        for user in (
            SampleUser("ann", "Ann", "owns the sample list"),
            SampleUser("bob", "Bob", "edits it"),
            SampleUser("cy", "Cy", "views it"),
            SampleUser("ada", "Ada", "administers the organisation", ("member", "admin")),
            SampleUser("sam", "Sam", "supports it", ("support",)),
        )
    }
)
"""By subject."""
