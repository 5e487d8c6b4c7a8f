"""Key texts: how values are written into keys, compared in them and read back."""

from __future__ import annotations

from tabledesign.keys.bounds import BranchOnSlot, Interval, Range, Slot, StartsWith
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Scalar, scalar_of, why_not
from tabledesign.keys.spaces import KeySpace
from tabledesign.keys.template import Template

__all__ = [
    "BranchOnSlot",
    "Composite",
    "Interval",
    "KeySpace",
    "Label",
    "Part",
    "Range",
    "Scalar",
    "Slot",
    "StartsWith",
    "Template",
    "scalar_of",
    "why_not",
]
