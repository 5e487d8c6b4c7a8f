"""Where to go from an answer that made something: what the document can say of the next steps."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from tabledesign.api.openapi.schemas import Json
from tabledesign.api.routing import Route

__all__ = ["links_of"]


def links_of(route: Route, model: type[BaseModel] | None, routes: Sequence[Route]) -> Json:
    """Links from what was made at a path to the operations below it, by its id and its tag.

    A list made at ``/lists`` leads to ``/lists/{list_id}`` and to all that starts so, since its
    answer has a ``list_id``; what wants ``If-Match`` is given the answer's ``ETag``.
    """
    links: dict[str, object] = {}
    operation = route.operation
    for other in routes:
        if operation is None or other.operation is None or model is None:
            continue
        name = _id_below(route.path, other.path)
        if name not in model.model_fields or other.path.count("{") > route.path.count("{") + 1:
            continue
        parameters = {f"path.{each}": f"$request.path.{each}" for each in _names(route.path)}
        parameters[f"path.{name}"] = f"$response.body#/{name}"
        exact = other.path == f"{route.path}/{{{name}}}"
        if exact and other.operation.match and "ETag" in operation.headers:
            parameters["header.If-Match"] = "$response.header.ETag"
        links[other.operation.id] = {"operationId": other.operation.id, "parameters": parameters}
    return links


def _id_below(path: str, other: str) -> str:
    """The parameter that comes right after the path, or an empty text."""
    if not other.startswith(f"{path}/{{"):
        return ""
    return other[len(path) + 2 :].partition("}")[0]


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
