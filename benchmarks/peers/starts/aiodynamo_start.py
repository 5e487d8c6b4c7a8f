"""aiodynamo's client over aiohttp; it has no models."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

import asyncio

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import Credentials
from aiodynamo.http.aiohttp import AIOHTTP

__all__ = ["opened"]


async def opened() -> None:
    async with aiohttp.ClientSession() as session:
        Client(AIOHTTP(session), Credentials.auto(), "eu-central-1").table("tasks")


asyncio.run(opened())
