"""Random cases for decisions, and a plain one that leads to an offer. Seeded: the same seed, the same cases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from customer.model import ANY_CHANNEL, Consent, ConsentState, Purpose, Signal, SignalKind
from customer.suitability import AgeRule, Assessment, Rated, SuitabilityRules
from growth.case import Case, Contact, ContactKind, Context, Person, Product, Wish, WishScope
from growth.offers import Offer
from growth.rules import Pressure, Quiet, Rules, Trial
from kg.conditions import parse_condition
from kg.facts import Qualifier
from kg.values import Kind, Op, Value

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 14:00 at the bank
SUITABILITY = SuitabilityRules(
    highest={1: 1, 2: 2, 3: 3, 4: 4, 5: 5},
    rated=frozenset({"理财", "基金"}),
    valid_days=365,
    adult=18,
    ages=(AgeRule(65, risk=3), AgeRule(75, risk=2, months=36)),
    source="云杉银行适当性管理细则",
)
RULES = Rules(
    pressure=Pressure(1, 3, 14, 2, 90, 30, 3, 30, 10),
    quiet=Quiet(time(21), time(8), frozenset({"sms", "phone"})),
    trial=Trial("standing", "salt", 0.0, 0.0),
    service_days={"complaint": 30, "overdue": 90, "bereavement": 180},
    threshold=0.3,
    same_class_factor=0.7,
)
CLASSES = ("理财", "基金", "存款", "保险")
CHANNELS = ("web", "sms", "wechat")


def said(purpose: Purpose, yes: bool, at: datetime, channel: str = ANY_CHANNEL) -> Consent:
    """One word of the customer."""
    return Consent(purpose, channel, ConsentState.GRANTED if yes else ConsentState.WITHDRAWN, at, "")


def age_of(years: int) -> Qualifier:
    """The statement 年龄=n岁."""
    return Qualifier("年龄", Op.EQ, Value(f"{years}岁", Kind.AGE, Decimal(years), unit="岁"))


def offer_of(product: str, **changes: object) -> Offer:
    """A plain offer of a product."""
    plain = Offer(
        f"o-{product}", product, product, "了解一下", date(2026, 1, 1), date(2026, 12, 31), 100.0, frozenset(CHANNELS)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def product_of(name: str, kind: str = "理财", risk: int | None = 2, **changes: object) -> Product:
    """A plain product of one class."""
    kinds = frozenset({kind, "产品"})
    rated = Rated((risk,) if risk else (), kinds)
    return replace(Product(name, name, kinds, frozenset({kind}), rated), **changes)  # type: ignore[arg-type]


def willing(**changes: object) -> Person:
    """A customer of 40, C3, who agreed to everything."""
    told = tuple(said(p, True, NOW - timedelta(days=90)) for p in Purpose)
    plain = Person("c1", 40, said=(age_of(40),), assessments=(Assessment(3, date(2026, 6, 1)),), consents=told)
    return replace(plain, **changes)  # type: ignore[arg-type]


def plain_case(**changes: object) -> Case:
    """A case that leads to the offer of the one product there is."""
    plain = Case(
        id="d1",
        now=NOW,
        person=willing(),
        context=Context("web"),
        offers=(offer_of("稳"),),
        products={"稳": product_of("稳")},
        rules=RULES,
        suitability=SUITABILITY,
        chances={"o-稳": 0.5},
        model="m1",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


_PARTS = ("now", "person", "context", "contacts", "wishes", "signals", "spent", "chances", "broken")


def random_case(rng: random.Random) -> Case:
    """Half of them wild in every part; half fine but for one to three parts, which is where holes would show."""
    wild = _wild(rng)
    if rng.random() < 0.5:
        return wild
    taken = set(rng.sample(_PARTS, rng.randint(1, 3)))
    fine = plain_case(id=wild.id, person=willing(id=f"c{rng.random()}"), rules=wild.rules)
    offers = (*fine.offers, *(wild.offers if rng.random() < 0.5 else ()))
    chances = wild.chances if "chances" in taken else {o.id: rng.random() for o in offers}
    parts = {part: getattr(wild, part) for part in taken - {"chances"}}
    return replace(fine, offers=offers, products={**fine.products, **wild.products}, chances=chances, **parts)


def _wild(rng: random.Random) -> Case:
    """Anything may be missing, wrong, expired, dated ahead or broken."""
    names = [f"p{i}" for i in range(rng.randint(1, 5))]
    products = {n: _product(rng, n) for n in names if rng.random() > 0.05}
    offers = tuple(_offer(rng, n) for n in names)
    return Case(
        id=f"d{rng.random()}",
        now=NOW + timedelta(minutes=rng.randint(0, 1440)),
        person=_person(rng, names) if rng.random() > 0.03 else None,
        context=Context(
            rng.choice(CHANNELS),
            rng.choice([None, True, True, False]),
            rng.random() < 0.05,
            frozenset(rng.sample([*CLASSES, *names, "产品"], rng.randint(1, 4))),
        ),
        offers=offers,
        products=products,
        rules=replace(RULES, trial=Trial("standing", "salt", rng.choice([0.0, 0.3]), rng.choice([0.0, 0.5]))),
        suitability=SUITABILITY,
        contacts=tuple(_contact(rng, offers) for _ in range(rng.choice([0, 0, 0, 1, 2, 5]))),
        wishes=tuple(_wish(rng, i, names) for i in range(rng.choice([0, 0, 1, 2, 4]))),
        signals=tuple(_signal(rng) for _ in range(rng.choice([0, 0, 0, 1]))),
        spent={o.id: rng.randint(0, 6) for o in offers if rng.random() < 0.3},
        chances=None if rng.random() < 0.15 else {o.id: _chance(rng) for o in offers if rng.random() > 0.05},
        model="m1",
        broken=rng.choice([(), (), (), (), (), ("ledger",), ("consents", "wishes")]),
    )


def _moment(rng: random.Random, back: float = 60, ahead: float = 3) -> datetime:
    return NOW + timedelta(days=rng.uniform(-back, ahead))


def _product(rng: random.Random, name: str) -> Product:
    kind = rng.choice(CLASSES)
    kinds = frozenset({kind, "产品"})
    ratings = tuple(rng.choice([1, 1, 2, 2, 3, 4, 5]) for _ in range(rng.choice([0, 1, 1, 2])))
    texts = rng.sample(["年龄≥18岁", "年龄≤50岁", "职业=教师", "随便写的"], rng.choice([0, 0, 0, 1, 2]))
    sale = [None, None, None, None, None, date(2026, 10, 1), date(2026, 11, 21), date(2027, 1, 1)]
    return Product(
        name,
        name,
        kinds,
        frozenset({kind}),
        Rated(ratings, kinds, rng.choice([None, 12, 60])),
        tuple(None if t == "随便写的" else parse_condition(t) for t in texts),
        rng.choice(sale),
        rng.choice(sale),
        rng.random() < 0.08,
    )


def _offer(rng: random.Random, name: str) -> Offer:
    return offer_of(
        name,
        id=f"o-{name}",
        valid_from=rng.choice([date(2026, 1, 1)] * 5 + [date(2026, 12, 1)]),
        valid_to=rng.choice([date(2026, 12, 31)] * 5 + [date(2026, 11, 1)]),
        budget=rng.choice([None, None, 3]),
        threshold=rng.choice([0.3, 0.3, 0.6]),
        channels=frozenset(rng.sample(CHANNELS, rng.choice([1, 3, 3]))),
        regions=rng.choice([frozenset(), frozenset(), frozenset({"云州"})]),
        general=rng.random() < 0.5,
        audience=rng.choice([{}, {}, {"segment": frozenset({"高价值"})}]),
    )


def _person(rng: random.Random, names: list[str]) -> Person:
    age = rng.choice([None, 16, 25, 35, 40, 45, 64, 65, 70, 80])
    consents = tuple(
        said(rng.choice(list(Purpose)), rng.random() < 0.8, _moment(rng), rng.choice([ANY_CHANNEL, *CHANNELS]))
        for _ in range(rng.choice([1, 2, 3, 4, 5]))
    )
    both = tuple(said(p, True, NOW - timedelta(days=70)) for p in Purpose)
    return Person(
        f"c{rng.randint(0, 10**6)}",
        age,
        rng.choice(["", "云州"]),
        () if age is None else (age_of(age),),
        frozenset(n for n in names if rng.random() < 0.1),
        tuple(
            Assessment(
                rng.choice([0, 1, 2, 3, 4, 5, 5]),
                _moment(rng, 420).date(),
                rng.choice([None, _moment(rng, 30, 300).date()]),
            )
            for _ in range(rng.choice([0, 1, 1, 1, 2]))
        ),
        rng.choice([both, both, both, consents, (*both, *consents)]),
        {"segment": rng.choice(["高价值", "长尾"])},
    )


def _assessment(rng: random.Random) -> Assessment:
    until = rng.choice([None, _moment(rng, 30, 300).date()])
    return Assessment(rng.choice([0, 1, 2, 3, 4, 5, 5]), _moment(rng, 420).date(), until)


def _contact(rng: random.Random, offers: tuple[Offer, ...]) -> Contact:
    offer = rng.choice(offers)
    return Contact(
        rng.choice(list(ContactKind)), _moment(rng), rng.choice(CHANNELS), offer.id, frozenset({rng.choice(CLASSES)})
    )


def _wish(rng: random.Random, number: int, names: list[str]) -> Wish:
    scope = rng.choice(list(WishScope))
    of = {WishScope.ALL: "", WishScope.CHANNEL: rng.choice(CHANNELS), WishScope.KIND: rng.choice([*CLASSES, *names])}
    of[WishScope.RISK] = rng.choice("12345")
    return Wish(max(0, number - rng.choice([0, 0, 1])), rng.random() < 0.5, scope, of[scope])


def _signal(rng: random.Random) -> Signal:
    return Signal(rng.choice(list(SignalKind)), _moment(rng, 200), rng.choice([None, None, _moment(rng)]), "")


def _chance(rng: random.Random) -> float:
    return rng.choice([rng.random(), rng.random(), float("nan"), 0.3, 0.299999])
