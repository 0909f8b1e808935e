"""Settings of one official account."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

API = "https://api.weixin.qq.com"
OPEN = "https://open.weixin.qq.com"


class Mode(StrEnum):
    """How the platform was told to send: 明文, 兼容, 安全. Pinned here, never taken from a request: whoever could
    choose would choose plaintext, whose signature does not cover the message."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """One official account.

    `name` stands in our addresses; `account` is its original id (gh_…); `customer_service` says that it may send
    customer-service messages (else slow answers wait for the user); `hosts` are the bank's own sites, whose links
    are tagged; `menu` is the account's menu as the platform takes it, and `asked` says which question a menu key
    asks; `templates` are the ids of its template messages by our names. `transfer` hands whoever asks for a person over
    to 微信's own customer service, `transfer_to` one account there; without it the bank's own desk takes over.
    """

    name: str
    account: str
    appid: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    mode: Mode = Mode.SAFE
    customer_service: bool = True
    api: str = API
    open: str = OPEN
    hosts: tuple[str, ...] = ()
    menu: tuple[dict[str, object], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    login_page: str = ""
    transfer: bool = False
    transfer_to: str = ""

    def __post_init__(self) -> None:
        if self.mode is not Mode.PLAIN and not self.aes_key:
            raise ValueError(f"wechat {self.name}: mode {self.mode} needs an aes_key (EncodingAESKey)")
