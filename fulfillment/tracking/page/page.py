"""The whole tracking page as data: HTML and JSON show exactly this."""

from dataclasses import dataclass
from datetime import datetime

from fulfillment.tracking.page.headline import Headline, counts, headline, stops
from fulfillment.tracking.page.history import Entry, history
from fulfillment.tracking.page.notices import Notice, notices
from fulfillment.tracking.page.parcels import Parcel, parcels, service
from fulfillment.tracking.page.returns import ReturnCase, returns
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.page.steps import Step, steps
from fulfillment.tracking.queries import Tracked
from orders.returns.policy import last_return_day


@dataclass(frozen=True)
class TrackPage:
    """The data of the page; `return_until` is empty where nothing can be returned.

    `last_day_to_ask` and `by_last_day` say the same day for a sentence.
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


def describe(
    tracked: Tracked, now: datetime, *, can_return: bool, language: str = "en"
) -> TrackPage:
    """Build the page; `can_return`: there are delivered units to return."""
    scene = Scene(tracked, now, language)
    order = tracked.order
    last_day = last_return_day(order, tracked.delivered_at)
    is_open = can_return and last_day is not None and scene.today <= last_day
    shown = last_day if is_open else None
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
        returns=returns(scene, is_open=is_open and not order.is_gift),
        return_until=scene.voice.day(shown) if shown else "",
        last_day_to_ask=scene.voice.until(shown) if shown else "",
        by_last_day=scene.voice.by(shown) if shown else "",
    )
