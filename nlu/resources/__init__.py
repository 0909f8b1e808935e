"""Language data: phrases, adjectives, verbs and synonyms, as files that a linguist can edit."""

from __future__ import annotations

from pathlib import Path


def resource(name: str) -> str:
    """The text of a file of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
