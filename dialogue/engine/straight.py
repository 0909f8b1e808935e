"""StraightRunner: Rasa's model graph run node by node, in an order worked out once.

Rasa plans every run anew and hands each node to dask's scheduler: a tenth of a turn for a chain of ten nodes.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class StraightRunner:
    """Takes the place of the runner that loaded the model; same nodes, same results."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema: GraphSchema = loaded._graph_schema
        self._nodes: dict[str, GraphNode] = loaded._instantiated_nodes
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}
        for node in self._nodes.values():
            if isinstance(node._component, RulePolicy):
                _ask_rules_once(node._component)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of `targets`. Errors of a node come as Rasa raises them."""
        wanted = tuple(targets or self._schema.target_names)
        results: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted, frozenset(results))
        for name in self._orders[wanted]:
            needs = self._schema.nodes[name].needs.values()
            results[name] = self._nodes[name](*(results[need] for need in needs))
        return {name: results[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...], given: frozenset[str]) -> tuple[str, ...]:
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in given or name in order:
                return
            for need in self._schema.nodes[name].needs.values():
                visit(need)
            order[name] = None

        for target in targets:
            visit(target)
        return tuple(order)


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
