"""StraightRunner: Rasa's model graph run node by node, in an order worked out once.

Rasa plans every run anew and hands each node to dask's scheduler: a tenth of a turn for a chain of ten nodes. And it
asks every policy: where a rule has decided, with the certainty and the priority that nothing else can have, stories are
not looked up any more.
"""

from __future__ import annotations

from ast import literal_eval
from functools import lru_cache
from itertools import islice
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker


class StraightRunner:
    """Takes the place of the runner that loaded the model; same nodes, same results."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema: GraphSchema = loaded._graph_schema
        self._nodes: dict[str, GraphNode] = loaded._instantiated_nodes
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._rules = self._nodes_of(RulePolicy)
        self._stories = self._nodes_of(MemoizationPolicy) - self._rules  # a RulePolicy is one as well
        for name in self._rules:
            _ask_rules_once(self._nodes[name]._component)
            _remember_applying(self._nodes[name]._component)
            _see_no_further_than_rules(self._nodes[name]._component)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of `targets`. Errors of a node come as Rasa raises them."""
        wanted = tuple(targets or self._schema.target_names)
        results: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted, frozenset(results))
        decided = False
        for name in self._orders[wanted]:
            if decided and name in self._stories:
                results[name] = (name, None)  # the ensemble passes over what is no prediction
                continue
            needs = self._schema.nodes[name].needs.values()
            results[name] = self._nodes[name](*(results[need] for need in needs))
            if name in self._rules:
                decided = _decides(results[name][1], inputs or {})
        return {name: results[name][1] for name in wanted}

    def _nodes_of(self, kind: type) -> frozenset[str]:
        return frozenset(name for name, node in self._nodes.items() if isinstance(node._component, kind))

    def _order(self, targets: tuple[str, ...], given: frozenset[str]) -> tuple[str, ...]:
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in given or name in order:
                return
            needs = self._schema.nodes[name].needs.values()
            for need in sorted(needs, key=self._stories.__contains__):  # rules first: they may make stories needless
                visit(need)
            order[name] = None

        for target in targets:
            visit(target)
        return tuple(order)


def _decides(prediction: Any, inputs: dict[str, Any]) -> bool:
    """Whether no other policy can win against what the rules predict. A rejected action gets no chance in any of them:
    then all are heard."""
    tracker = next((value for value in inputs.values() if isinstance(value, DialogueStateTracker)), None)
    if tracker is None or not isinstance(prediction, PolicyPrediction):
        return False
    last = next((e for e in reversed(tracker.events) if isinstance(e, ActionExecutionRejected | ActionExecuted)), None)
    return prediction.max_confidence >= 1.0 and not isinstance(last, ActionExecutionRejected)


def _ask_rules_once(policy: RulePolicy) -> None:
    """Spares the policy its first look, which is for rules about the text of a message, when it has none of those:
    each look builds the states of the whole conversation anew."""
    if any('"text"' in key for key in policy.lookup[RULES]):
        return
    look = policy._find_action_from_rules

    def look_by_intent(
        tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        found: tuple[str | None, str | None, bool] = (None, None, False)
        return found if use_text_for_last_user_input else look(tracker, domain, use_text_for_last_user_input)

    policy._find_action_from_rules = look_by_intent


def _remember_applying(policy: RulePolicy) -> None:
    """Which rules go with a state is asked of each rule once, not in every conversation anew; states further back than
    the longest rule say nothing."""
    rules = frozenset(policy.lookup[RULES])
    longest = max((len(policy._rule_key_to_state(key)) for key in rules), default=0)
    compare = policy._get_possible_keys

    @lru_cache(maxsize=4096)
    def applying(turns_back: int, written: str) -> frozenset[str]:
        state = literal_eval(written)
        return frozenset(key for key in rules if policy._is_rule_applicable(key, turns_back, state))

    def possible_keys(lookup: dict[str, str], states: list[State]) -> set[str]:
        if lookup is not policy.lookup[RULES]:
            other: set[str] = compare(lookup, states)
            return other
        found = set(rules)
        for turns_back, state in enumerate(islice(reversed(states), longest)):
            found &= applying(turns_back, repr(state))
        return found

    policy._get_possible_keys = possible_keys


def _see_no_further_than_rules(policy: RulePolicy) -> None:
    """States from before the longest rule, which no rule is compared with, are not made; in a long conversation they
    are most of all that it has."""
    keys = (*policy.lookup[RULES], *policy.lookup[RULES_FOR_LOOP_UNHAPPY_PATH])
    longest = max((len(policy._rule_key_to_state(key)) for key in keys), default=0)
    create = policy.featurizer._create_states

    def last_states(
        tracker: DialogueStateTracker,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if ignore_rule_only_turns:
            whole: list[State] = create(tracker, domain, omit_unset_slots, ignore_rule_only_turns, rule_only_data)
            return whole
        return _last_states(tracker, domain, omit_unset_slots, longest)

    policy.featurizer._create_states = last_states


def _last_states(tracker: DialogueStateTracker, domain: Domain, omit_unset_slots: bool, count: int) -> list[State]:
    """The last states of `domain.states_for_tracker_history`: before each action, and after all that happened."""
    events, replayed, states = tracker.applied_events(), tracker.init_copy(), []
    to_come = sum(isinstance(event, ActionExecuted) for event in events)
    for event in events:
        if isinstance(event, ActionExecuted):
            if to_come < count:
                states.append(domain.get_active_state(replayed, omit_unset_slots=omit_unset_slots))
            to_come -= 1
        replayed.update(event)
    return [*states, domain.get_active_state(replayed, omit_unset_slots=omit_unset_slots)]
