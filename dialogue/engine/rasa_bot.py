"""RasaBot: a trained model taking turns in this process, without HTTP, lock store or event replay."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from dialogue.engine.bot import BotFailure, BotTurn
from dialogue.engine.straight import StraightRunner
from dialogue.engine.thrift import spare
from dialogue.message import Message
from dialogue.tracker_store import SnapshotTrackerStore
from dialogue.wire import REPLY, Said, said_from_json
from kg.answer import Outcome
from nlu.components.arbiter import UNDERSTOOD

ACTIONS = "dialogue.actions"


class RasaBot:
    """One model; takes one turn at a time."""

    def __init__(self, model: Path) -> None:
        spare()
        self._actions = LocalActions()
        self._store = SnapshotTrackerStore(Domain.empty())
        generator = TemplatedNaturalLanguageGenerator({})
        self._processor = _Processor(str(model), self._store, InMemoryLockStore(), generator, self._actions)
        self._processor.graph_runner = StraightRunner(self._processor.graph_runner)
        self._store.domain = self._processor.domain
        generator.responses = self._processor.domain.responses

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        """Takes a turn from the snapshot `before`. What goes wrong in a component or action is raised as it was."""
        channel = _Collected()
        message = UserMessage(text, channel, session, input_channel=channel.name(), metadata=metadata)
        self._store.give(session, before)
        self._actions.begin()
        started = time.perf_counter()
        await self._processor.handle_message(message)
        latency = {"rasa": _ms(started), "action": self._actions.spent_ms}
        self._actions.raise_failure()
        after = self._store.take(session)
        return _turn(channel.responses, self._actions.latest, after, latency)


class LocalActions(EndpointConfig):
    """The action endpoint without a server: rasa_sdk's executor called directly."""

    def __init__(self) -> None:
        # With a selective domain Rasa does not send the whole domain along with every call.
        super().__init__(enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(ACTIONS)
        self.begin()

    def begin(self) -> None:
        """Forgets the turn before."""
        self._failure: Exception | None = None
        self.spent_ms = 0.0
        self.latest: dict[str, Any] = {}

    def raise_failure(self) -> None:
        """Raises BotFailure for what went wrong in an action of this turn; Rasa would only log it and say nothing."""
        if self._failure is not None:
            understood = self.latest.get(UNDERSTOOD) or {}
            raise BotFailure(understood.get("intent", ""), understood.get("confidence", 0.0)) from self._failure

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the action that Rasa asks for."""
        started = time.perf_counter()
        self.latest = kwargs["json"]["tracker"]["latest_message"]
        try:
            return await self._executor.run(kwargs["json"])
        except Exception as error:  # raise_failure hands it to the turn
            self._failure = error
            return {"events": [], "responses": []}
        finally:
            self.spent_ms += _ms(started)


class _LocalAction(RemoteAction):
    """A custom action of this process. Rasa checks every result against a JSON schema, which takes three quarters
    of a turn; what our own code returns needs no such check."""

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        return True


class _Processor(MessageProcessor):
    """Rasa's processor with custom actions that are local."""

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if isinstance(action, RemoteAction):
            action = _LocalAction(action.name(), self.action_endpoint)
        return action, prediction

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: intents and entities come from the components trained with this domain; Rasa would build an empty
        domain at every turn to see whether this one is."""

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Nothing: what a conversation remembers has no place in a log."""


class _Collected(OutputChannel):
    """Keeps what the bot says, whole: Rasa's own collector splits text on blank lines and drops unknown keys."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "jinwen"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.responses.append(message)


def _turn(
    responses: list[dict[str, Any]], latest: dict[str, Any], after: dict[str, Any], latency: dict[str, float]
) -> BotTurn:
    understood = latest.get(UNDERSTOOD) or {}
    return BotTurn(
        said=_said(responses),
        intent=understood.get("intent", ""),
        confidence=understood.get("confidence", 0.0),
        snapshot=after,
        latency=latency,
        runners_up=tuple((k, i, p) for k, i, p in understood.get("runners_up", ())),
    )


def _said(responses: list[dict[str, Any]]) -> Said:
    """The reply of the action, and of the form that goes on after it; a response of the domain is text alone."""
    said = [said_from_json(r[REPLY]) for r in responses if REPLY in r]
    if said:
        return _in_a_row(said)
    text = "\n".join(r["text"] for r in responses if r.get("text"))
    if not text:
        raise RuntimeError("the bot said nothing; is there a rule for this intent?")
    return Said(Message(text), Outcome.FORM)


def _in_a_row(said: list[Said]) -> Said:
    """An answer in the middle of a form, and the form's question again, as one message."""
    first, last = said[0], said[-1]
    if first is last:
        return first
    text = "\n\n".join(s.message.text for s in said)
    message = replace(first.message, text=text, choices=last.message.choices)
    return replace(first, message=message, effects=tuple(e for s in said for e in s.effects))


def _ms(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)
