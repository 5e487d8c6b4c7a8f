"""The application that commands register with, and what becomes of their errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from tabledesign import __version__
from tabledesign.errors import InputError, TabledesignError

__all__ = ["EXITS", "app", "ending", "exit_code"]

REFUSED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE

EXITS: Final = "0 done, 1 the design or the data is refused, 2 wrong usage."

_OF_USAGE: Final = ("argument.", "engine.endpoint", "engine.option", "engine.unknown", "tenant.")
_OF_TARGETS: Final = ("target.form", "target.no_file", "target.no_module", "target.no_table")


def exit_code(error: TabledesignError) -> int:
    """2 where the command was put wrongly, 1 where what it was about is refused.

    >>> exit_code(InputError("there is no such pattern", code="argument.pattern"))
    2
    """
    of_usage = isinstance(error, InputError) and error.code.startswith(_OF_USAGE + _OF_TARGETS)
    return USAGE if of_usage else REFUSED


def ending(*examples: str) -> str:
    """The end of a command's help: examples, and the exit codes."""
    lines = "\n".join(f"  tabledesign {example}" for example in examples)
    return f"\b\nExamples:\n{lines}\n\n\b\nExit codes: {EXITS}"


class Guarded(TyperGroup):
    """Runs commands; an error is one sentence on stderr, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()  # a pipe that was closed shows here, not when Python ends
        except TabledesignError as error:
            _say(error.message)
            raise typer.Exit(exit_code(error)) from None
        except BrokenPipeError:
            _discard_output()
            raise typer.Exit(PIPE_CLOSED) from None
        except OSError as error:
            _say(f"{error.filename or 'a file'}: {error.strerror or error}; choose another place")
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            _say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        return answer


app = typer.Typer(
    cls=Guarded,
    name="tabledesign",
    help="Prove, explain, document, create and ask single-table DynamoDB designs.",
    epilog=ending("check tabledesign.todo:table", "explain tabledesign.todo:table tasks_due"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"tabledesign {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and end.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    del version  # its callback has ended the run


def _say(message: str) -> None:
    typer.echo(f"tabledesign: {message}", err=True)


def _discard_output() -> None:
    """Send what is still buffered nowhere: Python would complain of the pipe at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
