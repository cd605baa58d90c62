"""Copies of stories: what stands in the blanks of each order, drawn from a seeded generator."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate, count
from random import Random
from uuid import UUID

from django.db.models import Model

from fulfillment.demo.seeding.base import Base, Good, Shop
from fulfillment.demo.seeding.names import RARE_NAME, REGIONS, Region
from fulfillment.demo.seeding.reading import Form, Told
from orders.carriers.base import Party
from orders.carriers.own_numbers import number_of
from orders.keys import token_hash, tracking_token
from warehouse.models import Run

WEEKS = 51
IN_WORK = 1 / 180  # of all orders: those of two days of a year
MOST_STOPS = 60
MOST_LINES = 12
JITTER = 25 * 60  # seconds to both sides; windows and promises leave as much room
FIRST_NUMBER = 100_000
NOBODY = Party("", "", "", "", "")
ID_BITS, ID_VARIANT = 62, 2 << 62
Values = dict[str, object]
Texts = dict[type[Model], list[str]]


@dataclass
class Counters:
    """Numbers that go on from order to order."""

    orders: Iterator[int] = field(default_factory=lambda: count(FIRST_NUMBER))
    serials: dict[type[Model], Iterator[int]] = field(default_factory=dict)
    totes: Iterator[int] = field(default_factory=lambda: count(1))
    returns: Iterator[int] = field(default_factory=lambda: count(1))
    runs: dict[tuple[UUID, int, UUID], tuple[str, int]] = field(default_factory=dict)


class Stamper:
    """Fills forms; the same seed gives the same orders."""

    def __init__(self, base: Base, told: Told, counters: Counters, *, seed: int) -> None:
        self.base, self.told, self.counters = base, told, counters
        self.luck = Random(seed)  # noqa: S311 - a measurement, not a secret
        self.done = [form for form in told.forms if not form.story.is_in_work]
        self.in_work = [form for form in told.forms if form.story.is_in_work]
        self.region_weights = list(accumulate(region.share for region in REGIONS))
        self.rare = {shop.seller.pk for shop in base.shops}

    def stamp(self, orders: int, in_work: int | None = None) -> Iterator[Texts]:
        """The rows of so many orders, one order at a time, the oldest week first."""
        usual = max(len(self.in_work), round(orders * IN_WORK))
        in_work = min(orders, usual if in_work is None else in_work)
        left = orders - in_work
        latest = max(self._latest_week(form) for form in self.done)
        weeks = range(latest - WEEKS, latest + 1)
        for number, week in enumerate(weeks):
            share = left // (len(weeks) - number)
            left -= share
            yield from self._week(self.done, week, share)
        # Each of what may be waited for once, then by their shares.
        yield from (self._order(form, 0) for form in self.in_work[:in_work])
        yield from self._week(self.in_work, 0, in_work - len(self.in_work))

    def _week(self, forms: list[Form], week: int, orders: int) -> Iterator[Texts]:
        possible = [form for form in forms if week <= self._latest_week(form)]
        weights = [form.story.share for form in possible]
        for form in self.luck.choices(possible, weights, k=max(orders, 0)):
            yield self._order(form, week)

    def _latest_week(self, form: Form) -> int:
        """By how many weeks a story may be moved, so that it is over by now."""
        room = self.told.at - form.last - timedelta(seconds=JITTER)
        return 0 if form.story.is_in_work else room // timedelta(weeks=1)

    def _order(self, form: Form, week: int) -> Texts:
        luck, shops = self.luck, self.base.shops
        shop = shops[int(len(shops) * luck.random() ** 2)]  # the first sellers are the largest
        courier = luck.choice(self.base.couriers).pk
        values: Values = {"position": self.told.position, "courier": courier}
        self._add_moments(values, form, week)
        self._add_customer(values, shop)
        self._add_goods(values, shop)
        self._add_numbers(values, form)
        texts: Texts = {}
        for place, run_id in enumerate(form.runs):
            key = run_id, week, courier
            values[f"run{place}"], values[f"place{place}"] = self._stop(key, values, texts)
        for model, text in form.texts.items():
            texts.setdefault(model, []).append(text % values)
        return texts

    def _add_moments(self, values: Values, form: Form, week: int) -> None:
        weeks = timedelta(weeks=week)
        # Those in work are of the last hours: they may only be moved back.
        seconds = self.luck.randint(-JITTER, 0 if form.story.is_in_work else JITTER)
        moved = weeks + timedelta(seconds=seconds)
        for moment, name in form.moments.items():
            values[name] = moment + moved
        for moment, name in form.deadlines.items():
            values[name] = moment + weeks
        for day, name in form.days.items():
            values[name] = day + weeks
        shift = int(moved.total_seconds() * 1000) << 16
        for pk, name in form.ids.items():
            low = ID_VARIANT | self.luck.getrandbits(ID_BITS)
            values[name] = _as_text((pk.int >> 64) + shift, low)

    def _add_customer(self, values: Values, shop: Shop) -> None:
        luck = self.luck
        [region] = luck.choices(REGIONS, cum_weights=self.region_weights)
        name = self._name(region, shop)
        postcode, city = luck.choice(region.towns)
        number = next(self.counters.orders)
        values |= {
            "seller": shop.seller.pk,
            "channel": shop.channel.pk,
            "seller_email": shop.seller.email,
            "number": f"#{number}",
            "name": name,
            "email": f"customer-{luck.randrange(number)}@customer.example",
            "phone": f"{region.dialling_code}{number % 10_000_000:07}",
            "street": f"{luck.choice(region.streets)} {luck.randint(1, 140)}",
            "postcode": postcode,
            "city": city,
            "country": region.country,
            "language": region.language,
        }

    def _name(self, region: Region, shop: Shop) -> str:
        if shop.seller.pk in self.rare:
            self.rare.remove(shop.seller.pk)
            return RARE_NAME
        return f"{self.luck.choice(region.first_names)} {self.luck.choice(region.last_names)}"

    def _add_goods(self, values: Values, shop: Shop) -> None:
        """Different goods for each line; the first ones of a shop are bought most."""
        goods = shop.goods
        first = int(len(goods) * self.luck.random() ** 3)
        step = self.luck.choice((1, 7, 11, 13))  # no divisors of the number of goods
        chosen = {f"good{n}": goods[(first + n * step) % len(goods)] for n in range(MOST_LINES)}
        chosen |= {f"sold_out{n}": good for n, good in enumerate(shop.sold_out)}
        for name, good in chosen.items():
            values |= _parts(name, good)

    def _add_numbers(self, values: Values, form: Form) -> None:
        order_id = UUID(str(values[form.order_id]))
        hashed = token_hash(tracking_token(order_id, 1)).hex()
        values["tracking_hash"] = f"\\\\x{hashed}"
        for (model, _), name in form.serials.items():
            values[name] = next(self.counters.serials[model])
        for name, package in form.parcels.items():
            values[name] = number_of(UUID(str(values[package])))
        for name in form.returns:
            values[name] = f"R-S{next(self.counters.returns):07}"
        for name in form.totes:
            values[name] = f"S-{next(self.counters.totes)}"

    def _stop(self, key: tuple[UUID, int, UUID], values: Values, texts: Texts) -> tuple[str, int]:
        """The run of a day and a courier, and the place of the next stop on it; a full one ends."""
        run_id, place = self.counters.runs.get(key, ("", MOST_STOPS))
        if place == MOST_STOPS:
            told, week, _ = key
            form = self.told.runs[told]
            own: Values = {"courier": values["courier"]}
            self._add_moments(own, form, week)
            run_id, place = _new_run(told, week, self.luck), 0
            own["run0"] = run_id
            texts.setdefault(Run, []).append(form.texts[Run] % own)
        self.counters.runs[key] = run_id, place + 1
        return run_id, place + 1


def _new_run(told: UUID, week: int, luck: Random) -> str:
    milliseconds = int(timedelta(weeks=week).total_seconds() * 1000)
    low = ID_VARIANT | luck.getrandbits(ID_BITS)
    return _as_text((told.int >> 64) + (milliseconds << 16), low)


def _as_text(high: int, low: int) -> str:
    """A UUID as text, as it stands in JSON too; the class takes five times as long."""
    first, last = f"{high:016x}", f"{low:016x}"
    return f"{first[:8]}-{first[8:12]}-{first[12:]}-{last[:4]}-{last[4:]}"


def _parts(name: str, good: Good) -> Values:
    return {
        f"{name}_id": good.product_id,
        f"{name}_sku": good.sku,
        f"{name}_title": good.title,
        f"{name}_unit_price": good.price,
        f"{name}_supply": good.supply_id,
        f"{name}_stock": good.stock_id,
        f"{name}_bin": good.bin_id,
    }
