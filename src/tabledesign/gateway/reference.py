"""The API reference: the OpenAPI document, shown by the Swagger UI that Powertools ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tabledesign.gateway.pages import Document, Piece, asset, json_page, text_of

__all__ = ["reference_pages"]

_PACKAGE: Final = "tabledesign.gateway"
# Its files only: nothing is imported from it, and no copy of it is kept.
_SWAGGER: Final = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_FILES: Final = ("swagger-ui-bundle.min.js", "swagger-ui.min.css")


def reference_pages(document: Mapping[str, object]) -> tuple[Piece, ...]:
    """The page, what it needs, and the document itself under ``/openapi.json``."""
    return (
        Document(
            path="/reference",
            title="API reference",
            menu="Reference",
            body=text_of(_PACKAGE, "assets/reference.html"),
            scripts=("/static/reference.js",),
            styles=("/static/swagger-ui.min.css", "/static/reference.css"),
            # Its style sheet holds its pictures as data.
            policy={"img-src": "data:"},
        ),
        json_page("/openapi.json", document),
        asset("/static/reference.js", _PACKAGE, "assets/reference.js"),
        asset("/static/reference.css", _PACKAGE, "assets/reference.css"),
        *(asset(f"/static/{name}", _SWAGGER, name) for name in _FILES),
    )
