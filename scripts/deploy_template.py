"""Write the blocks of deploy/template.yaml that come from the code, or compare them with it.

scripts/deploy_template.py --write
scripts/deploy_template.py --check     exits 1 where the template is not what the code says
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tabledesign.api.gateway_responses import gateway_responses
from tabledesign.deploy.permissions import Grant
from tabledesign.deploy.statements import TableArn, statements
from tabledesign.deploy.table import table_resource
from tabledesign.todo import table
from tabledesign.todo.functions.concerns import CONCERNS, Concern
from tabledesign.todo.functions.needs import needed, of_no_table

__all__ = ["TEMPLATE", "filled", "main"]

TEMPLATE = Path(__file__).resolve().parent.parent / "deploy/template.yaml"

_BLOCK: Final = re.compile(
    r"^(?P<indent> *)# begin (?P<name>\w+)\n.*?^(?P=indent)# end (?P=name)\n",
    re.MULTILINE | re.DOTALL,
)


def filled(template: str) -> str:
    """The template with every block as the code says; raises `KeyError` for one it knows not."""

    def block(found: re.Match[str]) -> str:
        indent, name = found["indent"], found["name"]
        text: str = import_module("yaml").safe_dump(
            _BLOCKS[name](), sort_keys=False, width=96, default_flow_style=None
        )
        lines = [f"# begin {name}", *text.splitlines(), f"# end {name}"]
        return "".join(f"{indent}{line}\n" for line in lines)

    return _BLOCK.sub(block, template)


def _functions() -> dict[str, Any]:
    made = {"DrainingFunction": _draining()}
    for concern in CONCERNS.values():
        function = {"Description": concern.title, "Events": _events(concern)}
        made[f"{concern.name.capitalize()}Function"] = _function(concern.name, function)
    resources: dict[str, Any] = {}
    for name, grants in needed().items():
        title = name.capitalize()
        resources[f"{title}Function"] = made[f"{title}Function"]
        resources[f"{title}Role"] = _role(name, grants, signs=name in CONCERNS)
        resources[f"{title}Logs"] = _logs(name)
    return resources


def _draining() -> dict[str, Any]:
    """Called by a schedule; what it leaves, or fails at, is the next call's."""
    every = {"Type": "Schedule", "Properties": {"Schedule": "rate(5 minutes)"}}
    return _function(
        "draining",
        {
            "Description": "Takes away what was deleted",
            "Timeout": 240,
            "Environment": {"Variables": {"TENANTS": {"Ref": "Tenants"}}},
            "EventInvokeConfig": {"MaximumRetryAttempts": 0},
            "Events": {"Drain": every},
        },
    )


def _function(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A function with a role and a log of its own."""
    title = name.capitalize()
    return {
        "Type": "AWS::Serverless::Function",
        "Metadata": {"BuildMethod": "makefile"},
        "Properties": {
            "CodeUri": "functions/",
            "Handler": f"tabledesign.todo.functions.{name}.handler",
            "Role": _arn(f"{title}Role"),
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": f"{title}Logs"}},
            **properties,
        },
    }


def _events(concern: Concern) -> dict[str, Any]:
    """One for each route, under the name of its operation."""
    events: dict[str, Any] = {}
    for route in concern.routes(of_no_table):
        assert route.operation is not None, f"{route.method} {route.path} has no contract"
        name = route.operation.id[0].upper() + route.operation.id[1:]
        events[name] = {
            "Type": "Api",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "Method": route.method,
                "Path": route.path,
            },
        }
    return events


def _role(name: str, grants: Iterable[Grant], *, signs: bool) -> dict[str, Any]:
    allowed = statements(grants, TableArn.of_resource("Table"))
    log = ["logs:CreateLogStream", "logs:PutLogEvents"]
    allowed.append(_allow("Logs", log, _arn(f"{name.capitalize()}Logs")))
    if signs:
        allowed.append(_allow("CursorKey", ["secretsmanager:GetSecretValue"], {"Ref": "CursorKey"}))
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": f"What the function of {name} may do",
            "AssumeRolePolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
            "Policies": [{"PolicyName": name, "PolicyDocument": _policy(*allowed)}],
        },
    }


def _logs(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/${{AWS::StackName}}/{name}"},
            "RetentionInDays": {"Ref": "LogRetention"},
        },
    }


def _allow(sid: str, actions: list[str], resource: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [resource]}


def _policy(*made: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(made)}


def _arn(resource: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [resource, "Arn"]}


_BLOCKS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "Table": lambda: {"Table": table_resource(table)},
    "GatewayResponses": lambda: {"GatewayResponses": gateway_responses()},
    "Functions": _functions,
}


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true")
    choice.add_argument("--check", action="store_true")
    written = TEMPLATE.read_text(encoding="utf-8")
    text = filled(written)
    if parser.parse_args(arguments).write:
        TEMPLATE.write_text(text, encoding="utf-8", newline="\n")
        print(f"{TEMPLATE.name} is written")
        return 0
    if text != written:
        print(f"{TEMPLATE.name} is not what the code says; run scripts/deploy_template.py --write")
        return 1
    print(f"{TEMPLATE.name} is as the code says")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
