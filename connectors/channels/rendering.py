"""A Message as text for channels that have no cards: table rows as lines, choices numbered, links tagged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors.channels.records import Part
from connectors.channels.splitting import split_bytes
from connectors.channels.texts import say
from dialogue.message import Message

_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]+")
_TRAILING = ".,;:!?)]'"
# 微信 runs what such an address says when it is tapped: text from the graph must not carry one.
_APP_LINK = re.compile(r"\b(weixin|wxwork|alipays?|javascript|data|intent)(:)", re.IGNORECASE)


def text_of(message: Message) -> str:
    """All of the message but its choices, as text; addresses that would start something are broken up."""
    return safe_text(replace(message, choices=()).plain())


def safe_text(text: str) -> str:
    """The text with nothing in it that a chat program would run."""
    return _APP_LINK.sub("\\1：", text)


def parts_of(message: Message, limit: int, tag: Tagger | None = None) -> list[Part]:
    """The platform messages for `message`, each of at most `limit` UTF-8 bytes, its choices' lines included.

    Choices come with the last one, for the platform's menu or for `as_text`.
    """
    text = text_of(message)
    text = tag.tagged(text) if tag else text
    choices = tuple((safe_text(c.label), c.text or c.label) for c in message.choices)
    while choices and _size(_lines(choices)) > limit // 2:
        choices = choices[:-1]
    pieces = split_bytes(text, limit - _size(_lines(choices))) or [say("empty")]
    return [Part(piece, choices if n == len(pieces) else ()) for n, piece in enumerate(pieces, 1)]


def as_text(part: Part) -> str:
    """A part for platforms or places without menus: its choices as numbered lines."""
    return part.text + _lines(part.choices)


def _lines(choices: Iterable[tuple[str, str]]) -> str:
    lines = [f"{number}. {label}" for number, (label, _) in enumerate(choices, 1)]
    return "\n" + "\n".join([*lines, say("choose")]) if lines else ""


def _size(text: str) -> int:
    return len(text.encode())


class Tagger:
    """Marks links to the bank's own sites with where they were shown (utm_source, utm_medium, utm_campaign)."""

    def __init__(self, hosts: Iterable[str], channel: str, campaign: str = "jinwen") -> None:
        self._hosts = frozenset(h.lower() for h in hosts)
        self._marks = {"utm_source": channel, "utm_medium": "chat", "utm_campaign": campaign}

    def tagged(self, text: str) -> str:
        """The text with its own links marked; what a link says already, it keeps."""
        return _LINK.sub(self._tagged, text)

    def _tagged(self, match: re.Match[str]) -> str:
        link = match.group().rstrip(_TRAILING)
        rest = match.group()[len(link) :]
        parts = urlsplit(link)
        if (parts.hostname or "").lower() not in self._hosts:
            return match.group()
        query = {**self._marks, **dict(parse_qsl(parts.query, keep_blank_values=True))}
        return urlunsplit(parts._replace(query=urlencode(query))) + rest


def chosen(text: str, choices: Iterable[dict[str, str]]) -> dict[str, str] | None:
    """The choice that a customer means who answers with its number, in digits of any width."""
    wanted = text.strip().rstrip("。.、)）")
    listed = list(choices)
    if wanted.isdecimal() and len(wanted) <= 2 and 1 <= int(wanted) <= len(listed):
        return listed[int(wanted) - 1]
    return None
