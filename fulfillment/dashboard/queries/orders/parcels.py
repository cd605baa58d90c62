"""The steps of each parcel of an order: when, and by whom; what was undone is none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fulfillment.dashboard.queries.orders.told import WORDS, Kind
from fulfillment.dashboard.queries.timeline import SYSTEM, Entry, promised_for
from orders.carriers import CARRIERS
from orders.event_kinds import UNDONE
from orders.models import Promise
from orders.words import say

STEPS = {
    "package.packed": "Packed",
    "package.labelled": "Labelled",
    "package.handed_over": "Handed over",
    "package.in_transit": "With the carrier",
    "package.out_for_delivery": "Out for delivery",
    "package.attempt_failed": "Delivery attempt failed",
    "package.at_pickup_point": "At a pickup point",
    "package.delivered": "Delivered",
    "package.returning": "Sent back",
    "package.returned": "Back in the warehouse",
    "package.lost": "Lost",
    "package.found": "Found again",
    "package.damaged": "Damaged",
}


class Step(NamedTuple):
    """A step of a parcel: its words, when, and who did it."""

    kind: str
    words: str
    at: datetime
    who: str


def steps_of(entries: Iterable[Entry]) -> Mapping[UUID, list[Step]]:
    """{package id: its steps, the first one first}; `entries` are those of the timeline."""
    found: dict[UUID, list[Step]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.at):
        if entry.subject_id is None:
            continue
        steps, kind = found[entry.subject_id], entry.kind.removesuffix(UNDONE)
        if kind in STEPS and kind != entry.kind:
            steps[:] = [step for step in steps if step.kind != kind]
        elif kind in STEPS:
            who = entry.who if entry.who != say(SYSTEM) else ""
            steps.append(Step(kind, STEPS[kind], entry.at, who))
    return found


def promised_of(promises: Iterable[Promise]) -> Mapping[UUID, str]:
    """{id of a package or a shipment: what is promised of it now, as the customer was told}."""
    return {
        pk: f"{WORDS[Kind(row.kind)]} {promised_for(row)}"
        for row in sorted(promises, key=lambda row: row.made_at)
        if row.is_open and row.was_told and (pk := row.package_id or row.shipment_id)
    }


def carrier_name(code: str) -> str:
    """What a carrier is called; its code where it is there no more."""
    carrier = CARRIERS.get(code)
    return say(carrier.name) if carrier else code
