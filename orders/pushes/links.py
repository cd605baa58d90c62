"""Actions on the way to a shop: open it, close it, and decide about what could not be told."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS
from orders.errors import DomainError
from orders.events.epochs import FIRST_OPEN
from orders.events.recording import record
from orders.events.wakeups import wake_tasks_after_commit
from orders.models import Event, Push, SalesChannel, ShopLink, User
from orders.shops import teller_of
from orders.statements import run

LAST = UUID(int=2**128 - 1)  # behind every event of one transaction
PUSH_TASK = "orders.tasks.tell_shops"
ASK_TASK = "orders.tasks.ask_shops"
# The place before every event that is still to come: whatever is being written now comes after it.
NOW = f"SELECT {FIRST_OPEN} - 1"


@transaction.atomic(savepoint=False)
def link_shop(channel: SalesChannel, *, address: str, token: str, actor: User | None) -> ShopLink:
    """Tell the shop of a channel what happens from now on, and ask it for its orders.

    At an address of before it is asked on from where it was. Raises DomainError.
    """
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    teller = teller_of(channel.kind)
    if teller is None:
        raise DomainError(f"{channel} is of a kind that is told nothing.")
    ((last_event,),) = run(NOW, ())
    now = timezone.now()
    given = {
        "address": teller.check_address(address),
        "token": SHOP_SECRETS.close(token),
        "is_active": True,
        "polls_at": now,
        "asks_at": now,  # whose lease it was keeps nothing more
        "ask_tries": 0,
        "ask_problem": "",
        "fails_since": None,
    }
    known = ShopLink.objects.filter(channel=channel).values_list("address", flat=True).first()
    moved = {"place": {"at": now.isoformat()}} if known not in (None, given["address"]) else {}
    link, _ = ShopLink.objects.update_or_create(
        channel=channel,
        defaults=given | moved,
        create_defaults=given
        | {"seller_id": channel.seller_id, "read_transaction": last_event, "read_event": LAST},
    )
    wake_tasks_after_commit({ASK_TASK})
    _record(channel, "channel.linked", actor)
    return link


@transaction.atomic(savepoint=False)
def unlink_shop(link: ShopLink, *, actor: User | None) -> None:
    """Tell a shop nothing any more; what waits is kept until it is linked again."""
    link = ShopLink.objects.select_for_update(no_key=True).select_related("channel").get(pk=link.pk)
    link.is_active = False
    link.save(update_fields=["is_active"])
    _record(link.channel, "channel.unlinked", actor)


def retry_push(push: Push) -> None:
    """Let a worker tell a shop again what it refused. Raises DomainError."""
    later = Push.objects.filter(subject_id=push.subject_id, made_at__gt=push.made_at)
    if later.filter(state=Push.State.DONE).exists():
        raise DomainError("The shop has been told something later of this already: dismiss it.")
    _settle(push, Push.State.WAITING, tries=0, due_at=timezone.now())
    wake_tasks_after_commit({PUSH_TASK})


def dismiss_push(push: Push) -> None:
    """Leave a shop without this news. Raises DomainError."""
    _settle(push, Push.State.DISMISSED)


def _settle(push: Push, state: str, **values: object) -> None:
    changed = Push.objects.filter(pk=push.pk, state=Push.State.FAILED)
    if not changed.update(state=state, **values):
        raise DomainError("Somebody has decided about this already.")


def _record(channel: SalesChannel, kind: str, actor: User | None) -> None:
    record([Event(seller_id=channel.seller_id, kind=kind, subject_id=channel.pk, actor=actor)])
