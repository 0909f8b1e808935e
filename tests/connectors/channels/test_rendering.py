"""Messages as text: within the limits, nothing lost, nothing a chat program would run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.channels.rendering import Tagger, as_text, chosen, parts_of, safe_text
from connectors.channels.splitting import graphemes, split_bytes
from dialogue.message import Message, QuickReply, Source, Table

CHARACTERS = st.text(st.sampled_from("中文。！\n，ab👨‍👩‍👧👍🏽🇨🇳é1️⃣ "), max_size=300)


@given(CHARACTERS, st.integers(64, 400))
def test_pieces_fit_and_join(text: str, limit: int) -> None:
    pieces = split_bytes(text, limit)
    assert all(0 < len(piece.encode()) <= limit for piece in pieces)
    assert "".join(pieces).replace("\n", "").strip() == text.replace("\n", "").strip() or "\n" in text


@given(CHARACTERS)
def test_graphemes_join(text: str) -> None:
    assert "".join(graphemes(text)) == text


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "👍🏽", "🇨🇳", "é", "1️⃣", "\r\n", "中"])
def test_what_is_seen_as_one_stays_one(text: str) -> None:
    assert graphemes(text) == [text]


def test_flags_are_pairs() -> None:
    assert graphemes("🇨🇳🇭🇰") == ["🇨🇳", "🇭🇰"]


def test_emoji_are_not_cut() -> None:
    family = "👨‍👩‍👧"
    assert set("".join(p) for p in split_bytes(family * 40, 64)) == {family * 3, family}


def test_cut_at_sentences_first() -> None:
    text = "第一句话说完了。第二句话也说完了！第三句话说完了吗？"
    assert split_bytes(text, 64) == ["第一句话说完了。第二句话也说完了！", "第三句话说完了吗？"]


def test_limit_too_small_is_an_error() -> None:
    with pytest.raises(ValueError, match="64"):
        split_bytes("x", 10)


MESSAGE = Message(
    "对比如下：",
    table=Table(("", "风险等级", "期限"), (("稳盈1号", "R2", "180天"), ("稳盈2号", "R3", ""))),
    choices=(QuickReply("看稳盈1号", "稳盈1号怎么样", "p.1"), QuickReply("看稳盈2号")),
    sources=(Source("说明书", "第三节", "2026-01-01"),),
    notices=("理财非存款，产品有风险。",),
)


def test_table_choices_sources_and_notices_are_said() -> None:
    [part] = parts_of(MESSAGE, 2000)
    assert part.choices == (("看稳盈1号", "稳盈1号怎么样"), ("看稳盈2号", "看稳盈2号"))
    assert as_text(part).split("\n") == [
        "对比如下：",
        "- 稳盈1号  风险等级：R2；期限：180天",
        "- 稳盈2号  风险等级：R3",
        "来源：说明书·第三节·2026-01-01起",
        "理财非存款，产品有风险。",
        "1. 看稳盈1号",
        "2. 看稳盈2号",
        "请回复序号，或者直接说您的问题。",
    ]


@given(CHARACTERS.filter(str.strip), st.lists(CHARACTERS.filter(str.strip), max_size=12))
def test_with_choices_every_part_fits(text: str, labels: list[str]) -> None:
    parts = parts_of(Message(text, choices=tuple(QuickReply(label) for label in labels)), 600)
    assert all(len(as_text(part).encode()) <= 600 for part in parts)
    assert all(not part.choices for part in parts[:-1])


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", "甲"), ("２", "乙"), (" 2。", "乙"), ("3", None), ("0", None), ("一万", None), ("１２３", None)],
)
def test_numbers_choose(said: str, meant: str | None) -> None:
    found = chosen(said, [{"text": "甲", "payload": ""}, {"text": "乙", "payload": ""}])
    assert (found["text"] if found else None) == meant


@pytest.mark.parametrize("text", ["weixin://x", "JavaScript:alert(1)", "data:text/html,x", "alipays://x", "intent://x"])
def test_addresses_that_start_something_are_broken(text: str) -> None:
    assert ":" not in safe_text(text).split("/")[0].split("(")[0].split(",")[0]


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("https://a.example/x", "https://a.example/x?utm_source=sms&utm_medium=chat&utm_campaign=jinwen"),
        ("https://a.example/?utm_source=b", "https://a.example/?utm_source=b&utm_medium=chat&utm_campaign=jinwen"),
        ("https://a.example.evil.example/", "https://a.example.evil.example/"),
        ("(http://A.example/p),好", "(http://A.example/p?utm_source=sms&utm_medium=chat&utm_campaign=jinwen),好"),
        ("利率1.5%", "利率1.5%"),
    ],
)
def test_links_are_tagged(text: str, tagged: str) -> None:
    assert Tagger(["a.example"], "sms").tagged(text) == tagged
