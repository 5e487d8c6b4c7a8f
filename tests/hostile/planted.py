"""Words that are planted where no attacker may look, and ids that they guess."""

from __future__ import annotations

from typing import Final

__all__ = ["CANARY", "FOREIGN", "KNOWN", "MINE", "PRIVATE", "RECORD", "SECRET", "TABLE", "VICTIM"]

CANARY: Final = "canary7f3a"
"""Stands in every text of a row that no attacker may see, and in ids that nobody can guess."""

PRIVATE: Final = "private6b0e"
"""Stands in the lists and tasks of the victim, which support alone may read, for a purpose."""

RECORD: Final = "record3c9f"
"""Stands in the victim's own record, which administrators read as well."""

KNOWN: Final = "known4d8c2"
"""Stands in ids of such rows, and in names of people and of a tenant, that attackers know of."""

SECRET: Final = "hush9c1d"
"""Stands in what attackers send that must not be found again in a log."""

TABLE: Final = "vault5e2b"
"""The table's name."""

VICTIM: Final = f"vera-{KNOWN}"
"""Somebody of the attackers' own tenant, who shares nothing."""

MINE: Final = {
    "task_id": ("a1", "a2", "a3", "b1", "m1"),
    "list_id": ("home", "work", "plan"),
    "user_id": ("ann", "bob", "mia", "ada", "sam", "mal"),
}
"""Ids of rows that some attacker may see."""

FOREIGN: Final = {
    "task_id": (f"{KNOWN}-t1", f"{KNOWN}-g1"),
    "list_id": (f"{KNOWN}-l1", f"{KNOWN}-gl"),
    "user_id": (VICTIM, f"gus-{KNOWN}"),
}
"""Ids of the victim's rows, and of another tenant's."""
