"""The OpenAPI document of an API made of routes."""

from tabledesign.api.openapi.document import openapi_document

__all__ = ["openapi_document"]
