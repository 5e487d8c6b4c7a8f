"""botocore's data loader for one service: it looks where that service lies, and reads faster.

To learn that a service exists, botocore's own lists the folders of all four hundred, twice, which
is a quarter of what a client costs, and more on the cold disk of a function. This one looks for
the service it is asked for, whichever that is: a profile may ask for sts or sso. It looks in the
same folders, those of AWS_DATA_PATH and of the home directory too, and finds the same.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast, overload

from pydantic_core import from_json

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session

__all__ = ["narrow"]


def narrow(session: Session) -> bool:
    """Give the session a narrow loader; False where this botocore's differs and it keeps its own.

    It shows that it works on the file that the client needs, and has read it then.
    """
    from botocore.loaders import create_loader

    try:
        paths = create_loader(session.get_config_variable("data_path")).search_paths
        loader = _loader_class()(list(paths), _FileLoader(), include_default_search_paths=False)
        loader.load_service_model("dynamodb", "service-2", api_version=None)
        session.register_component("data_loader", loader)
    except Exception:  # noqa: BLE001 - its own loader then says what is wrong, if anything is
        return False
    return True


class _FileLoader:
    """Reads JSON in a third of the time, into plain dicts, which keep their order, too."""

    def exists(self, file_path: str) -> bool:
        return _file(file_path) is not None

    def load_file(self, file_path: str) -> object:
        found = _file(file_path)
        if found is None:
            return None
        body = found.read_bytes()
        return from_json(gzip.decompress(body) if found.suffix == ".gz" else body)


def _file(path: str) -> Path | None:
    for ending in (".json", ".json.gz"):
        file = Path(path + ending)
        if file.is_file():
            return file
    return None


class _Services(Sequence[str]):
    """The names of all services; nothing is listed to see whether one is among them."""

    def __init__(self, loader: Loader, type_name: str) -> None:
        self._loader, self._type_name = loader, type_name

    def __contains__(self, service: object) -> bool:
        from botocore.exceptions import DataNotFoundError

        try:
            return bool(self._loader.list_api_versions(cast(str, service), self._type_name))
        except DataNotFoundError:
            return False

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._names()[index]

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> list[str]:
        from botocore.loaders import Loader

        return Loader.list_available_services(self._loader, self._type_name)


@cache
def _loader_class() -> Callable[..., Loader]:
    from botocore.loaders import Loader

    class NarrowLoader(Loader):
        def list_available_services(self, type_name: str) -> list[str]:
            return cast("list[str]", _Services(self, type_name))

    return NarrowLoader
