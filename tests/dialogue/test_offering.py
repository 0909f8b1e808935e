"""Offers beside answers: for whom, for whom not, and how a word silences them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, update

from connectors.customers.erasing import finish
from customer.erasing import erased, tickets
from customer.errors import CustomerError
from customer.merging import merge_customers, unmerge
from customer.propensity.learners import Logistic
from customer.propensity.model import Calibration, ResponseModel
from customer.propensity.registry import Registry
from customer.reading import CustomerReader
from customer.sql import reading
from customer.tables import feature, response_model, score
from dialogue.store.talks import texts_of
from dialogue.turn import Namespace
from growth import history, ledger
from growth.case import WishScope
from growth.experiments import trials
from growth.history import Recorded
from growth.ledger import Place, Wanted
from growth.reasons import Reason
from growth.report import session_report
from kg.answer import Outcome
from tests.support.demo import Bank
from tests.support.offers import NOW, Counter, customer_of


@pytest.fixture
def counter(bank: Bank, tmp_path: Path) -> Counter:
    return Counter(bank, tmp_path, customer_of("c2"), customer_of("c3", "C3"), customer_of("none", None))


def test_an_offer_stands_beside_the_answer_and_leaves_it_as_it_was(counter: Counter) -> None:
    plain = counter.ask("稳盈2号的起购金额是多少")
    offered = counter.ask("稳盈2号的起购金额是多少", "c2")
    assert plain.message.offer is None
    assert offered.message.offer is not None
    assert offered.message.text == plain.message.text
    assert "产品有风险" in offered.message.offer.notice
    assert [c.label for c in offered.message.offer.choices] == ["为什么推荐给我", "不感兴趣", "别再推荐", "了解一下"]
    assert counter.ask("它的风险等级呢", "c2").message.offer is None, "one a day"


def test_a_cautious_customer_gets_his_answer_and_no_riskier_offer(counter: Counter, bank: Bank) -> None:
    out = counter.ask("乐享1号的业绩比较基准是多少", "c2")
    assert out.outcome is Outcome.ANSWERED and "乐享1号" in out.message.text
    if out.message.offer is not None:
        assert "乐享1号" not in out.message.offer.text


def test_no_more_offers_silences_every_channel_at_once(counter: Counter) -> None:
    receipt = counter.ask("别再推荐了", "c2", "opt_out")
    assert receipt.outcome is Outcome.DONE and "不再向您推荐" in receipt.message.text
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is None
    assert counter.ask("稳盈2号的起购金额是多少", "c2", session="elsewhere", channel="wechat").message.offer is None
    counter.ask("恢复推荐", "c2", "opt_out")
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is not None


def test_wecom_is_one_channel_whoever_writes_there(counter: Counter) -> None:
    counter.ask("企业微信上别给我推荐", "c2", "opt_out")
    asked = "稳盈2号的起购金额是多少"
    assert counter.ask(asked, "c2", session="kf", channel="wecom_kf").message.offer is None
    assert counter.ask(asked, "c3", session="other", channel="wecom_kf").message.offer is not None
    assert counter.ask(asked, "c2").message.offer is not None


@pytest.mark.parametrize(
    ("text", "asked", "offered"),
    [
        ("可以推荐基金但别推保险", "云麓短债A的风险等级", True),
        ("可以推荐保险但别推理财、基金和存款", "云麓短债A的风险等级", False),
        ("除了存款，别的都别给我推荐", "云麓短债A的风险等级", False),
        ("别发短信了", "云麓短债A的风险等级", True),
        ("不要任何推销", "云麓短债A的风险等级", False),
    ],
)
def test_finer_wishes_hold(counter: Counter, text: str, asked: str, offered: bool) -> None:
    assert counter.ask(text, "c2", "opt_out").outcome is Outcome.DONE
    assert (counter.ask(asked, "c2").message.offer is not None) is offered


def test_a_refused_offer_is_not_made_again(counter: Counter) -> None:
    first = counter.ask("稳盈2号的起购金额是多少", "c2").message.offer
    assert first is not None
    receipt = counter.ask("不感兴趣", "c2", "opt_out")
    assert "不再向您提" in receipt.message.text


def test_the_reason_is_told(counter: Counter) -> None:
    assert "没有向您推荐过" in counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    counter.ask("稳盈2号的起购金额是多少", "c2")
    reply = counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    assert "测评等级之内" in reply and "您同意过接收推荐" in reply and "有关" in reply


@pytest.mark.parametrize("text", ["为什么不推荐乐享1号", "为什么不推荐那款高收益的", "收益高的怎么不推给我"])
def test_why_not_is_told_in_words(counter: Counter, text: str) -> None:
    reply = counter.ask(text, "c2", "ask_offer_reason").message.text
    assert "高于您的测评等级C2" in reply


def test_suitability_comes_before_a_recommendation(counter: Counter) -> None:
    asked = counter.ask("给我推荐个理财", "none", "ask_recommendation").message
    assert "风险测评" in asked.text and [c.label for c in asked.choices] == ["开始风险测评"]
    listed = counter.ask("给我推荐个理财", "c2", "ask_recommendation").message
    assert "C2" in listed.text and "稳盈" in listed.text and "乐享1号" not in listed.text
    visitor = counter.ask("给我推荐个适合我的", "", "ask_recommendation").message
    assert "没有按您的个人情况挑选" in visitor.text


def test_a_list_asked_as_advice_is_advice_for_a_customer_and_a_list_for_a_visitor(counter: Counter) -> None:
    assert "风险测评" in counter.ask("推荐几款理财产品", "none").message.text
    assert "共有" in counter.ask("推荐几款理财产品").message.text


def test_a_limit_on_risk_is_kept_in_talk_and_on_request(counter: Counter) -> None:
    receipt = counter.ask("只给我推R1的", "c2", "opt_out")
    assert "高于R1" in receipt.message.text and "登记时间" in receipt.message.text
    offer = counter.ask("稳盈2号的起购金额是多少", "c2", session="s2").message.offer
    assert offer is not None and "云麓货币A" in offer.text, "R1 may still be offered, R2 not"
    assert "只接受R1及以下" in counter.ask("为什么不推荐稳盈1号", "c2", "ask_offer_reason").message.text
    assert "稳盈" not in counter.ask("给我推荐个理财", "c2", "ask_recommendation").message.text
    assert "不再另限" in counter.ask("推荐不限风险等级", "c2", "opt_in").message.text


def test_own_data_are_named_and_their_use_ends_on_request(counter: Counter) -> None:
    held = counter.ask("我的数据有哪些", "c2", "ask_my_data").message.text
    assert "出生日期（来源：核心系统" in held and "1986" not in held
    assert "和我的对话" in held
    counter.ask("别再推荐了", "c2", "opt_out")
    assert "共1条" in counter.ask("我的数据有哪些", "c2", "ask_my_data").message.text
    assert "不再用于推荐" in counter.ask("删除我的数据", "c2", "ask_my_data").message.text
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is None
    assert "没有您的资料" in counter.ask("我的数据有哪些", "", "ask_my_data").message.text


@pytest.mark.parametrize("intent", ["complain", "distress", "report_urgent", "request_handoff"])
def test_service_comes_first_and_stays_first(counter: Counter, intent: str) -> None:
    assert counter.ask("我有事", "c2", intent).message.offer is None
    offer = counter.ask("稳盈2号的起购金额是多少", "c2").message.offer
    assert (offer is None) is (intent != "request_handoff")


def decisions(counter: Counter, session: str) -> list[Recorded]:
    with counter.store.engine.connect() as connection:
        return history.of_session(connection, session)


def test_advice_leaves_a_record_that_can_be_read(counter: Counter) -> None:
    out = counter.ask("给我推荐个理财", "c2", "ask_recommendation")
    [made] = decisions(counter, "s-c2")
    assert made.reason is Reason.ADVISED and made.customer == "c2" and made.turn_id == out.turn_id
    names = [made.product_of(o) for o in made.told]
    assert names and all(n in out.message.text for n in names)
    assert Reason.RISK_TOO_HIGH in {s.reason for s in made.steps}, "what was left out, and why, is there too"
    with counter.store.engine.connect() as connection:
        asked = texts_of(connection, [made.turn_id])
        report = "\n".join(session_report(connection, "s-c2", [made], str, asked))
        assert f"结果：应客户的要求，列出了{'、'.join(names)}" in report and "客户问：给我推荐个理财" in report
        assert history.sessions_named(connection, "c2") == ["s-c2"] == history.sessions_named(connection, "s-c2")
        assert history.sessions_named(connection, "nobody") == []
        assert "高于客户的测评等级C2" in report
        assert not trials(connection), "what was asked for is no part of the trial"


def test_the_log_of_a_customer_has_his_wishes_and_what_programs_asked_but_nobody_elses(counter: Counter) -> None:
    with counter.store.engine.begin() as sql:
        for who in ("c2", "c3"):
            said = [Wanted(False, WishScope.RISK, "3"), Wanted(False, WishScope.CHANNEL, "sms")]
            ledger.write_wishes(sql, who, said, breath=who, place=Place("app"), now=NOW)
    with counter.store.engine.connect() as sql:
        assert history.sessions_named(sql, "c2") == [""]
        risk, channel = session_report(sql, "", history.of_session(sql, "", "c2"), str, {}, who="c2")
    assert "只接受：风险等级R3及以下" in risk and "不要推荐：在短信" in channel


def test_a_visitors_list_is_recorded_and_a_batch_leaves_nothing(counter: Counter) -> None:
    counter.ask("给我推荐个适合我的", "", "ask_recommendation", session="v")
    assert [d.customer for d in decisions(counter, "v")] == ["session:v"]
    counter.ask("给我推荐个理财", "c2", "ask_recommendation", session="b", namespace=Namespace.BATCH)
    assert decisions(counter, "b") == []


def test_a_visitor_who_wants_no_offers_is_told_none(counter: Counter) -> None:
    counter.ask("别再推荐了", "", "opt_out", session="v")
    told = counter.ask("给我推荐个适合我的", "", "ask_recommendation", session="v").message.text
    assert "说过不要推荐" in told and "稳盈" not in told
    assert "稳盈" in counter.ask("给我推荐个适合我的", "", "ask_recommendation", session="w").message.text


def test_the_reasons_of_a_list_are_told_and_no_more_of_it_holds(counter: Counter) -> None:
    counter.ask("给我推荐个理财", "c2", "ask_recommendation")
    [made] = decisions(counter, "s-c2")
    reply = counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    assert all(made.product_of(o) in reply for o in made.told) and "您请我推荐" in reply
    counter.ask("不感兴趣", "c2", "opt_out")
    again = counter.ask("给我推荐个理财", "c2", "ask_recommendation").message.text
    assert not any(made.product_of(o) in again for o in made.told)


def test_a_receipt_names_the_product_that_was_offered(counter: Counter) -> None:
    card = counter.ask("稳盈2号的起购金额是多少", "c2").message.offer
    assert card is not None
    [made] = decisions(counter, "s-c2")
    assert made.product_of(made.offer) in counter.ask("不感兴趣", "c2", "opt_out").message.text


def test_one_person_under_two_ids_is_silenced_under_both(bank: Bank, tmp_path: Path) -> None:
    counter = Counter(bank, tmp_path, customer_of("c2"), customer_of("old"))
    asked = "稳盈2号的起购金额是多少"
    counter.ask("别再推荐了", "old", "opt_out")
    with counter.store.engine.begin() as connection:
        made = merge_customers(connection, "c2", "old", reason="同一人", by="小王", at=NOW)
    assert counter.ask(asked, "c2").message.offer is None, "what was said before the merge holds"
    counter.ask("恢复推荐", "old", "opt_in")
    assert counter.ask(asked, "c2").message.offer is not None
    counter.ask("别再推荐了", "old", "opt_out", session="elsewhere")
    with counter.store.engine.begin() as connection:
        unmerge(connection, made, by="小王", at=NOW)
    assert counter.ask(asked, "old").message.offer is None, "each keeps what was said under his own id"


def test_a_request_to_erase_is_noted_once_with_what_the_law_keeps(counter: Counter) -> None:
    first = counter.ask("删除我的数据", "c2", "ask_my_data")
    with reading(counter.store.engine) as sql:
        [noted] = tickets(sql)
    assert noted.customer == "c2" and noted.id in first.message.text
    assert "反洗钱法" in first.message.text and "第三十四条" in first.message.text and "10年" in first.message.text
    assert {f.source for f in first.facts} == {document for _, _, document, _ in noted.kept}
    assert noted.id in counter.ask("删除我的数据", "c2", "ask_my_data").message.text
    with reading(counter.store.engine) as sql:
        assert len(tickets(sql)) == 1


def test_erasing_leaves_what_the_law_keeps_and_the_wish_for_silence(counter: Counter, tmp_path: Path) -> None:
    counter.ask("稳盈2号的起购金额是多少", "c2")
    counter.ask("别再推荐了", "c2", "opt_out")
    counter.ask("删除我的数据", "c2", "ask_my_data")
    engine = counter.store.engine
    with reading(engine) as sql:
        [noted] = tickets(sql)
    made = finish(engine, tmp_path, noted.id, by="小王", at=NOW)
    assert made["turn"] >= 3 and made["growth_contact"] == 1
    known = CustomerReader(engine).customer("c2")
    assert known is not None and known.birth_date is not None, "who he is must be kept"
    with reading(engine) as sql:
        assert tickets(sql) == [] and erased(sql) == {"c2"}
        assert [w.allow for w in ledger.wishes_of(sql, ["c2"])] == [False]
    with pytest.raises(CustomerError, match="已由 小王 办结"):
        finish(engine, tmp_path, noted.id, by="小李", at=NOW)


def modelled(counter: Counter) -> None:
    """A model that goes by money falling due and by looks, and what it says of c2."""
    weights, nothing = np.array([2.0, 0.5]), np.zeros(2)
    fitted = Logistic(weights, nothing, -1.0, nothing, np.ones(2))
    model = ResponseModel("wenying30", "logistic", ("due", "looks"), fitted, Calibration())
    registry = Registry(counter.store.engine)
    registry.promote(registry.add(model, "f", {}, NOW), True, "", NOW)
    with counter.store.engine.begin() as sql:
        values = {"due": 1.0, "looks": 3.0}
        sql.execute(insert(feature), {"customer_id": "c2", "values": values, "as_of": NOW})
        chances = {"wenying30": 0.8}
        row = {"customer_id": "c2", "chances": chances, "run": "dae3-v2、wenying30-v1", "as_of": NOW}
        sql.execute(insert(score), row)


def test_the_models_reasons_are_told_in_words_and_only_with_consent(counter: Counter) -> None:
    modelled(counter)
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is not None
    [made] = decisions(counter, "s-c2")
    assert made.model == "wenying30-v1" and made.chance == 0.8
    told = counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    assert "您有产品将在近期到期、您近来常看我行的产品" in told
    counter.ask("关闭个性化推荐", "c2", "opt_out")
    after = counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    assert "到期" not in after


def test_a_damaged_model_gives_no_reasons(counter: Counter) -> None:
    modelled(counter)
    counter.ask("稳盈2号的起购金额是多少", "c2")
    with counter.store.engine.begin() as sql:
        sql.execute(update(response_model).values(body=b"{"))
    told = counter.ask("为什么推荐给我", "c2", "ask_offer_reason").message.text
    assert "到期" not in told and "模型估计您可能需要它" in told


def test_what_was_named_is_what_is_talked_about_next(counter: Counter) -> None:
    counter.ask("稳盈2号的起购金额是多少", "c2")
    [made] = decisions(counter, "s-c2")
    counter.ask("为什么推荐给我", "c2", "ask_offer_reason")
    assert made.product_of(made.offer) in counter.ask("那个的起购金额", "c2").message.text
    counter.ask("给我推荐个理财", "c2", "ask_recommendation", session="list")
    [listed] = decisions(counter, "list")
    second = listed.product_of(listed.told[1])
    assert second in counter.ask("第二个的起购金额是多少", "c2", session="list").message.text


def offered_name(counter: Counter) -> str:
    """Asks something with a card beside it; the name of what is on the card, which may be drawn."""
    offer = counter.ask("稳盈2号的起购金额是多少", "c2").message.offer
    assert offer is not None
    return offer.choices[-1].text.removeprefix("介绍一下")


@pytest.mark.parametrize(
    ("text", "of_the_card"),
    [
        ("那个的风险等级", True),
        ("那款风险高吗", True),
        ("你推荐的那款风险等级是多少", True),
        ("刚才推荐的产品风险等级是多少", True),
        ("了解一下", True),
        ("我挺感兴趣的", True),
        ("它的风险等级呢", False),
        ("这款的期限", False),
        ("这个产品的风险等级", False),
        ("期限呢", False),
    ],
)
def test_what_the_card_offers_can_be_asked_about_and_the_talk_goes_on_beside_it(
    counter: Counter, text: str, *, of_the_card: bool
) -> None:
    name = offered_name(counter)
    out = counter.ask(text, "c2")
    meant, other = (name, "稳盈2号") if of_the_card else ("稳盈2号", name)
    assert out.outcome is Outcome.ANSWERED
    assert meant in out.message.text and other not in out.message.text


def test_pointing_means_what_was_offered_only_right_below_its_card(counter: Counter) -> None:
    name = offered_name(counter)
    counter.ask("它的期限呢", "c2")
    assert "稳盈2号" in counter.ask("那个的风险等级", "c2").message.text
    assert name in counter.ask("你推荐的那款风险等级", "c2").message.text


def test_taking_up_an_offer_in_words_is_a_click(counter: Counter) -> None:
    offer = counter.ask("稳盈2号的起购金额是多少", "c2").message.offer
    assert offer is not None
    counter.ask("了解一下", "c2")
    with counter.store.engine.connect() as connection:
        assert [e.kind for e in history.entries(connection, offer.decision)] == ["shown", "clicked"]


@pytest.mark.parametrize(
    ("trouble", "lasts"),
    [
        ("我爸去世了，他的活期存款起存金额是多少", True),
        ("我信用卡逾期了，活期存款起存金额是多少", True),
        ("逾期的话，稳盈2号的起购金额是多少", False),
    ],
)
def test_trouble_spoken_of_beside_a_question_goes_before_offers(counter: Counter, trouble: str, *, lasts: bool) -> None:
    counter.ask(trouble, "c2")
    beside = [d.reason for d in decisions(counter, "s-c2")]
    assert set(beside) <= {Reason.TROUBLE}
    later = counter.ask("稳盈2号的起购金额是多少", "c2", session="later").message.offer
    assert (later is None) is lasts
    if lasts:
        assert decisions(counter, "later")[0].reason is Reason.SERVICE_FIRST


def test_a_card_turned_down_in_words_is_a_refusal_and_no_more(counter: Counter) -> None:
    name = offered_name(counter)
    assert name in counter.ask("不用了，谢谢", "c2").message.text
    [made] = decisions(counter, "s-c2")
    with counter.store.engine.connect() as connection:
        assert [e.kind for e in history.entries(connection, made.id)] == ["shown", "refused"]
        assert ledger.wishes_of(connection, ["c2"]) == ()


@pytest.mark.parametrize("text", ["有适合我的产品吗", "哪些理财适合我", "我适合买什么", "适合我的基金有哪些"])
def test_what_suits_me_is_advice_and_what_a_product_is_for_a_question(counter: Counter, text: str) -> None:
    assert "C2的测评等级" in counter.ask(text, "c2").message.text
    assert "风险测评" in counter.ask(text, "none").message.text
    assert "没有按您的个人情况挑选" in counter.ask(text).message.text
    assert "稳盈1号的适合人群" in counter.ask("稳盈1号适合我吗", "c2").message.text
