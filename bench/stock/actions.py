"""The one custom action of the stock bot: thing and attribute from the entities, one Cypher query, one sentence."""

from __future__ import annotations

import os
from typing import Any

from neo4j import Driver, GraphDatabase, RoutingControl
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

MOST = 10
NOW = 2**62  # what the graph writes as the last revision of a fact that still stands

_FACTS = """
MATCH (e:Entity {name: $thing})-[r:FACT]->(o) WHERE r.predicate = $attribute AND r.rev_to = $now
RETURN coalesce(o.text, o.name) AS value LIMIT $most
"""
_MEMBERS = """
MATCH (c:Entity {name: $thing})<-[r:INSTANCE_OF|SUBCLASS_OF]-(e:Entity) WHERE r.rev_to = $now
RETURN e.name AS value LIMIT $most
"""


class ActionQueryGraph(Action):  # type: ignore[misc]  # rasa_sdk has no types
    """Reads attribute, definition or members of what was named."""

    def __init__(self) -> None:
        user, password = os.environ["NEO4J_USER"], os.environ["NEO4J_PASSWORD"]
        self._driver: Driver = GraphDatabase.driver(os.environ["NEO4J_URI"], auth=(user, password))

    def name(self) -> str:
        """As in domain.yml."""
        return "action_query_graph"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One reply; what was named last stays in the slots."""
        thing, intent = tracker.get_slot("thing"), tracker.get_intent_of_latest_message()
        attribute = "定义" if intent == "ask_definition" else next(tracker.get_latest_entity_values("attribute"), None)
        if not thing:
            text = "请说出产品的全名。"
        elif intent in ("ask_list", "compare") or not attribute:
            text = _sentence(thing, self._values(_MEMBERS, thing=thing))
        else:
            text = _sentence(f"{thing}的{attribute}", self._values(_FACTS, thing=thing, attribute=attribute))
        dispatcher.utter_message(text=text)
        return []

    def _values(self, statement: str, **parameters: Any) -> list[str]:
        found = self._driver.execute_query(
            statement,
            {**parameters, "now": NOW, "most": MOST},
            database_=os.environ["NEO4J_DATABASE"],
            routing_=RoutingControl.READ,
        )
        return [str(row["value"]) for row in found.records]


def _sentence(what: str, values: list[str]) -> str:
    return f"{what}：{'、'.join(values)}" if values else f"没有找到{what}。"
