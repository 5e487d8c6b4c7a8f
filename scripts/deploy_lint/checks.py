"""Each check of a template: its name, and the faults it finds in one.

They run in the environment of requirements/deploy.txt, and ask nobody on the network.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

__all__ = ["CHECKS", "Check", "Template", "load", "policies"]

Template = dict[str, Any]
Check = Callable[[str], list[str]]
"""From the text of a template to what is wrong with it."""

REGION: Final = "eu-central-1"
ACCOUNT: Final = "123456789012"

# What an intrinsic function gives, as far as a policy is concerned.
RESOLVED: Final[Mapping[str, str]] = {
    "Table.Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/todo",
    "CursorKey": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:todo-Ab1Cd2",
}


def load(text: str) -> Template:
    """The template with its short functions spelled out."""
    return cast("Template", _module("samtranslator.yaml_helper").yaml_parse(text))


def policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document of a role, with its functions resolved."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", ()):
                yield f"{name}.{policy['PolicyName']}", _resolved(policy["PolicyDocument"])


def sam_validate(text: str) -> list[str]:
    """`sam validate --lint`: the transform, and cfn-lint on the source."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.yaml")
        path.write_text(text, encoding="utf-8")
        arguments = ["validate", "--lint", "--template", str(path), "--region", REGION]
        return _faults([sys.executable, "-m", "samcli", *arguments])


def cfn_lint_translated(text: str) -> list[str]:
    """cfn-lint on what CloudFormation makes of the template: the source hides some faults."""
    parser = _module("samtranslator.parser.parser").Parser()
    translator = _module("samtranslator.translator.translator").Translator({}, parser)
    template = load(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://some-bucket/key"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://some-bucket/key"
    declared = template.get("Parameters", {})
    parameters = {name: each.get("Default", "x") for name, each in declared.items()}
    try:
        made = translator.translate(copy.deepcopy(template), parameters)
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no template to deploy
        return [f"the transform fails: {error}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "translated.json")
        path.write_text(json.dumps(made, default=str), encoding="utf-8")
        start = "import sys; from cfnlint.runner import main; sys.exit(main())"
        return _faults([sys.executable, "-c", start, "--regions", REGION, "--", str(path)])


def parliament(text: str) -> list[str]:
    """Parliament on every policy of a role: actions, resources, conditions that fit together."""
    tool = _module("parliament")
    found: list[str] = []
    for name, document in policies(load(text)):
        for finding in tool.analyze_policy_string(json.dumps(document)).findings:
            enhanced = tool.enhance_finding(finding)
            found.append(f"{name}: {enhanced.severity} {enhanced.issue}: {finding.detail}")
    return found


def least_rights(text: str) -> list[str]:
    """Nothing that scans, no wildcard, and no managed policy that somebody else may widen."""
    template = load(text)
    found = [
        f"{name}: {statement.get('Sid')} allows {action}"
        for name, document in policies(template)
        for statement in document["Statement"]
        for action in statement["Action"]
        if "*" in action or action.lower() in ("dynamodb:scan", "dynamodb:partiqlselect")
    ]
    found += [
        f"{name}: {statement.get('Sid')} is about {resource}"
        for name, document in policies(template)
        for statement in document["Statement"]
        for resource in statement["Resource"]
        if "*" in resource.removesuffix(":*")
    ]
    for name, resource in template["Resources"].items():
        given = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function" and "Role" not in given:
            found.append(f"{name}: has no role of its own")
        if resource["Type"] == "AWS::IAM::Role" and "ManagedPolicyArns" in given:
            found.append(f"{name}: has a managed policy")
    return found


CHECKS: Final[Mapping[str, Check]] = {
    "sam validate --lint": sam_validate,
    "cfn-lint, translated": cfn_lint_translated,
    "parliament": parliament,
    "least rights": least_rights,
}
"""By the name that is printed."""


def _module(name: str) -> Any:
    """A module of the environment in which this runs, and not of the one that checks its types."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it tells of its own switches
    return import_module(name)


def _faults(command: list[str]) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept.pop("PYTHONPATH", None)
    env = {**kept, "AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or [f"it ended with {done.returncode}"]


def _resolved(value: Any) -> Any:
    """Documents with texts in place of functions, as IAM would get them."""
    if isinstance(value, list):
        return [_resolved(each) for each in cast("Sequence[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    if len(members) == 1:
        ((function, given),) = members.items()
        if function == "Fn::GetAtt":
            path = cast("Sequence[str]", given)
            return _known(path if isinstance(path, str) else ".".join(path))
        if function == "Ref":
            return _known(str(given))
        if function == "Fn::Sub":
            inside, _, rest = str(given).removeprefix("${").partition("}")
            return _known(inside) + rest
    return {name: _resolved(each) for name, each in members.items()}


def _known(name: str) -> str:
    if name.endswith("Logs.Arn"):
        return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/todo/{name[:-8].lower()}:*"
    if name.endswith("Arn") and name not in RESOLVED:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name[:-4].lower()}"
    return RESOLVED[name]
