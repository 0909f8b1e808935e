"""SMS and e-mail: sent once, refused for good, receipts noted; a real SMTP server and a simulated gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI

from app.arcadedb import free_port
from connectors.notices.providers import HttpProvider, MailProvider, MailSettings, SmsSettings
from connectors.notices.sending import NoticeSender, sms_router
from connectors.notices.store import Medium, NoticeStore
from connectors.notices.templates import templates
from connectors.notices.unsubscribing import Refusals, router
from connectors.simulators.faults import Fault
from connectors.simulators.sms import SmsGateway, gateway_app
from connectors.web import problems
from dialogue.store import Store
from tests.support.channels import SetClock

GATEWAY = SmsSettings("sms", "http://gateway.test/send", "acc", "sms-key")
OFFER = {"text": "大额存单发售中。", "notice": "存款保险保障。"}


class Postman:
    """Keeps the mail; `answer` refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answer:
            return self.answer
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.mails.append(read)
        return "250 OK"


@dataclass
class Post:
    """The bank's sender, a mail server, a gateway and the pages."""

    store: NoticeStore
    clock: SetClock
    sender: NoticeSender
    postman: Postman
    gateway: SmsGateway
    web: httpx.AsyncClient

    def state(self, key: str) -> tuple[str, str]:
        found = self.store.get(key)
        assert found
        return found.state.value, found.code


@pytest.fixture
def postman() -> Iterator[tuple[Postman, int]]:
    handler, port = Postman(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
async def post(tmp_path: Path, postman: tuple[Postman, int]) -> AsyncIterator[Post]:
    database = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    clock, app, refusals = SetClock(), FastAPI(), Refusals("link-key", "http://bank.test")
    store = NoticeStore(database.engine, clock)
    problems.install(app)
    for routes in (router(refusals, store), sms_router(GATEWAY, store)):
        app.include_router(routes)
    mail = MailSettings("mail", "127.0.0.1", "云杉银行 <no-reply@yunshan.example>", "link-key", postman[1], "none")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bank.test") as web:
        gateway = SmsGateway(GATEWAY, "http://bank.test/notices/sms", web)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway_app(gateway))) as outside:
            sender = NoticeSender(store, [HttpProvider(GATEWAY, outside), MailProvider(mail, refusals)])
            yield Post(store, clock, sender, postman[0], gateway, web)
    database.close()


async def test_sms_goes_once_per_key(post: Post) -> None:
    for _ in range(2):
        post.store.queue("k1", Medium.SMS, "13800138000", "message_waiting", {})
    await post.sender.round()
    await post.sender.round()
    [sent] = post.gateway.sent.values()
    assert (sent["to"], "新消息" in sent["text"], post.state("k1")) == ("13800138000", True, ("sent", ""))
    found = post.store.get("k1")
    assert found and "138****8000" in found.recipient  # the number itself is not kept


@pytest.mark.parametrize("fault", [Fault(status=500, after=True), Fault(status=503), Fault(status=502)])
async def test_gateway_that_breaks_is_asked_again_under_the_same_key(post: Post, fault: Fault) -> None:
    post.gateway.faults.plan("send", fault)
    post.store.queue("k1", Medium.SMS, "13800138000", "message_waiting", {})
    await post.sender.round()
    assert post.state("k1")[0] == "queued"
    post.clock.pass_by(60)
    await post.sender.round()
    assert (post.state("k1"), len(post.gateway.sent)) == (("sent", ""), 1)


async def test_receipts_and_refusals_by_reply(post: Post) -> None:
    post.store.queue("k1", Medium.SMS, "13800138000", "offer", OFFER)
    await post.sender.round()
    [sent] = post.gateway.sent.values()
    assert sent["text"].endswith("拒收请回复R")
    receipts = [{"id": sent["id"], "arrived": False, "code": "EMPTY"}]
    assert await post.gateway.report({"receipts": receipts, "replies": [{"from": "13800138000", "text": " r "}]}) == 200
    assert post.state("k1") == ("failed", "EMPTY")
    assert not post.store.queue("k2", Medium.SMS, "13800138000", "offer", OFFER)
    assert post.store.queue("k3", Medium.SMS, "13800138000", "message_waiting", {})  # service goes on


async def test_refused_after_queued_is_not_sent(post: Post) -> None:
    post.store.queue("k1", Medium.SMS, "13800138000", "offer", OFFER)
    await post.gateway.report({"replies": [{"from": "13800138000", "text": "退订"}]})
    await post.sender.round()
    assert (post.state("k1"), post.gateway.sent) == (("failed", "refused"), {})


async def test_reports_that_are_not_the_gateways_are_refused(post: Post) -> None:
    body = {"replies": [{"from": "13800138000", "text": "R"}]}
    for headers in ({}, {"X-Timestamp": "1", "X-Signature": "0" * 64}, {"X-Timestamp": "x", "X-Signature": ""}):
        assert (await post.web.post("/notices/sms", json=body, headers=headers)).status_code == 403
    assert not post.store.refuses(Medium.SMS, "13800138000")
    assert await post.gateway.report({"receipts": [{}]}) == 400


async def test_mail_arrives_with_its_way_out(post: Post) -> None:
    post.store.queue("k1", Medium.MAIL, "kehu@example.com", "offer", OFFER)
    await post.sender.round()
    [mail] = post.postman.mails
    assert (mail["To"], mail["Subject"]) == ("kehu@example.com", "云杉银行为您推荐")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert link in mail.get_content()
    assert "kehu" not in link
    assert (await post.web.get(link)).status_code == 200
    assert not post.store.refuses(Medium.MAIL, "kehu@example.com")  # looking is not refusing
    answer = await post.web.post(link, content="List-Unsubscribe=One-Click")
    assert "已退订" in answer.text
    assert post.store.refuses(Medium.MAIL, "Kehu@example.com ")
    assert (await post.web.post(link[:-1] + "x")).status_code == 404


@pytest.mark.parametrize(
    ("answer", "state"), [("451 later", "queued"), ("554 no", "failed"), ("421 closing", "queued")]
)
async def test_mail_server_decides(post: Post, answer: str, state: str) -> None:
    post.postman.answer = answer
    post.store.queue("k1", Medium.MAIL, "kehu@example.com", "message_waiting", {})
    await post.sender.round()
    assert post.state("k1") == (state, answer[:3])


async def test_nobody_can_write_headers(post: Post) -> None:
    post.store.queue("k1", Medium.MAIL, "a@example.com\r\nBcc: b@example.com", "message_waiting", {})
    await post.sender.round()
    assert (post.state("k1"), post.postman.mails) == (("failed", "address"), [])
    hostile = {"text": "x\r\n\r\n.\r\nMAIL FROM:<a@b>\u202e", "notice": ""}
    post.store.queue("k2", Medium.MAIL, "a@example.com", "offer", hostile)
    await post.sender.round()
    assert "x . MAIL FROM:<a@b>" in post.postman.mails[0].get_content()


async def test_killed_in_the_middle(post: Post) -> None:
    for key, medium, to in (("s", Medium.SMS, "13800138000"), ("m", Medium.MAIL, "a@example.com")):
        post.store.queue(key, medium, to, "message_waiting", {})
    for notice_id in post.store.due():
        assert post.store.claim(notice_id)
    post.clock.pass_by(61)
    await post.sender.round()
    assert post.state("s") == ("sent", "")  # the gateway takes a key
    assert post.state("m") == ("unknown", "interrupted")
    assert post.postman.mails == []


def test_templates_carry_no_figure_and_fill() -> None:
    for name, template in templates().items():
        assert not any(c.isdigit() for c in template.text), name
        places = {"when": "x", "day": "x", "text": "x", "notice": "x"}
        assert "{" not in template.filled(places)
    with pytest.raises(KeyError):
        templates()["offer"].filled({})


@pytest.mark.parametrize(("host", "security"), [("mail.example", "none"), ("mail.example", "ssl")])
def test_mail_goes_encrypted(host: str, security: str) -> None:
    with pytest.raises(ValueError, match="mail"):
        MailSettings("mail", host, "a@example.com", "link-key", 25, security)
