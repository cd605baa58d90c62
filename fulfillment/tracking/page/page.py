"""The whole tracking page as data: HTML and JSON show exactly this."""

from dataclasses import dataclass
from datetime import date, datetime

from fulfillment.tracking.page.headline import Headline, counts, headline, stops
from fulfillment.tracking.page.history import Entry, history
from fulfillment.tracking.page.notices import Notice, notices
from fulfillment.tracking.page.parcels import Parcel, parcels, service
from fulfillment.tracking.page.returns import ReturnCase, returns
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.page.steps import Step, steps
from fulfillment.tracking.queries import Tracked
from orders.returns.policy import last_day_on_page, last_return_day


@dataclass(frozen=True)
class TrackPage:
    """The data of the page; `return_until` is empty where the page takes no return.

    `last_day_to_ask` and `by_last_day` say the same day for a sentence. `write_to_return`: by when
    whoever has a gift writes to the shop, which alone opens its return.
    """

    language: str
    order: str
    seller: str
    help: str
    is_gift: bool
    headline: Headline
    counts: str
    stops: str
    notices: list[Notice]
    steps: list[Step]
    parcels: list[Parcel]
    service: str
    history: list[Entry]
    returns: list[ReturnCase]
    return_until: str
    last_day_to_ask: str
    by_last_day: str
    write_to_return: str


def describe(
    tracked: Tracked, now: datetime, *, can_return: bool, language: str = "en"
) -> TrackPage:
    """Build the page; `can_return`: there are delivered units to return."""
    scene = Scene(tracked, now, language)
    order = tracked.order
    shown = _ahead(scene, last_day_on_page(order, tracked.delivered_at)) if can_return else None
    return TrackPage(
        language=language,
        order=order.number,
        seller=order.seller.name,
        help=order.seller.support_email,
        is_gift=order.is_gift,
        headline=headline(scene),
        counts=counts(scene),
        stops=stops(scene),
        notices=notices(scene),
        steps=steps(scene),
        parcels=parcels(scene),
        service=service(scene),
        history=history(scene),
        returns=returns(scene, is_open=bool(shown)),
        return_until=scene.voice.day(shown) if shown else "",
        last_day_to_ask=scene.voice.until(shown) if shown else "",
        by_last_day=scene.voice.by(shown) if shown else "",
        write_to_return=_write_to_return(scene) if can_return else "",
    )


def _write_to_return(scene: Scene) -> str:
    order = scene.tracked.order
    last_day = _ahead(scene, last_return_day(order, scene.tracked.delivered_at))
    if last_day is None or not order.is_gift:
        return ""
    return scene.voice.say(scene.words.gift_contact, by=scene.voice.by(last_day))


def _ahead(scene: Scene, last_day: date | None) -> date | None:
    return last_day if last_day and scene.today <= last_day else None
