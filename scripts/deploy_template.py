"""Write the blocks of deploy/template.yaml that come from the code, or compare them with it.

scripts/deploy_template.py --write
scripts/deploy_template.py --check     exits 1 where the template is not what the code says
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tabledesign.api.gateway_responses import gateway_responses
from tabledesign.deploy.statements import TableArn, statements
from tabledesign.deploy.table import table_resource
from tabledesign.todo import table
from tabledesign.todo.functions.concerns import CONCERNS, Concern
from tabledesign.todo.functions.needs import needed_by, of_no_table

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
    return {name: made for each in CONCERNS.values() for name, made in _function(each).items()}


def _function(concern: Concern) -> dict[str, Any]:
    """A function with a role and a log of its own."""
    name = concern.name.capitalize()
    function, role, logs = f"{name}Function", f"{name}Role", f"{name}Logs"
    return {
        function: {
            "Type": "AWS::Serverless::Function",
            "Metadata": {"BuildMethod": "makefile"},
            "Properties": {
                "Description": concern.title,
                "CodeUri": "functions/",
                "Handler": f"tabledesign.todo.functions.{concern.name}.handler",
                "Role": _arn(role),
                "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": logs}},
                "Events": _events(concern),
            },
        },
        role: _role(concern, logs),
        logs: _logs(concern),
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


def _role(concern: Concern, logs: str) -> dict[str, Any]:
    own = [
        _allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], _arn(logs)),
        _allow("CursorKey", ["secretsmanager:GetSecretValue"], {"Ref": "CursorKey"}),
    ]
    granted = statements(needed_by(concern), TableArn.of_resource("Table"))
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": f"What the function of {concern.name} may do",
            "AssumeRolePolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
            "Policies": [{"PolicyName": concern.name, "PolicyDocument": _policy(*granted, *own)}],
        },
    }


def _logs(concern: Concern) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/${{AWS::StackName}}/{concern.name}"},
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
