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


def test_bootstrap_without_python_says_what_to_install(tmp_path: Path) -> None:
    project, programs = tmp_path / "project", tmp_path / "bin"
    project.mkdir()
    programs.mkdir()
    shutil.copytree(PROJECT / "scripts", project / "scripts")
    for lock in PROJECT.glob("requirements*.lock"):
        shutil.copy(lock, project)
    for name in ("cat", "cut", "dirname", "flock", "mkdir", "sh", "sha256sum"):
        (programs / name).symlink_to(str(shutil.which(name)))
    done = call([programs / "sh", project / "scripts" / "bootstrap.sh"], tmp_path, PATH=str(programs))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11" in done.stderr
    assert "apt-get install python3.11" in done.stderr
