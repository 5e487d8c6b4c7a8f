"""Instances made of values by the names of their fields, whatever aliases the fields have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from pydantic import BaseModel

from tabledesign.codec.compile import validation_key

__all__ = ["made"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def made(model: type[ModelT], values: Mapping[str, object]) -> ModelT:
    """The instance, validated; pydantic before 2.11 cannot be told to go by names.

    >>> from pydantic import Field
    >>> class Note(BaseModel):
    ...     title: str = Field(validation_alias="heading")
    >>> made(Note, {"title": "Rest"})
    Note(title='Rest')
    """
    keys = _keys(model)
    return model.model_validate({keys[name]: value for name, value in values.items()})


@cache
def _keys(model: type[BaseModel]) -> Mapping[str, str]:
    fields = model.model_fields.items()
    return {name: validation_key(model, name, info) or name for name, info in fields}
