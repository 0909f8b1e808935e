"""`jinwen`: the command line. Importing it costs a fraction of a second; what is slow is imported by the commands."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

import typer

from app.commands import (
    ask,
    backup,
    channels,
    customer_models,
    demo,
    doctor,
    evaluate,
    gaps,
    growth,
    kg,
    outreach,
    replay,
    serve,
    simulate,
    train,
    user,
)
from app.commands.console import progress_end, say
from app.commands.failures import Exit, explain
from app.settings import PROJECT

app = typer.Typer(
    name="jinwen",
    help="金问：从知识图谱回答银行客户问题的机器人，每个数字都有出处。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback()
def _options(debug: bool = typer.Option(False, "--debug", help="出错时给出调用栈。")) -> None:
    if debug:
        os.environ["JINWEN_DEBUG"] = "1"  # children inherit it


app.add_typer(kg.app, name="kg")
app.add_typer(user.app, name="user")
app.add_typer(growth.app, name="growth")
app.add_typer(customer_models.app, name="customer")
app.add_typer(demo.app, name="demo")
app.add_typer(simulate.app, name="simulate")
app.add_typer(channels.app, name="channels")
app.add_typer(outreach.app, name="outreach")
app.command("ask")(ask.ask)
app.command("serve")(serve.serve)
app.command("train")(train.train)
app.command("eval")(evaluate.evaluate)
app.command("gaps")(gaps.gaps)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("replay")(replay.replay)


def main() -> NoReturn:
    """Runs the command of this process and ends it."""
    # Children are started with -P, wherever this was started from.
    paths = [str(PROJECT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    # Typed at a terminal, --debug may stand anywhere.
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = ["--debug"] if len(arguments) < len(sys.argv) - 1 else []
    sys.exit(run([*debug, *arguments]))


def run(arguments: list[str]) -> int:
    """Runs one command and returns its exit code; every failure is one line on stderr."""
    try:
        result = app(arguments, prog_name="jinwen", standalone_mode=False)
    except typer.Exit as ended:
        return ended.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except BrokenPipeError:  # `jinwen kg log | head`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 the interpreter flushes it at its end
        return Exit.OK
    except Exception as error:
        return _failed(error)
    finally:
        progress_end()
    return result if isinstance(result, int) else Exit.OK


def _failed(error: Exception) -> int:
    if hasattr(error, "format_message"):  # typer's own word on what was typed; its class is private
        if type(error).__name__ == "NoArgsIsHelpError":
            say(error.format_message())
        else:
            say(f"错误：{error.format_message()}；加 --help 看用法")
        return Exit.BAD_INPUT
    if os.environ.get("JINWEN_DEBUG"):
        traceback.print_exception(error)
    failure = explain(error)
    say(f"错误：{failure}")
    return failure.code


if __name__ == "__main__":
    main()
