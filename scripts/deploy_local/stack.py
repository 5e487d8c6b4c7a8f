"""The stack: built, deployed as an account holder does it, and its people signed in."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

__all__ = ["Failed", "Stack", "build", "deploy", "drain", "environment"]

ROOT: Final = Path(__file__).resolve().parents[2]
REGION: Final = "us-east-1"
NAME: Final = "todo"
BUCKET: Final = "artifacts"


class Failed(Exception):
    """A command that did not end as it should; what it said is the message."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack, by its outputs."""

    address: str
    outputs: Mapping[str, str]
    clients: Callable[[str], Any]

    @property
    def url(self) -> str:
        """Where its API answers on this machine; its own output is an address of AWS."""
        return f"{self.address}/restapis/{self.outputs['ApiId']}/prod/_user_request_"


def drain(stack: Stack) -> dict[str, Any]:
    """Call the function of deletions, as its schedule does; gives what it says."""
    answer = stack.clients("lambda").invoke(
        FunctionName=stack.outputs["DrainingFunction"], Payload=b"{}"
    )
    said = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise Failed(f"the function of deletions failed: {said}")
    told: dict[str, Any] = json.loads(said)
    return told


def environment(address: str | None = None) -> dict[str, str]:
    """For commands: no account but the emulator's, no telemetry, no pager."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept.pop("PYTHONPATH", None)
    kept |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
        # The emulator runs functions with this Python on this processor.
        "LAMBDA_RUNTIME": "python{}.{}".format(*sys.version_info[:2]),
        "LAMBDA_ARCHITECTURE": {"aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "PYTHON": sys.executable,
    }
    return kept if address is None else {**kept, "AWS_ENDPOINT_URL": address}


def build(folder: Path) -> Path:
    """`sam build`; gives the built template."""
    out = folder / "build"
    template = str(ROOT / "deploy/template.yaml")
    _sam("build", "--template-file", template, "--build-dir", str(out), env=environment())
    return out / "template.yaml"


def deploy(built: Path, address: str) -> Stack:
    """`sam deploy` into the emulator."""
    env = environment(address)
    session: Any = import_module("boto3").session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator asks for some
        region_name=REGION,
    )

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=address)

    client("s3").create_bucket(Bucket=BUCKET)
    _sam(
        "deploy",
        "--template-file", str(built),
        "--stack-name", NAME,
        "--s3-bucket", BUCKET,
        "--region", REGION,
        "--capabilities", "CAPABILITY_IAM",
        "--no-confirm-changeset",
        "--no-progressbar",
        "--parameter-overrides", "PasswordSignIn=yes LogRetention=1 Tenants=acme,evil",
        env=env,
    )  # fmt: skip
    (stack,) = client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise Failed(f"the stack is {stack['StackStatus']}")
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    _answer_as_declared(built, client("apigateway"), outputs["ApiId"])
    return Stack(address, outputs, client)


def _answer_as_declared(built: Path, gateway: Any, api: str) -> None:
    """The gateway's own answers, and a deployment that has them.

    AWS takes them from the API's definition; the emulator passes over that part of it.
    """
    read = import_module("samtranslator.yaml_helper").yaml_parse
    template = read(built.read_text(encoding="utf-8"))
    declared = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
    for kind, response in declared.items():
        headers = response["ResponseParameters"]["Headers"].items()
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            statusCode=str(response["StatusCode"]),
            responseParameters={f"gatewayresponse.header.{name}": text for name, text in headers},
            responseTemplates=response["ResponseTemplates"],
        )
    gateway.create_deployment(restApiId=api, stageName="prod")


def _sam(*arguments: str, env: Mapping[str, str]) -> None:
    # The module's own entry: no script that holds a path of this machine.
    command = [sys.executable, "-m", "samcli", *arguments]
    done = subprocess.run(
        command, env=env, cwd=ROOT / "deploy", capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-40:]
        raise Failed(f"sam {arguments[0]} ended with {done.returncode}:\n" + "\n".join(said))
