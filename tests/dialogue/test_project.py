"""The Rasa project: intents, rules, stories and domain agree with one another and with nlu.intents."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from kg.figures import loose_figure
from nlu import intents
from tests.support.rasa_files import DIALOGUE, documents, domain, examples, rules, stories

ALL = (
    intents.KNOWLEDGE_INTENTS
    | intents.COMMANDS
    | intents.CHITCHAT
    | {intents.OUT_OF_SCOPE, intents.FALLBACK, intents.CHOOSE}
)

ONE_SENTENCE = re.compile(r"[一-鿿，、]+。")


def test_the_domain_has_the_intents_of_the_arbiter_each_once() -> None:
    assert domain("intents") == Counter(ALL)


def test_what_is_learnt_is_in_the_domain() -> None:
    assert set(examples()) == set(domain("intents")) - {intents.FALLBACK}


def forms() -> Counter[str]:
    return domain("forms")


def opening() -> list[dict[str, Any]]:
    """The rules that answer an intent, be it by opening a form; those that close one stand under its condition."""
    return [rule for rule in rules() if "condition" not in rule]


def test_every_intent_has_one_rule() -> None:
    assert Counter(rule["steps"][0]["intent"] for rule in opening()) == Counter(ALL)


@pytest.mark.parametrize("rule", opening(), ids=lambda rule: str(rule["rule"]))
def test_a_rule_is_one_intent_and_one_action(rule: dict[str, Any]) -> None:
    opens_form = rule["steps"][1]["action"] in forms()
    assert [list(step) for step in rule["steps"]] == [
        ["intent"],
        ["action"],
        *([["active_loop"]] if opens_form else []),
    ]


def test_every_form_is_opened_by_one_rule_and_closed_by_one() -> None:
    opened = Counter(rule["steps"][-1]["active_loop"] for rule in opening() if "active_loop" in rule["steps"][-1])
    closed = Counter(c["active_loop"] for rule in rules() for c in rule.get("condition", ()))
    assert opened == closed == forms()


@pytest.mark.parametrize("title", [rule["rule"] for rule in rules()] + [story["story"] for story in stories()])
def test_a_title_is_one_chinese_sentence(title: str) -> None:
    assert ONE_SENTENCE.fullmatch(title)


def test_titles_are_different() -> None:
    titles = Counter([rule["rule"] for rule in rules()] + [story["story"] for story in stories()])
    assert titles.most_common(1)[0][1] == 1


def test_the_actions_of_the_domain_are_those_that_rules_and_stories_name() -> None:
    named = {step["action"] for turns in (*rules(), *stories()) for step in turns["steps"] if "action" in step}
    by_rasa = {f"validate_{form}" for form in forms()}  # Rasa finds these by the names of forms and of their slots
    by_rasa |= {f"action_ask_{slot}" for slot in domain("slots") if f"action_ask_{slot}" in domain("actions")}
    assert (named - set(forms())) | by_rasa == set(domain("actions"))


@pytest.mark.parametrize("story", stories(), ids=lambda story: str(story["story"]))
def test_a_story_leans_on_memory_and_keeps_the_rules(story: dict[str, Any]) -> None:
    action_of = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in opening()}
    asked = [step["intent"] for step in story["steps"][::2]]
    assert [step["action"] for step in story["steps"][1::2]] == [action_of[intent] for intent in asked]
    assert len(asked) > 1


def test_memory_is_the_only_slot_beside_those_of_a_form_and_none_steers_policies() -> None:
    slots = {name: slot for _, d in documents(DIALOGUE / "domain") for name, slot in d.get("slots", {}).items()}
    assert set(slots) == {"memory", "assessment", "assessment_done"}
    for slot in slots.values():
        assert slot == {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}


def test_memory_is_carried_over_to_a_new_session() -> None:
    session = next(d["session_config"] for _, d in documents(DIALOGUE / "domain") if "session_config" in d)
    assert session["carry_over_slots_to_new_session"] is True


def test_the_bots_words_stand_in_one_place() -> None:
    assert not domain("responses")


def test_the_bots_own_words_carry_no_figure() -> None:
    texts = yaml.safe_load((DIALOGUE / "texts.yml").read_text(encoding="utf-8"))
    assert {name: loose_figure(text) for name, text in texts.items() if loose_figure(text)} == {}


def test_every_rule_file_has_its_domain_file() -> None:
    topics = {path.name for path, _ in documents(DIALOGUE / "domain")}
    assert {path.name for path, _ in documents(DIALOGUE / "rules")} == topics - {"_shared.yml"}
