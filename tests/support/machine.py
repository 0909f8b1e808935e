"""What the machine must have for some tests; without it they skip with a line that says what and how to get it."""

import re
import shutil
import subprocess

import pytest

_INSTALL = "Debian 12: apt-get install"


def need_jdk_and_maven() -> None:
    """Skips unless a JDK of at least 17 and Maven are there: they run a real Neo4j."""
    need_program("mvn", "Maven", "maven")
    need_program("javac", "a JDK of at least 17", "default-jdk")
    version = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True).stdout
    major = re.search(r"\d+", version)
    if major is None or int(major.group()) < 17:
        pytest.skip(f"needs a JDK of at least 17, found {version.strip()} ({_INSTALL} default-jdk)")


def need_chromium() -> str:
    """Returns the path of Chromium, or skips."""
    return need_program("chromium", "Chromium with Chinese fonts", "chromium chromium-driver fonts-noto-cjk")


def need_program(name: str, what: str, packages: str) -> str:
    """Returns the path of a program, or skips saying what is missing and which packages bring it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"needs {what} ({_INSTALL} {packages})")
    return path
