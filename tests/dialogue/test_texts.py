"""The bot's own words: no figure in them, each of them used, each place of them filled."""

from __future__ import annotations

import re

import pytest

from dialogue.texts import say, templates
from kg.figures import from_name, loose_figure
from tests.support.demo import PROJECT

PLACES = re.compile(r"\{(\w+)\}")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("dialogue", "desk", "app", "connectors")
    for path in sorted((PROJECT / folder).rglob("*.py"))
)
BY_INTENT = {"greet", "goodbye", "thank", "ask_identity", "ask_capability", "insult", "affirm", "deny", "cancel"}
BY_INTENT |= {"out_of_scope"}
BY_INTENT |= {f"desk_score_{score}" for score in range(1, 6)}
BY_INTENT |= {"purpose_marketing", "purpose_personalised"}
BY_INTENT |= {
    f"data_{f}" for f in ("birth_date", "sex", "region", "monthly_income", "opened_on", "segment", "life_stage")
}
BY_INTENT |= {f"channel_{c}" for c in ("sms", "phone", "wechat", "wecom", "push", "mail")}


@pytest.mark.parametrize("name", sorted(templates()))
def test_no_text_carries_a_figure(name: str) -> None:
    assert loose_figure(PLACES.sub("", templates()[name])) == ""


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_text_can_be_said(name: str) -> None:
    filled = {place: from_name("甲1号") for place in PLACES.findall(templates()[name])}
    said = say(name, **filled).text
    assert "{" not in said
    assert said.count("甲1号") == len(PLACES.findall(templates()[name]))


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_text_is_used(name: str) -> None:
    assert name in BY_INTENT or f'"{name}"' in SOURCES


def test_an_unknown_name_and_an_empty_place_are_errors() -> None:
    with pytest.raises(KeyError):
        say("no_such_text")
    with pytest.raises(KeyError):
        say("value", subject=from_name("甲"))
