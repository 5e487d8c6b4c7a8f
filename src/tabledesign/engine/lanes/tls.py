"""Whom a connection trusts: what the client was told, by the standard library."""

from __future__ import annotations

import ssl
from typing import Any

__all__ = ["context_of", "trusting"]


def context_of(session: Any) -> ssl.SSLContext:
    """The TLS context of a client's session: its ``verify``, AWS_CA_BUNDLE, botocore's bundle."""
    from botocore.httpsession import get_cert_path

    verify: Any = session._verify  # noqa: SLF001 - has no other form
    return trusting(get_cert_path(verify) if verify else None)


def trusting(bundle: str | None) -> ssl.SSLContext:
    """A context that trusts the authorities of a file, and whoever answers for None."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if bundle is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(bundle)
    return context
