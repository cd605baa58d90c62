"""Actions on custom texts: save a draft, publish a version, go back to the default text."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from notifications.editor.editing import fingerprint, missing, normalized, problems_in
from notifications.editor.own_checks import findings_in, told
from notifications.kinds.catalogue import FOR_CUSTOMERS
from notifications.languages import LANGUAGES, NAMES
from notifications.models import TextVersion
from orders.errors import DomainError, InvalidInput
from orders.events.recording import record
from orders.models import Event, Seller, User
from orders.words import say
from orders.words.writing import with_commas


class SavedMeanwhile(DomainError):
    """Somebody else saved the draft after this form was opened."""

    def __init__(self, draft: TextVersion | None):
        self.draft = draft
        if draft is None:
            text = say("The draft was published or discarded after you opened this page.")
        else:
            text = say(
                "{who} saved draft {number} at {at} UTC, after you opened this page.",
                who=draft.created_by or say("Somebody"),
                number=draft.number,
                at=f"{draft.created_at:%H:%M}",
            )
        kept = say("Nothing was saved; your text is still in the form.")
        super().__init__(f"{text} {kept}")


class Draft(NamedTuple):
    """The texts of one language from a form; `seen`: the fingerprint when it was opened."""

    language: str
    parts: Mapping[str, str]
    seen: str


@transaction.atomic
def save_draft(seller: Seller, template: str, given: Draft, *, actor: User) -> TextVersion:
    """Make or change the draft. Raises InvalidInput by part, or SavedMeanwhile."""
    if template not in FOR_CUSTOMERS or given.language not in LANGUAGES:
        raise DomainError(say("This message does not exist in this language."))
    parts = normalized(given.parts)
    if problems := problems_in(parts):
        raise InvalidInput([(part, text) for part, texts in problems.items() for text in texts])
    _lock(seller)
    rows = _rows(seller, template)
    draft = rows.filter(published_at=None).first()
    base = draft or rows.filter(in_force=True).first()
    if given.seen != fingerprint(base, given.language):
        raise SavedMeanwhile(draft)
    if draft is None:
        number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
        draft = TextVersion(seller=seller, template=template, number=number)
    draft.texts = {**(base.texts if base else {}), given.language: parts}
    draft.created_by, draft.created_at = actor, timezone.now()
    draft.save()
    _record("saved", draft, actor, language=given.language)
    return draft


@transaction.atomic
def publish(seller: Seller, template: str, number: int, *, actor: User) -> TextVersion:
    """Publish a draft or an old version. Raises DomainError."""
    seller = _lock(seller)
    version = _rows(seller, template).filter(number=number).first()
    if version is None:
        raise DomainError(say("Version {number} no longer exists.", number=number))
    if version.in_force:
        raise DomainError(say("Version {number} is already published.", number=number))
    if absent := missing(seller, version.texts):
        names = with_commas(NAMES[language] for language in absent)
        raise DomainError(say("No text yet in: {names}. Add it, then publish.", names=names))
    if findings := findings_in(template, version.texts, now=timezone.now()):
        why = say("Not published, because of what it states.")
        raise DomainError(f"{why} {told(findings)}")
    _rows(seller, template).filter(in_force=True).update(in_force=False)
    version.in_force, version.published_at = True, timezone.now()
    version.save(update_fields=["in_force", "published_at"])
    _record("published", version, actor)
    return version


@transaction.atomic
def withdraw(seller: Seller, template: str, *, actor: User) -> None:
    """Go back to the default texts; all versions are kept. Raises DomainError."""
    _lock(seller)
    version = _rows(seller, template).filter(in_force=True).first()
    if version is None:
        raise DomainError(say("The default text is already in use."))
    version.in_force = False
    version.save(update_fields=["in_force"])
    _record("withdrawn", version, actor)


@transaction.atomic
def discard(seller: Seller, template: str, number: int, *, actor: User) -> None:
    """Delete the draft. Raises DomainError."""
    _lock(seller)
    draft = _rows(seller, template).filter(published_at=None, number=number).first()
    if draft is None:
        raise DomainError(say("Draft {number} no longer exists.", number=number))
    _record("discarded", draft, actor)
    draft.delete()


def _rows(seller: Seller, template: str) -> QuerySet[TextVersion]:
    return TextVersion.objects.filter(seller=seller, template=template).select_related("created_by")


def _lock(seller: Seller) -> Seller:
    """Lock the seller: the row of a first version does not exist yet and cannot be locked."""
    return Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)


def _record(what: str, version: TextVersion, actor: User, **more: str) -> None:
    data = {"template": version.template, "number": version.number} | more
    record([Event(seller=version.seller, kind=f"texts.{what}", actor=actor, data=data)])
