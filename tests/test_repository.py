"""What holds for the project's files as such: whole locks, no address or path of one machine, code in small pieces."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
PACKAGES = ("kg", "nlu", "dialogue", "customer", "growth", "desk", "connectors", "app", "bench")
LOCKS = ("requirements.lock", "requirements-uv.lock")
MAX_MODULE, MAX_FUNCTION = 400, 60

# Written so that this file does not find itself.
REGISTRIES = re.compile(r"pypi\.[o]rg|pythonhosted\.[o]rg|maven\.[o]rg/maven2|npmjs\.[o]rg|deb\.debian\.[o]rg")
MACHINE_PATHS = re.compile(r"(?<![\w.:/$*-])/(?:[w]ork|[r]oot|[h]ome)/")
OPEN_ENDS = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b|NotImplemented[E]rror")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := PROJECT / name).is_file()]


def text_files() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path.relative_to(PROJECT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures, and tables that are in GB18030 on purpose


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(PROJECT).parts[0] in PACKAGES]


def hits(pattern: re.Pattern[str], files: Iterator[tuple[Path, str]]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in files
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def locked(name: str) -> dict[str, str]:
    """Returns what a lock pins: name and the text up to the next one."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return {canonicalize_name(block.split("==")[0]): block for block in re.split(r"\n(?=\S)", text.strip())}


def declared() -> dict[str, Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, lines)}


def imported(path: Path) -> Iterator[str]:
    """Yields the top-level names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_everything_by_hash_and_names_no_address(name: str) -> None:
    blocks = locked(name)
    assert blocks
    for package, block in blocks.items():
        assert re.match(r"[\w.-]+==[\w.!+]+( ;[^\\]+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+$", block), package
        assert "://" not in block


def test_lock_holds_what_pyproject_asks_for() -> None:
    blocks = locked("requirements.lock")
    for name, requirement in declared().items():
        assert name in blocks, f"{name} is not locked; run `make lock`"
        version = blocks[name].split("==")[1].split()[0]
        assert requirement.specifier.contains(version, prereleases=True), f"{name}: {version}; run `make lock`"


def test_every_dependency_has_its_reason() -> None:
    reasons = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [name for name in declared() if f"`{name}`" not in reasons] == []


def test_every_import_is_a_declared_dependency() -> None:
    providers = importlib.metadata.packages_distributions()
    own = {*PACKAGES, "tests", *sys.stdlib_module_names}
    names = {name for path in modules() for name in imported(path)} - own
    undeclared = [
        name for name in names if not {canonicalize_name(p) for p in providers.get(name, [])} & set(declared())
    ]
    assert undeclared == [], "add to pyproject.toml, docs/dependencies.md, and run `make lock`"


def test_no_file_names_a_registry() -> None:
    assert hits(REGISTRIES, text_files()) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert hits(MACHINE_PATHS, text_files()) == []


def test_code_has_no_open_ends() -> None:
    code = ((path, text) for path, text in text_files() if path.suffix in {".py", ".js", ".sh"})
    assert hits(OPEN_ENDS, code) == []


def test_tests_are_no_package() -> None:
    # tests/kg/__init__.py would shadow the real kg
    assert [path for path in tracked() if path.name == "__init__.py" and PROJECT / "tests" in path.parents] == []


def test_modules_and_functions_are_small() -> None:
    large = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > MAX_MODULE:
            large.append(f"{path.relative_to(PROJECT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION:
                    large.append(f"{path.relative_to(PROJECT)}:{node.lineno}: {node.name} has {length} lines")
    assert large == []


def test_public_things_are_documented() -> None:
    bare = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            bare.append(f"{path.relative_to(PROJECT)}:1: module")
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(PROJECT)}:{node.lineno}: {node.name}")
    assert bare == []
