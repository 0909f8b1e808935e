"""The straight runner against Rasa's own on the trained model: the same actions, whatever was said before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.constants import PLACEHOLDER_TRACKER
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue.engine.straight import StraightRunner

pytestmark = [pytest.mark.rasa, pytest.mark.slow]

LISTEN = ActionExecuted("action_listen")


def said(intent: str) -> list[Event]:
    return [LISTEN, UserUttered("……", {"name": intent, "confidence": 1.0})]


@pytest.fixture(scope="module")
def runners(model: Path) -> tuple[Any, Any, Any]:
    """Rasa's runner, ours on a second copy of the model, and what both were loaded from."""
    agents = [Agent.load(str(model)) for _ in range(2)]
    theirs, loaded = (agent.processor.graph_runner for agent in agents)
    return theirs, StraightRunner(loaded), agents[0].processor


def test_every_intent_alone_and_after_a_rejected_action_leads_to_the_same_action(
    runners: tuple[Any, Any, Any],
) -> None:
    theirs, ours, processor = runners
    form = next(iter(processor.domain.form_names))
    before: dict[str, list[Event]] = {
        "nothing": [],
        "a turn": [*said("greet"), ActionExecuted("action_greet")],
        "a form": [*said("greet"), ActionExecuted(form), ActiveLoop(form), SlotSet("requested_slot", "answer")],
    }
    decided = 0
    for intent in processor.domain.intents:
        for what, events in before.items():
            for after in ([], [ActionExecutionRejected(form)]):
                one, other = (
                    predicted(runner, processor, [*events, *said(intent), *after]) for runner in (theirs, ours)
                )
                place = (intent, what, len(after))
                assert other.probabilities == one.probabilities, place
                assert (other.policy_name, other.events) == (one.policy_name, one.events), place
                decided += "RulePolicy" in (one.policy_name or "")
    assert decided > len(processor.domain.intents)


def predicted(runner: Any, processor: Any, events: list[Event]) -> PolicyPrediction:
    tracker = DialogueStateTracker.from_events("一个客户", events, processor.domain.slots, domain=processor.domain)
    target = processor.model_metadata.core_target
    found: PolicyPrediction = runner.run(inputs={PLACEHOLDER_TRACKER: tracker}, targets=[target])[target]
    return found
