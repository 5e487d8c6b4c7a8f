"""Every verb of a repository that the kit knows."""

from __future__ import annotations

from tabledesign.testing.verbs import VERBS, Verb
from tabledesign.testing.verbs_of_batches import BATCHES
from tabledesign.testing.verbs_of_changes import MOVE, UPSERT
from tabledesign.testing.verbs_of_transactions import TRANSACTIONS

__all__ = ["ALL_VERBS", "MOVE", "UPSERT"]

ALL_VERBS: tuple[Verb, ...] = (*VERBS, UPSERT, MOVE, *BATCHES, *TRANSACTIONS)
"""All of them."""
