"""All plants and all checks."""

from __future__ import annotations

from collections.abc import Mapping

from .check import Check
from .codec_checks import CODEC_CHECKS
from .codec_plants import CODEC_PLANTS
from .cursor_checks import CURSOR_CHECKS
from .cursor_plants import CURSOR_PLANTS
from .design_checks import DESIGN_CHECKS
from .design_plants import DESIGN_PLANTS
from .expression_checks import EXPRESSION_CHECKS
from .expression_plants import EXPRESSION_PLANTS
from .history_checks import HISTORY_CHECKS
from .index_plants import INDEX_PLANTS
from .interleaving_checks import INTERLEAVING_CHECKS
from .key_checks import KEY_CHECKS
from .key_plants import KEY_PLANTS
from .page_checks import PAGE_CHECKS
from .page_plants import PAGE_PLANTS
from .plant import Plant
from .retry_checks import RETRY_CHECKS
from .retry_plants import RETRY_PLANTS
from .rule_plants import RULE_PLANTS
from .tenant_checks import TENANT_CHECKS
from .tenant_plants import TENANT_PLANTS
from .write_checks import WRITE_CHECKS

__all__ = ["CHECKS", "PLANTS"]

PLANTS: tuple[Plant, ...] = (
    *KEY_PLANTS,
    *CODEC_PLANTS,
    *EXPRESSION_PLANTS,
    *DESIGN_PLANTS,
    *INDEX_PLANTS,
    *PAGE_PLANTS,
    *CURSOR_PLANTS,
    *RULE_PLANTS,
    *RETRY_PLANTS,
    *TENANT_PLANTS,
)
CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        *KEY_CHECKS,
        *CODEC_CHECKS,
        *EXPRESSION_CHECKS,
        *DESIGN_CHECKS,
        *PAGE_CHECKS,
        *CURSOR_CHECKS,
        *RETRY_CHECKS,
        *TENANT_CHECKS,
        *WRITE_CHECKS,
        *INTERLEAVING_CHECKS,
        *HISTORY_CHECKS,
    )
}
