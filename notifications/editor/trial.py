"""Test e-mail of a text, sent only to the user who asks for it."""

from dataclasses import replace
from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from notifications.channels.base import Outgoing, SendError, one_line
from notifications.channels.mail import email_channel
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import first_id
from orders.models import Event, Seller, User
from orders.words import say
from orders.words.writing import isolated

MARK = "[Test]"
MOST, WITHIN = 10, timedelta(hours=1)
KIND = "texts.tested"


def send_test_mail(
    seller: Seller, template: str, outgoing: Outgoing, *, number: int, actor: User
) -> None:
    """Send the mail to the actor, marked as a test. Raises DomainError with the provider's error.

    It has no row in the outbox, and no unsubscribe header: that would opt out the customer.
    """
    event = _record_test(seller, template, number, actor)
    mail = replace(
        outgoing,
        key=f"test:{event.pk}",
        recipient=actor.email,
        subject=f"{MARK} {outgoing.subject}",
        headers=(),
    )
    try:
        with email_channel() as channel:
            channel.send(mail)
    except (SendError, ImproperlyConfigured) as error:
        why = one_line(str(error))[:200]
        raise DomainError(
            say("The test e-mail could not be sent: {why}", why=isolated(why))
        ) from error


@transaction.atomic
def _record_test(seller: Seller, template: str, number: int, actor: User) -> Event:
    """Record the event of a test. Raises DomainError beyond MOST tests of an actor an hour."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    since = timezone.now() - WITHIN
    # The index on (order, id) finds these events: their order is null, ids grow with time.
    rows = Event.objects.filter(order=None, pk__gte=first_id(since), kind=KIND, actor=actor)
    if rows.count() >= MOST:
        raise DomainError(
            say("You sent {most} test e-mails within an hour. Try again later.", most=MOST)
        )
    event = Event(
        seller=seller, kind=KIND, actor=actor, data={"template": template, "number": number}
    )
    record([event])
    return event
