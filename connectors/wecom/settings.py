"""Settings of one company application."""

from __future__ import annotations

from dataclasses import dataclass, field

API = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One application of a company. `name` stands in our addresses; `receiver` is whose id callbacks carry: the
    company's for its own applications; `agent_id` 0 has no app messages; `servicers` may take a conversation over;
    `transfer` puts whoever asks for a person into 微信客服's own queue, else the bank's desk takes over."""

    name: str
    corpid: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    secret: str = field(repr=False)
    receiver: str = ""
    agent_id: int = 0
    servicers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    api: str = API
    transfer: bool = False
