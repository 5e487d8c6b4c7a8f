"""The template that is deployed: from the code where the code knows, careful where it does not."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from scripts.deploy_template import TEMPLATE, filled

from tabledesign.api.gateway_responses import GATEWAY_PROBLEMS, gateway_responses
from tabledesign.design.difference import differences
from tabledesign.todo import table
from tabledesign.todo.functions.concerns import CONCERNS
from tabledesign.todo.functions.needs import NEEDS, of_no_table
from tabledesign.todo.http.routes import todo_routes

ROOT = Path(__file__).parents[2]


def read(text: str) -> dict[str, Any]:
    """The template, with ``!Ref x`` as ``{"Ref": "x"}``, and the others likewise."""
    yaml: Any = import_module("yaml")
    loader = type("Short", (yaml.SafeLoader,), {})

    def spelled_out(reader: Any, tag: str, node: Any) -> Any:
        name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
        if isinstance(node, yaml.ScalarNode):
            return {name: reader.construct_scalar(node)}
        return {name: reader.construct_sequence(node, deep=True)}

    yaml.add_multi_constructor("!", spelled_out, Loader=loader)
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)
    return loaded


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return read(TEMPLATE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: each for name, each in resources.items() if each["Type"] == kind}


def statements(resources: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for role in of_type(resources, "AWS::IAM::Role").values()
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_the_template_is_as_the_code_says() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")

    assert text == filled(text)


def test_an_edit_of_what_the_code_says_is_noticed() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")

    edits = (("gsi2sk", "gsi2s"), ("dynamodb:GetItem", "dynamodb:Scan"), ("PUT", "POST"))
    edited = [text.replace(old, new) for old, new in edits]

    assert text not in edited
    assert [text] * 3 == list(map(filled, edited))


def test_the_table_is_the_designs(resources: dict[str, Any]) -> None:
    properties = resources["Table"]["Properties"]
    described = {**properties, "TableStatus": "ACTIVE"}
    ttl = properties.get("TimeToLiveSpecification")
    told = None if ttl is None else {**ttl, "TimeToLiveStatus": "ENABLED"}

    assert [] == differences(table, described, told)
    assert "Retain" == resources["Table"]["DeletionPolicy"]
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


def test_every_route_is_mounted_once_by_its_own_method(resources: dict[str, Any]) -> None:
    mounted = sorted(
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in of_type(resources, "AWS::Serverless::Function").values()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "Api"
    )

    assert sorted((route.method, route.path) for route in todo_routes(of_no_table)) == mounted
    assert not {"ANY", "*"} & {method for method, _ in mounted}


def test_each_function_has_a_role_and_a_log_of_its_own(resources: dict[str, Any]) -> None:
    assert {*CONCERNS, "draining"} == set(NEEDS)
    for name in NEEDS:
        title = name.capitalize()
        function = resources[f"{title}Function"]["Properties"]
        logs = resources[f"{title}Logs"]["Properties"]

        assert f"tabledesign.todo.functions.{name}.handler" == function["Handler"]
        assert {"Fn::GetAtt": [f"{title}Role", "Arn"]} == function["Role"]
        assert {"Ref": f"{title}Logs"} == function["LoggingConfig"]["LogGroup"]
        assert {"Ref": "LogRetention"} == logs["RetentionInDays"]


def test_draining_is_called_by_a_schedule_and_knows_no_key(resources: dict[str, Any]) -> None:
    function = resources["DrainingFunction"]["Properties"]
    (policy,) = resources["DrainingRole"]["Properties"]["Policies"]

    assert ["Schedule"] == [event["Type"] for event in function["Events"].values()]
    assert {"TENANTS": {"Ref": "Tenants"}} == function["Environment"]["Variables"]
    assert "secretsmanager" not in json.dumps(policy)


def test_nothing_scans_and_nothing_is_granted_by_a_wildcard(resources: dict[str, Any]) -> None:
    for statement in statements(resources):
        granted = json.dumps([statement["Action"], statement["Resource"]])

        assert "*" not in granted
        assert "scan" not in granted.lower()
    for role in of_type(resources, "AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role["Properties"]


def test_what_the_gateway_answers_by_itself_is_a_problem_document() -> None:
    for kind, response in gateway_responses().items():
        document = json.loads(response["ResponseTemplates"]["application/json"])
        headers = response["ResponseParameters"]["Headers"]

        assert GATEWAY_PROBLEMS[kind].document("$context.requestId") == document
        assert (document["status"], "'application/problem+json'") == (
            response["StatusCode"],
            headers["Content-Type"],
        )
    assert "'1'" == gateway_responses()["THROTTLED"]["ResponseParameters"]["Headers"]["Retry-After"]


def test_who_signs_up_cannot_choose_a_tenant_nor_send_a_password(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    client = resources["PoolClient"]["Properties"]

    assert ["email", "name"] == client["WriteAttributes"]
    assert "no" == template["Parameters"]["PasswordSignIn"]["Default"]
    assert {
        "Fn::If": ["SignInByPassword", "ALLOW_USER_PASSWORD_AUTH", {"Ref": "AWS::NoValue"}]
    } in (client["ExplicitAuthFlows"])
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert not client["GenerateSecret"]


def test_the_groups_of_the_pool_are_the_roles_of_the_policies(resources: dict[str, Any]) -> None:
    policies = ROOT / "src/tabledesign/todo/policies/todo.cedar"
    named = policies.read_text(encoding="utf-8").split('Todo::Role::"')[1:]
    groups = of_type(resources, "AWS::Cognito::UserPoolGroup").values()

    assert {part.partition('"')[0] for part in named} == {
        group["Properties"]["GroupName"] for group in groups
    }


def test_the_stage_is_throttled_and_needs_a_token(resources: dict[str, Any]) -> None:
    api = resources["Api"]["Properties"]
    (settings,) = api["MethodSettings"]

    assert ("/*", "*") == (settings["ResourcePath"], settings["HttpMethod"])
    assert {"Ref": "RequestRate"} == settings["ThrottlingRateLimit"]
    assert {"Ref": "RequestBurst"} == settings["ThrottlingBurstLimit"]
    assert "Cognito" == api["Auth"]["DefaultAuthorizer"]


def test_no_secret_stands_in_the_template(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    assert {"Description", "GenerateSecretString"} == set(resources["CursorKey"]["Properties"])
    assert {"TABLE_NAME": {"Ref": "Table"}, "CURSOR_KEY": {"Ref": "CursorKey"}} == variables
    for name, parameter in template["Parameters"].items():
        assert "Default" in parameter, f"{name} must be known without asking anybody"
