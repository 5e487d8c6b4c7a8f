"""An entity: a pydantic model that is stored as one kind of item of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict

from tabledesign.schema.binding import bind_keys
from tabledesign.schema.checks import entity_refusals
from tabledesign.schema.integrity import BoundRule, Rule, Settings
from tabledesign.schema.key import BoundKey, Key
from tabledesign.schema.refusals import report
from tabledesign.schema.rule_binding import bind_rules, setting_refusals
from tabledesign.schema.table import Table

__all__ = ["Entity", "Upcaster"]

Upcaster: TypeAlias = Callable[[dict[str, object]], dict[str, object]]
"""Brings the plain stored values of one version to the next."""


class Entity(BaseModel):
    """A model with keys; subclass it with ``table=`` and declare fields and `Key` attributes.

    ``name`` is what is stored (default: the class's name), ``version`` the current version of
    the stored form, ``upcasters`` maps an older version to the function that brings its plain
    values one version up. ``versioned`` names an int field that counts an item's writes, for
    optimistic locking; ``created`` and ``updated`` name datetime fields that are kept. Raises
    `DesignError` with everything that is wrong, when the class is made. Entities are frozen:
    change a copy (``model_copy``) or describe a `Change`.

    >>> table = Table("notes")
    >>> class Note(Entity, table=table):
    ...     note_id: str
    ...     by_id = Key(partition="note_id")
    >>> Note.by_id.render({"note_id": "n1"})
    {'pk': 'Note#n1#', 'sk': 'Note#'}
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, ignored_types=(Key, Rule), ser_json_inf_nan="constants"
    )

    if TYPE_CHECKING:  # pydantic evaluates the annotations of its base anew for every entity
        __table__: ClassVar[Table]
        __entity_name__: ClassVar[str]
        __entity_version__: ClassVar[int]
        __version_attribute__: ClassVar[str]
        __upcasters__: ClassVar[Mapping[int, Upcaster]]
        __keys__: ClassVar[Mapping[str, BoundKey[Any]]]
        __rules__: ClassVar[Mapping[str, BoundRule[Any]]]
        __settings__: ClassVar[Settings]

    __entity_version__ = 1
    __version_attribute__ = "entity_version"
    __upcasters__ = {}
    __keys__ = {}
    __rules__ = {}
    __settings__ = Settings()

    def __init_subclass__(
        cls,
        *,
        table: Table | None = None,
        name: str | None = None,
        version: int = 1,
        upcasters: Mapping[int, Upcaster] | None = None,
        versioned: str | None = None,
        created: str | None = None,
        updated: str | None = None,
        **config: Any,
    ) -> None:
        super().__init_subclass__(**config)

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        table: Table | None = None,
        name: str | None = None,
        version: int = 1,
        upcasters: Mapping[int, Upcaster] | None = None,
        versioned: str | None = None,
        created: str | None = None,
        updated: str | None = None,
        **config: Any,
    ) -> None:
        super().__pydantic_init_subclass__(**config)
        if table is None:
            return
        cls.__table__ = table
        cls.__entity_name__ = name or cls.__name__
        cls.__entity_version__ = version
        cls.__version_attribute__ = table.version_attribute
        cls.__upcasters__ = dict(upcasters or {})
        cls.__settings__ = Settings(versioned, created, updated)
        cls.__keys__, refusals = bind_keys(cls)
        cls.__rules__, faults = bind_rules(cls)
        refusals += [*entity_refusals(cls), *faults, *setting_refusals(cls, cls.__settings__)]
        if not refusals:
            table.entities[cls.__entity_name__] = cls
            spaces = [(key.place.name, key.space) for key in cls.__keys__.values()]
            table.neighbours.replace(cls.__entity_name__, spaces)
        report(refusals)
