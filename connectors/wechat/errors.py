"""What the platform's error codes mean for a message: try again, come back later, wait for the user, or give up.

Codes as in 微信公众平台「全局返回码说明」; checked with the simulator, not with the live platform.
"""

from __future__ import annotations

from connectors.channels.ports import NotSent, Refused, SendError

TOKEN_CODES = frozenset({40001, 40014, 42001})
"""The access token is wrong or has expired: it is renewed once, then the message waits."""

_LATER = {-1: None, 45011: 60.0, 40001: 30.0, 40014: 30.0, 42001: 30.0, 50002: None}
_WITH_NEXT_MESSAGE = {
    45009: "daily quota",
    45015: "no message of the user within the window",
    45047: "all messages of the window are used",
    48001: "the account has no customer-service messages",
    48006: "too many quota resets",
}


def failure(code: int, detail: str) -> SendError:
    """How a delivery ends that the platform answered with `code`."""
    if code in _LATER:
        return NotSent(str(code), detail, _LATER[code])
    if code in _WITH_NEXT_MESSAGE:
        return Refused(str(code), _WITH_NEXT_MESSAGE[code], again=True)
    return Refused(str(code), detail)
