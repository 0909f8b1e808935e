"""The platforms' XML: read without document types and entities, written with nothing able to break out of a CDATA."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_BODY = 64 * 1024
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlFault(ValueError):
    """A body that is no message: too large, not XML, or with a document type."""


def read_xml(body: bytes) -> dict[str, str]:
    """The fields of a message: its first level, by name. Raises XmlFault."""
    return {child.tag: child.text or "" for child in _root(body)}


def write_xml(fields: Mapping[str, str | int | Mapping[str, str]]) -> str:
    """A message: numbers bare, text in CDATA; a mapping is one level more."""
    return f"<xml>{_written(fields)}</xml>"


def cdata(text: str) -> str:
    """Text that no text can end: `]]>` is cut in two, what XML can't hold is left out."""
    return f"<![CDATA[{_UNWRITABLE.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _written(fields: Mapping[str, str | int | Mapping[str, str]]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: str | int | Mapping[str, str]) -> str:
    if isinstance(value, int):
        return str(value)
    return cdata(value) if isinstance(value, str) else _written(value)


def _root(body: bytes) -> Element:
    if len(body) > MAX_BODY:
        raise XmlFault(f"{len(body)} bytes; at most {MAX_BODY}")
    try:
        root: Element = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlFault(f"not a message: {type(error).__name__}") from error
    return root
