"""Which encoding a text file is in: UTF-8 (with or without BOM), GB18030, or one that is refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_CHUNK = 1 << 20
_REFUSED = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_UTF8_CHARACTER = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_SAMPLE = 1 << 20


class EncodingFault(Exception):
    """A file whose text can't be read; the message names the encoding found."""


def detect(path: Path) -> str:
    """`utf-8-sig` or `gb18030`. Raises EncodingFault for UTF-16 and UTF-32.

    A file that is neither whole UTF-8 nor whole GB18030, or UTF-8 with a few broken bytes, is called
    UTF-8; its broken bytes are then reported row by row.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for bom, name in _REFUSED:
        if start.startswith(bom):
            raise EncodingFault(name)
    if start.count(b"\0") * 4 > len(start) > 0:
        raise EncodingFault("UTF-16")
    if _decodes(path, "utf-8") or _mostly_utf8(path):
        return "utf-8-sig"
    return "gb18030" if _decodes(path, "gb18030") else "utf-8-sig"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _mostly_utf8(path: Path) -> bool:
    """Whether well-formed Chinese characters of UTF-8 far outnumber broken bytes: GB18030 text has few by chance."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    good = len(_UTF8_CHARACTER.findall(sample))
    broken = sum("\udc80" <= c <= "\udcff" for c in sample.decode("utf-8", "surrogateescape"))
    return good > 10 * broken
