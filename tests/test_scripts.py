"""The scripts that install and call: they work from any folder, are silent when all is there, say what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def call(command: list[str | Path], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def test_in_env_finds_the_project_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "kg").mkdir()  # not to be taken for ours
    show = "import kg, os; print(kg.__file__, os.getcwd(), os.environ['RASA_TELEMETRY_ENABLED'])"
    done = call([PROJECT / "scripts" / "in-env", "python", "-P", "-c", show], tmp_path)
    assert done.stdout.split() == [str(PROJECT / "kg" / "__init__.py"), str(tmp_path), "false"]
    assert done.stderr == ""


def test_jinwen_may_be_called_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "jinwen").symlink_to(PROJECT / "jinwen")
    done = call([tmp_path / "jinwen", "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


def bootstrap(folder: Path, *more: Path) -> subprocess.CompletedProcess[str]:
    """Runs it in a copy below `folder` on a machine with the usual programs, no Python, and the folders `more`."""
    project, programs = folder / "project", folder / "bin"
    project.mkdir()
    programs.mkdir()
    shutil.copytree(PROJECT / "scripts", project / "scripts")
    for lock in PROJECT.glob("requirements*.lock"):
        shutil.copy(lock, project)
    for name in ("awk", "cat", "cut", "dirname", "flock", "head", "mkdir", "rm", "sh", "sha256sum", "sort"):
        (programs / name).symlink_to(str(shutil.which(name)))
    path = os.pathsep.join(map(str, (programs, *more)))
    return call([programs / "sh", project / "scripts" / "bootstrap.sh"], folder, PATH=path)


def python_that_takes(microseconds: int, folder: Path, log: Path) -> Path:
    """A folder with a Python 3.11 of that speed, which writes down that it was to make an environment, and can't."""
    folder.mkdir()
    program = folder / "python3.11"
    program.write_text(
        f"""#!/bin/sh
case "$*" in
    "-m venv"*) echo {folder.name} >>{log}; exit 1 ;;
    *) echo {microseconds} {program} ;;
esac
"""
    )
    program.chmod(0o755)
    return folder


def test_bootstrap_tries_the_fastest_python_first_and_the_others_where_it_makes_no_environment(tmp_path: Path) -> None:
    log = tmp_path / "log"
    slow = python_that_takes(9000, tmp_path / "slow", log)
    fast = python_that_takes(800, tmp_path / "fast", log)
    done = bootstrap(tmp_path, slow, fast)
    assert log.read_text().split() == ["fast", "slow"]
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_bootstrap_without_python_says_what_to_install(tmp_path: Path) -> None:
    done = bootstrap(tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11" in done.stderr
    assert "apt-get install python3.11" in done.stderr
