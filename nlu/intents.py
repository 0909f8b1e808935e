"""The intents of the Rasa project, by the role they play for the arbiter. Names as in dialogue/domain."""

from __future__ import annotations

from kg.query import Ask

KNOWLEDGE = {
    Ask.VALUE: "ask_attribute",
    Ask.DESCRIBE: "ask_definition",
    Ask.LIST: "ask_list",
    Ask.COUNT: "ask_count",
    Ask.BEST: "ask_superlative",
    Ask.COMPARE: "ask_comparison",
    Ask.CHECK: "ask_yes_no",
    Ask.REVERSE: "ask_reverse",
    Ask.SOURCE: "ask_source",
    Ask.SUM: "ask_count",
    Ask.AVERAGE: "ask_count",
    Ask.SHARE: "ask_count",
    Ask.HISTORY: "ask_attribute",
    Ask.CALCULATE: "ask_attribute",
    Ask.GROWTH: "ask_attribute",
    Ask.RATIO: "ask_attribute",
    Ask.DIFFERENCE: "ask_comparison",
    Ask.ELIGIBLE: "ask_yes_no",
}
"""Intent of a Query by what it asks."""

ASK_FAQ = "ask_faq"
FOLLOW_UP = "follow_up"
KNOWLEDGE_INTENTS = frozenset({*KNOWLEDGE.values(), ASK_FAQ, FOLLOW_UP})

REPORT_URGENT = "report_urgent"
ASK_ACCOUNT = "ask_account"
HANDOFF = "request_handoff"
COMPLAIN = "complain"
OPT_OUT = "opt_out"
OPT_IN = "opt_in"
DISTRESS = "distress"
ASK_RECOMMENDATION = "ask_recommendation"
ASK_OFFER_REASON = "ask_offer_reason"
ASK_MY_DATA = "ask_my_data"
TAKE_ASSESSMENT = "take_assessment"
ABOUT_OFFERS = frozenset({OPT_OUT, OPT_IN, ASK_RECOMMENDATION, ASK_OFFER_REASON, ASK_MY_DATA, TAKE_ASSESSMENT})
COMMANDS = frozenset({REPORT_URGENT, ASK_ACCOUNT, HANDOFF, COMPLAIN, DISTRESS}) | ABOUT_OFFERS

CHITCHAT = frozenset(
    {"greet", "goodbye", "thank", "ask_identity", "ask_capability", "insult", "affirm", "deny", "cancel"}
)
CANCEL = "cancel"
DENY = "deny"
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
CHOOSE = "choose"
"""A pending choice was taken by name, ordinal or click."""
