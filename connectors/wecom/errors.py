"""What error codes of 企业微信 mean for a message, as in its 「全局错误码」."""

from __future__ import annotations

from connectors.channels.ports import NotSent, Refused, SendError

TOKEN_CODES = frozenset({40014, 42001, 40001})
_LATER = {-1: None, 45009: 60.0, 45033: 5.0, 40014: 30.0, 42001: 30.0, 40001: 30.0, 6000: 1.0}
_WITH_NEXT_MESSAGE = {
    95001: "all messages of the window are used",
    95002: "no message of the customer within the window",
    95013: "the conversation has ended",
    95016: "the state forbids it",
    95018: "a person has the conversation",
}


def failure(code: int, detail: str) -> SendError:
    """How a delivery ends that was answered with `code`."""
    if code in _LATER:
        return NotSent(str(code), detail, _LATER[code])
    if code in _WITH_NEXT_MESSAGE:
        return Refused(str(code), _WITH_NEXT_MESSAGE[code], again=True)
    return Refused(str(code), detail)
