"""Signatures and encryption: the platforms' own examples, generated ones, and another library as an oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from connectors.wechat.crypto import RECEIVER, SIGNATURE, CryptoError, KeyFault, MessageCrypto, signature, signed
from connectors.wechat.envelope import sealed_xml

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
SEALED = [v for group in VECTORS.values() for v in group if "encrypt" in v]
TOKEN, KEY, APPID = "FinKGtoken2024", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx1234567890abcdef"


def crypto_of(vector: dict[str, Any]) -> MessageCrypto:
    return MessageCrypto(vector["token"], vector["aes_key"], vector["receiveid"])


def opened(vector: dict[str, Any], crypto: MessageCrypto, sealed: str | None = None) -> str:
    given = (sealed or vector["encrypt"], vector["msg_signature"], vector["timestamp"], vector["nonce"])
    return crypto.open(*given).decode()


@pytest.mark.parametrize("vector", SEALED, ids=lambda v: v["name"])
def test_vector_opens(vector: dict[str, Any]) -> None:
    assert opened(vector, crypto_of(vector)) == vector["plain"]


@pytest.mark.parametrize("vector", [v for v in SEALED if "random16" in v], ids=lambda v: v["name"])
def test_vector_is_sealed_alike(vector: dict[str, Any]) -> None:
    crypto = crypto_of(vector)
    assert crypto.seal(vector["plain"].encode(), vector["random16"].encode()) == vector["encrypt"]
    assert crypto.sign(vector["encrypt"], vector["timestamp"], vector["nonce"]) == vector["msg_signature"]


@pytest.mark.parametrize("vector", VECTORS["generated"], ids=lambda v: v["name"])
def test_vector_is_written_alike(vector: dict[str, Any]) -> None:
    given = (vector["plain"], vector["timestamp"], vector["nonce"], vector["random16"].encode())
    assert sealed_xml(crypto_of(vector), *given) == vector["cipher_xml"]
    assert signature(vector["token"], vector["timestamp"], vector["nonce"]) == vector["plain_signature"]


@pytest.mark.parametrize("vector", [v for v in VECTORS["official"] if "signature" in v], ids=lambda v: v["name"])
def test_plain_signature(vector: dict[str, Any]) -> None:
    parts = (vector["token"], vector["timestamp"], vector["nonce"])
    assert signed(vector["signature"], *parts)
    assert not signed(vector["signature"][:-1] + "x", *parts)
    assert not signed("", *parts)
    assert not signed("签名", *parts)


def test_another_receiver_is_refused() -> None:
    first = VECTORS["generated"][0]
    with pytest.raises(CryptoError) as caught:
        opened(first, MessageCrypto(first["token"], first["aes_key"], "wx0000000000000000"))
    assert caught.value.code == RECEIVER


@pytest.mark.parametrize("place", [0, 40, 200])
def test_a_changed_character_is_refused(place: int) -> None:
    first = VECTORS["generated"][0]
    sealed = first["encrypt"]
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
    with pytest.raises(CryptoError) as caught:
        opened(first, crypto_of(first), changed)
    assert caught.value.code == SIGNATURE


@pytest.mark.parametrize("sealed", ["", "!!", "QUJD", "A" * 43 + "=", "A" * 44, "A" * 86 + "=="])
def test_rightly_signed_rubbish_is_refused(sealed: str) -> None:
    crypto = MessageCrypto(TOKEN, KEY, APPID)
    with pytest.raises(CryptoError):
        crypto.open(sealed, crypto.sign(sealed, "1", "2"), "1", "2")


@pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "密" * 43])
def test_a_wrong_key_is_a_configuration_error(key: str) -> None:
    with pytest.raises(KeyFault, match="43"):
        MessageCrypto("t", key, "wx1")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200), st.text("0123456789", min_size=1, max_size=10))
@settings(max_examples=50, deadline=None)
def test_what_we_seal_the_oracle_opens(text: str, nonce: str) -> None:
    ours, theirs = MessageCrypto(TOKEN, KEY, APPID), WeChatCrypto(TOKEN, KEY, APPID)
    xml = sealed_xml(ours, text, "1700000000", nonce)
    sealed = xml.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    assert theirs.decrypt_message(body, ours.sign(sealed, "1700000000", nonce), "1700000000", nonce) == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
@settings(max_examples=50, deadline=None)
def test_what_the_oracle_seals_we_open(text: str) -> None:
    ours, theirs = MessageCrypto(TOKEN, KEY, APPID), WeChatCrypto(TOKEN, KEY, APPID)
    xml = theirs.encrypt_message(text, "77", "1700000000")
    sealed = xml.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    mark = xml.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    assert ours.open(sealed, mark, "1700000000", "77").decode() == text
