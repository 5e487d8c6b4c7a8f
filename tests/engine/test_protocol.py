from __future__ import annotations

from typing import ClassVar

import pytest

from tabledesign.engine import Capabilities, capabilities_of, require
from tabledesign.engine.protocol import ALL_CAPABILITIES, name_of
from tabledesign.errors import CapabilityMissing
from tabledesign.wire import Request, Response


class Silent:
    def send(self, request: Request) -> Response:
        return {}


class Small(Silent):
    name: ClassVar[str] = "small"
    capabilities: ClassVar[Capabilities] = frozenset({"tags"})


def test_an_engine_that_declares_nothing_is_taken_to_offer_everything() -> None:
    assert capabilities_of(Silent()) == ALL_CAPABILITIES


def test_what_an_engine_declares_may_be_required() -> None:
    require(Small(), "tags")


def test_what_an_engine_lacks_is_refused_by_name() -> None:
    with pytest.raises(CapabilityMissing, match="'small' has no multi attribute keys") as caught:
        require(Small(), "multi_attribute_keys")
    assert caught.value.details == {"engine": "small", "capability": "multi_attribute_keys"}


def test_an_engine_without_a_name_is_named_by_its_class() -> None:
    assert name_of(Silent()) == "Silent"
