"""What the environment says about where requests go and as whom, as botocore would read it.

Only what is plain is read here. A profile, a configuration file, a proxy, an endpoint of another
kind: those botocore knows, and `directions` names the first that it finds.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from tabledesign.engine.lanes.lane import switched_off
from tabledesign.engine.lanes.signer import Credentials

__all__ = ["Directions", "credentials", "directions", "variable"]

# Regions whose endpoints are under these two domains; others are botocore's to know.
PLAIN: Final = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+|us-gov-\w+-\d+")
CHINA: Final = re.compile(r"cn-\w+-\d+")

# As `os.environ` reads what the system holds as bytes.
_ENCODING: Final = sys.getfilesystemencoding()

TRUE: Final = "true"
ONLY_BOTOCORE: Final = {
    "AWS_PROFILE": None,
    "AWS_DEFAULT_PROFILE": None,
    "AWS_USE_FIPS_ENDPOINT": TRUE,
    "AWS_USE_DUALSTACK_ENDPOINT": TRUE,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
    "AWS_AUTH_SCHEME_PREFERENCE": None,
}
"""Variables that only botocore understands, and the value with which they mean something."""


class Directions(NamedTuple):
    """Where requests go, ``None`` where that is not known; ``aside`` is why botocore must go."""

    region: str | None
    url: str | None
    aside: str | None


def directions(region: str | None, endpoint_url: str | None) -> Directions:
    """Where requests go; what is not given comes from the environment. Nothing is sent."""
    variables = os.environ
    region = region or variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or None
    url = endpoint_url or _endpoint_url(variables)
    aside = switched_off() or _only_botocores(variables) or _file(variables)
    if aside is None and region is None:
        aside = "no region is given, nor is AWS_REGION or AWS_DEFAULT_REGION set"
    if url is None and region is not None:
        url = _plain(region)
        if url is None:
            aside = aside or f"the endpoint of the region {region!r} is botocore's to find"
    return Directions(region, url, aside or _odd(url or "") or _proxy(url or "", variables))


def credentials() -> Credentials | None:
    """The credentials in the environment now; None unless they are whole."""
    access_key = variable("AWS_ACCESS_KEY_ID")
    secret_key = variable("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        return None
    token = variable("AWS_SESSION_TOKEN") or variable("AWS_SECURITY_TOKEN")
    return Credentials(access_key, secret_key, token)


def variable(name: str) -> str | None:
    """A variable of the environment as it is now, or None."""
    # To miss one costs `os.environ` two exceptions, and most of ours are missed at each call.
    held: dict[object, object] | None = getattr(os.environ, "_data", None)
    if held is None:
        return os.environ.get(name)
    raw = held.get(_encoded(name))
    if isinstance(raw, bytes):
        return raw.decode(_ENCODING, "surrogateescape")
    return os.environ.get(name) if name in held else None  # Windows holds texts


@cache
def _encoded(name: str) -> bytes:
    return os.fsencode(name)


def _endpoint_url(variables: Mapping[str, str]) -> str | None:
    if variables.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == TRUE:
        return None
    return variables.get("AWS_ENDPOINT_URL_DYNAMODB") or variables.get("AWS_ENDPOINT_URL") or None


def _plain(region: str) -> str | None:
    host = f"dynamodb.{region}.amazonaws.com"
    if PLAIN.fullmatch(region):
        return f"https://{host}"
    return f"https://{host}.cn" if CHINA.fullmatch(region) else None


def _only_botocores(variables: Mapping[str, str]) -> str | None:
    for name, meaning in ONLY_BOTOCORE.items():
        value = variables.get(name)
        if value and meaning in (None, value.lower()):
            return f"{name}={value} is set"
    return None


def _file(variables: Mapping[str, str]) -> str | None:
    path = Path(variables.get("AWS_CONFIG_FILE") or "~/.aws/config")
    try:
        there = path.expanduser().is_file()
    except (OSError, RuntimeError):  # nobody has a home here
        there = False
    return f"a configuration file is there, {path}" if there else None


def _odd(url: str) -> str | None:
    """Why an endpoint's URL is not plain; botocore says what is wrong with one that is none."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return "the endpoint is no URL"
    if not plain:
        return "the endpoint is no URL of the web"
    return "the endpoint has more than a host and a path" if parts.query or parts.username else None


def _proxy(url: str, variables: Mapping[str, str]) -> str | None:
    """Why a proxy stands between; the standard library decides whom NO_PROXY excludes."""
    scheme = f"{urlsplit(url).scheme}_proxy"
    if not any(name.lower() == scheme and value for name, value in variables.items()):
        return None
    from urllib.request import getproxies_environment, proxy_bypass

    if scheme.removesuffix("_proxy") not in getproxies_environment():  # CGI's HTTP_PROXY is none
        return None
    bypassed = proxy_bypass(urlsplit(url).netloc)
    return None if bypassed else "the environment names a proxy"
