"""Whether the client takes the only thing there is to give: JSON."""

from __future__ import annotations

from tabledesign.api.problems import FieldError, Problem

__all__ = ["check_accept"]

_TAKEN = ("*/*", "application/*", "application/json")


def check_accept(accept: str | None) -> None:
    """Raise a 406 where ``Accept`` leaves out JSON; the problem itself is told in JSON still."""
    if accept is None or not accept.strip():
        return
    for choice in accept.split(","):
        kind, *options = (part.strip().lower() for part in choice.split(";"))
        refused = any(
            option.startswith("q=") and option[2:].strip("0.") == "" for option in options
        )
        if kind in _TAKEN and not refused:
            return
    detail = "there is only application/json; accept it, or leave Accept out"
    fault = FieldError("accept.none", detail, header="Accept")
    raise Problem(406, "accept.none", detail, faults=[fault])
