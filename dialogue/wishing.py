"""Receipts for wishes about offers: what was understood, what is stored for it, and how to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import DBAPIError

from customer.model import Purpose
from customer.reading import kept_id
from dialogue.asker import Asker, moment_of
from dialogue.effects import Effect, EffectKind
from dialogue.message import Message
from dialogue.texts import say
from growth import history
from growth.case import WishScope
from growth.history import Recorded
from growth.ledger import Wanted, session_owner
from growth.rules import BANK_ZONE
from kg.facts import Fact
from kg.figures import Locked, Part, compose, computed, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.query import Entity
from nlu.risk_wishes import HIGHEST, RiskWish
from nlu.wishes import Spoken, about_profiling, wishes_in

_WITHOUT_KIND = {True: "wish_all_on", False: "wish_none"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is said, what is to be stored, the facts it rests on, and the products it names."""

    message: Message
    effects: tuple[Effect, ...] = ()
    facts: tuple[Fact, ...] = ()
    about: tuple[Entity, ...] = ()


def wish_receipt(text: str, lexicon: Lexicon, asker: Asker, today: date, *, allow: bool = False) -> Receipt:
    """The receipt for a wish; `allow` is its direction where the words alone have none. Words that say only that
    something is not wanted silence everything: of two ways to misunderstand a customer this one does him no harm."""
    spoken = wishes_in(text, lexicon) or (Spoken(allow),)
    if about_profiling(text):
        allow = spoken[-1].allow
        effect = Effect(EffectKind.CONSENT, Purpose.PERSONALISED.value, granted=allow)
        return _receipt([say("wish_profiled" if allow else "wish_not_profiled")], (effect,), asker, today)
    lines: list[Locked] = []
    effects: list[Effect] = []
    told = last_told(asker) if any(w.this for w in spoken) else None
    for wish in spoken:
        if wish.this:
            lines.append(_about_this(wish, told))
            effects += _refused(wish, told, lexicon)
    wanted = tuple(w for wish in spoken if not wish.this for w in _wanted(wish))
    if wanted:
        lines += _said(tuple(w for w in spoken if not w.this))
        effects.append(Effect(EffectKind.WISH, wanted=wanted))
        if any(w.allow and w.scope is WishScope.ALL for w in wanted):
            effects.append(Effect(EffectKind.CONSENT, Purpose.MARKETING.value, granted=True))
    return _receipt(lines, tuple(effects), asker, today)


def last_told(asker: Asker) -> Recorded | None:
    """What was offered last, on whatever channel, or listed on request; None where nothing was or it can't be read."""
    if asker.growth is None:
        return None
    try:
        with asker.growth.engine.connect().execution_options(jinwen_read=True) as connection:
            who = kept_id(connection, asker.customer) if asker.customer else session_owner(asker.session)
            return history.last_told(connection, who)
    except DBAPIError:
        return None


def _receipt(lines: list[Locked], effects: tuple[Effect, ...], asker: Asker, today: date) -> Receipt:
    parts: list[Part] = list(lines)
    if effects and asker.growth is not None:
        when = f"{moment_of(today, asker.growth.clock()).astimezone(BANK_ZONE):%Y-%m-%d %H:%M}"
        parts[-1] = compose(parts[-1], say("wish_receipt", when=computed(when, "clock")))
        if not asker.customer:
            parts.append(say("wish_visitor"))
    return Receipt(Message(text=join("\n", parts).text), effects)


def _said(spoken: tuple[Spoken, ...]) -> list[Locked]:
    """The receipt's lines. Nothing but one kind is one line, not two that seem to contradict each other."""
    whole = [w for w in spoken if w.everything]
    kinds = [w for w in spoken if w.kinds]
    if whole and not whole[-1].allow and kinds and all(w.allow for w in kinds):
        names = {i: name for w in kinds for i, name in w.kinds}
        return [say("wish_others_off", kinds=_names(names))]
    lines = [say(_WITHOUT_KIND[w.allow]) for w in whole[-1:]]
    lines += [say("wish_on" if w.allow else "wish_off", kinds=_names(dict(w.kinds))) for w in kinds]
    lines += [_about_risk(w.risk) for w in spoken if w.risk is not None]
    for wish in (w for w in spoken if w.channels):
        named = join("、", [say(f"channel_{c}") for c in wish.channels])
        lines.append(say("wish_channel_on" if wish.allow else "wish_channel_off", channels=named))
    return lines


def _about_risk(wish: RiskWish) -> Locked:
    code = "wish_risk_off" if wish.cap else "wish_risk_any" if wish.up_to >= HIGHEST else "wish_risk_on"
    return say(code, level=computed(f"R{wish.cap or wish.up_to}", "level"))


def _names(kinds: dict[str, str]) -> Locked:
    return join("、", [from_name(name, i) for i, name in kinds.items()])


def _wanted(wish: Spoken) -> list[Wanted]:
    if wish.kinds:
        return [Wanted(wish.allow, WishScope.KIND, i, name) for i, name in wish.kinds]
    if wish.channels:
        return [Wanted(wish.allow, WishScope.CHANNEL, c) for c in wish.channels]
    if wish.risk is not None:
        raised, capped = wish.risk.up_to, wish.risk.cap
        said = ((True, raised), (False, capped))
        return [Wanted(allow, WishScope.RISK, str(level)) for allow, level in said if level]
    return [Wanted(wish.allow, WishScope.ALL)]


def _about_this(wish: Spoken, told: Recorded | None) -> Locked:
    names = [n for offer in told.told if (n := told.product_of(offer))] if told else []
    if wish.allow or not names:
        return say("wish_this_plain")
    return say("wish_this_off", product=join("、", [from_name(n) for n in names]))


def _refused(wish: Spoken, told: Recorded | None, lexicon: Lexicon) -> list[Effect]:
    """An offer that was shown is refused; what was listed on request is not wanted any more, product by product."""
    if told is None or wish.allow:
        return []
    if told.offer:
        return [Effect(EffectKind.REFUSED, told.id)]
    names = [told.product_of(offer) for offer in told.told]
    products = [(found[0].id, n) for n in names if len(found := lexicon.by_name(n)) == 1]
    return [Effect(EffectKind.WISH, wanted=tuple(Wanted(False, WishScope.KIND, i, n) for i, n in products))]
