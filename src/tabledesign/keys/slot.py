"""What stands for a pattern's argument while the pattern's body runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Never, NoReturn

from tabledesign.dataclass import dataclass

__all__ = ["BranchOnSlot", "Slot"]


class BranchOnSlot(TypeError):
    """A pattern's body used an argument for something else than handing it on."""

    def __init__(self, name: str, use: str) -> None:
        super().__init__(
            f"the argument {name!r} has no value yet while the pattern is compiled, and its {use} "
            "was used; hand it on as it is, and write two patterns for two questions"
        )
        self.name = name
        self.use = use

    def __reduce__(self) -> tuple[type[BranchOnSlot], tuple[str, str]]:
        return (type(self), (self.name, self.use))


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A place for one argument: it can be handed on, and raises `BranchOnSlot` for all else.

    ``is`` and ``isinstance`` cannot be seen from here; whoever runs the body looks at its
    syntax as well.

    >>> Slot("due", str)
    <slot due>
    """

    name: str
    annotation: object

    def __repr__(self) -> str:
        return f"<slot {self.name}>"

    def __eq__(self, other: object) -> NoReturn:
        raise BranchOnSlot(self.name, "==")

    def __ne__(self, other: object) -> NoReturn:
        raise BranchOnSlot(self.name, "!=")

    def __hash__(self) -> NoReturn:
        raise BranchOnSlot(self.name, "hash")

    def __bool__(self) -> NoReturn:
        raise BranchOnSlot(self.name, "truth")

    def __str__(self) -> NoReturn:
        raise BranchOnSlot(self.name, "text")

    def __format__(self, spec: str, /) -> NoReturn:
        raise BranchOnSlot(self.name, "text")

    def __getattr__(self, attribute: str) -> Never:
        # copy, pickle and inspect look for dunder names and expect a plain answer
        if attribute.startswith("__") and attribute.endswith("__"):
            raise AttributeError(attribute)
        raise BranchOnSlot(self.name, f".{attribute}")


_OPERATORS = """
    lt le gt ge add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift
    radd rsub rmul rtruediv rfloordiv rmod rdivmod rpow rmatmul rand ror rxor rlshift rrshift
    neg pos abs invert round trunc floor ceil int float complex index bytes
    iter next len contains getitem setitem delitem reversed call enter exit aenter aexit
    await aiter anext fspath
"""


def _refusal(operator: str) -> Callable[..., NoReturn]:
    def refuse(self: Slot, *_: object) -> NoReturn:
        raise BranchOnSlot(self.name, operator)

    return refuse


for _operator in _OPERATORS.split():
    setattr(Slot, f"__{_operator}__", _refusal(_operator))
