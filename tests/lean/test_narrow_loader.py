"""The clients the library makes find what boto3's find, and look for nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore import loaders
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.session import Session
from moto import mock_aws

from tabledesign.engine import clients, narrow_loader
from tabledesign.engine.clients import make_client
from tabledesign.engine.narrow_loader import narrow

DYNAMODB = ["service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2"]


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")


def _loader() -> Any:
    session = Session()
    assert narrow(session)
    return session.get_component("data_loader")


@pytest.fixture(scope="module")
def own() -> Any:
    return Session().get_component("data_loader")


@pytest.fixture(scope="module")
def ours() -> Any:
    return _loader()


@pytest.mark.parametrize(
    ("service", "kind"),
    [("dynamodb", kind) for kind in DYNAMODB]
    + [(other, "service-2") for other in ("sts", "sso", "sso-oidc", "signin")],
)
def test_what_is_read_is_what_botocores_own_loader_reads(
    own: Any, ours: Any, service: str, kind: str
) -> None:
    if service == "signin" and service not in own.list_available_services(kind):
        pytest.skip("this botocore has no sign-in")
    assert own.load_service_model(service, kind) == ours.load_service_model(service, kind)


@pytest.mark.parametrize("name", ["endpoints", "partitions", "_retry", "sdk-default-configuration"])
def test_what_belongs_to_no_service_is_read_from_the_same_file(
    own: Any, ours: Any, name: str
) -> None:
    assert own.load_data_with_path(name) == ours.load_data_with_path(name)


def test_a_service_that_is_not_there_is_reported_with_all_that_are(own: Any, ours: Any) -> None:
    with pytest.raises(UnknownServiceError) as expected:
        own.load_service_model("dynamo", "service-2")
    with pytest.raises(UnknownServiceError) as actual:
        ours.load_service_model("dynamo", "service-2")
    assert str(expected.value) == str(actual.value)
    services = ours.list_available_services("service-2")
    assert own.list_available_services("service-2") == list(services)
    assert (len(services), services[0]) == (len(list(services)), next(iter(services)))
    with pytest.raises(DataNotFoundError):
        ours.load_data("nothing")


def test_models_of_ones_own_are_found_before_botocores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, path = tmp_path / "home", tmp_path / "path"
    for folder, title in ((home, "home"), (path, "path")):
        version = folder / "dynamodb" / "2012-08-10"
        version.mkdir(parents=True)
        (version / "service-2.json").write_text(json.dumps({"title": title}), encoding="utf-8")
    monkeypatch.setattr(loaders.Loader, "CUSTOMER_DATA_PATH", str(home))
    assert {"title": "home"} == _loader().load_service_model("dynamodb", "service-2")
    monkeypatch.setenv("AWS_DATA_PATH", str(path))
    assert {"title": "path"} == _loader().load_service_model("dynamodb", "service-2")


def test_a_client_lists_the_folders_of_its_service_only(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    listdir = os.listdir

    def recorded(path: str) -> list[str]:
        listed.append(os.path.basename(path))  # noqa: PTH119 - as botocore names it
        return listdir(path)

    monkeypatch.setattr(os, "listdir", recorded)
    make_client()
    assert {"dynamodb"} == set(listed)
    assert 6 > len(listed)


def _raise(*_: object, **__: object) -> Any:
    raise AttributeError("a later botocore")


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        (loaders, "create_loader"),
        (loaders.Loader, "load_service_model"),
        (narrow_loader, "_loader_class"),
        (Session, "register_component"),
    ],
)
def test_where_botocore_differs_it_keeps_its_own_loader(
    monkeypatch: pytest.MonkeyPatch, holder: object, name: str
) -> None:
    session = Session()
    own = session.get_component("data_loader")
    with monkeypatch.context() as patched:
        patched.setattr(holder, name, _raise)
        assert narrow(session) is False
    assert own is session.get_component("data_loader")
    assert session.create_client("dynamodb", region_name="eu-central-1").meta.endpoint_url


def test_a_client_is_made_without_boto3s_own_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = Session().create_client("dynamodb", region_name="eu-central-1")
    client: Any = make_client(region="eu-central-1")
    assert ordinary.meta.endpoint_url == client.meta.endpoint_url
    assert ordinary.meta.partition == client.meta.partition
    assert dict(ordinary.meta.method_to_api_mapping) == dict(client.meta.method_to_api_mapping)


@pytest.mark.moto
def test_a_role_of_the_configuration_is_assumed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n"
        "[profile app]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = base\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "app")
    with mock_aws(config={"core": {"mock_credentials": False}}):
        client: Any = make_client(region="eu-central-1")
        keys = client._request_signer._credentials.get_frozen_credentials()
        assert keys.access_key.startswith("ASIA")
        assert [] == client.list_tables()["TableNames"]


@pytest.mark.parametrize("service", ["sts", "sso", "sso-oidc"])
def test_a_session_makes_the_clients_that_credentials_come_from(service: str) -> None:
    session = clients._session()
    made: Callable[..., Any] = vars(type(session))["create_client"]
    assert (
        service
        == made(session, service, region_name="eu-central-1").meta.service_model.service_name
    )
