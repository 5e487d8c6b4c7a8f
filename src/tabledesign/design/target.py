"""Finding a design by the name a user types: ``module:table`` or ``path/to/file.py:table``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

from tabledesign.dataclass import dataclass
from tabledesign.errors import DesignError, InputError
from tabledesign.repository.repository import Repository
from tabledesign.schema.binding import nearest
from tabledesign.schema.refusals import gathering
from tabledesign.schema.table import Table

__all__ = ["Target", "load_target"]

_LIBRARY: Final = str(Path(__file__).parents[1])


@dataclass(frozen=True, slots=True)
class Target:
    """A design that was found, and that nothing in its module refuses."""

    text: str
    table: Table

    @property
    def repositories(self) -> dict[str, type[Repository]]:
        """The repositories over the table by the name of their class, in order of declaration."""
        return repositories_of(self.table)


def repositories_of(table: Table) -> dict[str, type[Repository]]:
    """The repositories over a table, by the name of their class."""
    found = cast("dict[str, type[Repository]]", table.repositories)
    return {cls.__name__: cls for cls in found.values()}


def load_target(text: str) -> Target:
    """Import the module and find the table; ``:table`` may be left out where there is only one.

    All that is wrong with the module's designs is raised as one `DesignError`. Raises
    `InputError` with a code that starts with ``target.`` for what cannot be found or imported.

    >>> load_target("tabledesign.todo:table").table
    Table('todo')
    """
    place, _, attribute = text.partition(":")
    if not place:
        raise InputError(
            "the target names no module; write it as module:table, such as tabledesign.todo:table",
            code="target.form",
            field="TARGET",
        )
    before = set(sys.modules)
    with gathering() as refusals, _importable(place):
        try:
            module = _load_module(place)
        except DesignError as error:
            # A Table that is wrong in itself cannot be made, so the import ends there.
            refusals.extend(r for r in error.refusals if r not in refusals)
            module = None
    if refusals or module is None:
        _forget(before, place)
        raise DesignError(dict.fromkeys(refusals))
    return Target(text, _table(module, attribute, text))


@contextmanager
def _importable(place: str) -> Generator[None]:
    """The working folder, or the file's own, can be imported from while the block lasts."""
    folder = str(Path(place).resolve().parent) if _is_file(place) else str(Path.cwd())
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)


def _is_file(place: str) -> bool:
    return place.endswith(".py") or "/" in place


def _load_module(place: str) -> ModuleType:
    try:
        return _from_file(Path(place)) if _is_file(place) else importlib.import_module(place)
    except ModuleNotFoundError as error:
        raise _not_found(place, error) from None
    except (DesignError, InputError):
        raise
    except (Exception, SystemExit) as error:  # a design may raise anything
        raise _broken(place, error) from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise InputError(
            f"there is no file {str(path)!r}; write the path as seen from here, or a module's name",
            code="target.no_file",
            field="TARGET",
        )
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(
            f"{str(path)!r} is no Python file; name one that ends with .py",
            code="target.no_file",
            field="TARGET",
        )
    module = importlib.util.module_from_spec(spec)
    kept = sys.modules.get(name)
    sys.modules[name] = module  # pydantic looks annotations up in the module of a class
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if kept is None:
            del sys.modules[name]
        else:
            sys.modules[name] = kept
        raise
    return module


def _not_found(place: str, error: ModuleNotFoundError) -> InputError:
    missing = error.name or place
    if place == missing or place.startswith(f"{missing}."):
        file = Path(*place.split(".")).with_suffix(".py")
        hint = f"write {file}:table" if file.is_file() else "run from the folder that holds it"
        return InputError(
            f"there is no module {missing!r}; correct the name, or {hint}",
            code="target.no_module",
            field="TARGET",
        )
    return InputError(
        f"{place} imports {missing!r}, which is not installed; run `pip install "
        f"{missing.partition('.')[0]}` in this environment, or correct the import",
        code="target.broken",
        field="TARGET",
    )


def _broken(place: str, error: BaseException) -> InputError:
    frames = traceback.extract_tb(error.__traceback__)
    # The line of the design, not the one in this library that found the fault.
    inside = [f for f in frames if not f.filename.startswith(("<", _LIBRARY))]
    at = f" at {Path(inside[-1].filename).name}:{inside[-1].lineno}" if inside else ""
    if isinstance(error, SyntaxError):
        at = f" at {Path(error.filename or place).name}:{error.lineno}"
        text = error.msg
    else:
        text = " ".join(str(error).split())
    return InputError(
        f"importing {place} fails with {type(error).__name__}{at}: {text}; correct it there",
        code="target.broken",
        field="TARGET",
    )


def _forget(before: set[str], place: str) -> None:
    """Take a refused design out of the loaded modules: imported again, it is refused again."""
    root = Path(place).stem if _is_file(place) else place.partition(".")[0]
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == root and root != __name__.partition(".")[0]:
            del sys.modules[name]


def _table(module: ModuleType, attribute: str, text: str) -> Table:
    tables = {name: value for name, value in vars(module).items() if isinstance(value, Table)}
    if not attribute:
        distinct = {id(value): value for value in tables.values()}
        if len(distinct) == 1:
            return next(iter(distinct.values()))
        listed = ", ".join(f"{text}:{name}" for name in tables)
        raise InputError(
            f"{module.__name__} holds several tables; name one of {listed}"
            if tables
            else f"{module.__name__} holds no Table; name the module that declares it",
            code="target.no_table",
            field="TARGET",
        )
    value: Any = module
    for name in attribute.split("."):
        if not hasattr(value, name):
            known = list(tables) or [n for n in vars(module) if not n.startswith("_")]
            raise InputError(
                f"{module.__name__} has no {attribute!r}. {nearest(attribute, known)}",
                code="target.no_table",
                field="TARGET",
            )
        value = getattr(value, name)
    if isinstance(value, Table):
        return value
    kind = value.__name__ if isinstance(value, type) else type(value).__name__
    raise InputError(
        f"{text} is a {kind}, not a Table. {nearest(attribute, list(tables))}",
        code="target.no_table",
        field="TARGET",
    )
