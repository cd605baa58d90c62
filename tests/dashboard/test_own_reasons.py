"""Reasons of returns in a seller's own words: the list, the form, and what a return keeps."""

import html
import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from fulfillment.privacy.retention import photos
from notifications.languages import LANGUAGES
from orders.errors import DomainError
from orders.keys import first_id
from orders.lifecycle.erasing import erase_orders
from orders.models import Event, Problem, ProblemPhoto, Return, ReturnReason, ReturnRule
from orders.returns.handling import cancel_return, refuse_return, request_return
from orders.returns.own_reasons import MOST_REASONS, add_reason, change_reason, reasons_of
from orders.returns.photos import MOST_OF_ORDER, MOST_OF_ORDER_A_DAY
from orders.returns.reasons import change_reasons
from tests.api.asking import ask
from tests.support import cast
from tests.support.stages import delivered_order, open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import proven

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

PAGE = "/dashboard/settings/return-reasons/"
NEW = "/dashboard/settings/return-reasons/new/"


@pytest.fixture
def house(once):
    return once(_house)


def _house():
    """Ada has begun a list of her own, and added a reason that needs a photo and words."""
    house = open_house()
    ada = house.ada
    change_reasons(ada.seller, {"too_large": ["SHA"], "wrong": []}, postage={}, actor=ada.owner)
    assert signed_in(ada.owner).post(PAGE, {"begin": "1"}).status_code == 302
    words = dict.fromkeys(LANGUAGES, "The glass is cracked") | {"de": "Das Glas hat einen Sprung"}
    given = {
        "meaning": "damaged", "words": words, "skus": ["LAMP"], "photo": "must",
        "comment": "must", "is_on": True,
    }  # fmt: skip
    house.cracked = add_reason(ada.seller, given, actor=ada.owner)
    return house


def photo():
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile("glass.jpg", out.getvalue(), "image/jpeg")


def photo_of_a_phone():
    """As large as what phones take: of noise, which no JPEG makes small."""
    out = BytesIO()
    Image.effect_noise((1600, 1200), 100).save(out, "JPEG", quality=95)
    assert out.tell() > 2**20
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def send(order, reason, **posted):
    given = {"reason": reason, f"units-{order.lines.get().pk}": 1} | posted
    return proven(order).post(f"/track/{order.token}/return/", given)


def shown(order, language="en"):
    page = proven(order).get(f"/track/{order.token}/return/?lang={language}")
    return html.unescape(page.content.decode())


def meant(house, meaning):
    return next(row for row in reasons_of(house.ada.seller.pk) if row.meaning == meaning)


def test_the_list_begins_with_the_portals_reasons_and_their_limits(house):
    rows = reasons_of(house.ada.seller.pk)
    assert [(row.words["en"], row.skus, row.is_on) for row in rows] == [
        ("Too large", ["SHA"], True), ("Too small", [], True), ("Not as described", [], True),
        ("Arrived damaged", [], True), ("Wrong product", [], False),
        ("Changed my mind", [], True), ("The glass is cracked", ["LAMP"], True),
    ]  # fmt: skip
    assert all(set(row.words) == set(LANGUAGES) for row in rows)
    assert rows[0].words["de"] == "Zu groß"
    signed_in(house.ada.owner).post(PAGE, {"begin": "1"})
    assert ReturnReason.objects.count() == len(rows), "a second click changes nothing"


def test_the_form_shows_what_fits_the_article_in_order_and_in_its_language(house):
    lamp = delivered_order(house, {"LAMP": 1})
    shade = delivered_order(house, {"SHADE": 1})
    page = shown(lamp)
    places = [page.find(text) for text in ("Too small", "Changed my mind", "The glass is cracked")]
    assert places == sorted(places)
    assert min(places) > 0
    assert "Too large" not in page
    assert "Wrong product" not in page
    assert "Needs a photo." in page
    assert 'name="photos"' in page
    of_shade = shown(shade)
    assert "The glass is cracked" not in of_shade
    assert 'name="photos"' not in of_shade
    assert "Das Glas hat einen Sprung" in shown(lamp, "de")


def test_what_lacks_in_a_reason_is_tied_to_its_field_in_the_settings(house):
    page = f"/dashboard/return-reasons/{house.cracked.pk}/"
    refused = signed_in(house.ada.owner).post(page, {"meaning": "no"}).content.decode()
    assert 'aria-current="page">Settings' in refused
    assert 'aria-describedby="id_meaning_error"' in refused
    assert 'id="id_meaning_error"' in refused


def test_what_lacks_is_said_at_its_field_and_nothing_typed_is_lost(house):
    order, key = delivered_order(house, {"LAMP": 1}), str(house.cracked.pk)
    for posted, field, said in (
        ({"comment": "On the left"}, "photos", "This reason needs a photo. Please add one."),
        ({"photos": photo()}, "comment", "This reason needs a few words."),
        ({"comment": "x", "photos": [photo() for _ in range(4)]}, "photos", "At most 3 photos."),
        ({"comment": "x", "photos": SimpleUploadedFile("x.jpg", b"no")}, "photos", "A file is not"),
    ):
        answer = send(order, key, **posted)
        page = answer.content.decode()
        assert answer.status_code == 422, posted
        assert f'id="{field}-wrong"><span class="unseen">Error: </span>{said}' in page
        assert posted.get("comment", "") in page
        assert re.search(f'value="{key}"[^>]* checked', page)
    at_once = send(order, key).content.decode()
    assert 'id="photos-wrong"' in at_once and 'id="comment-wrong"' in at_once
    assert "choose your photos again" in send(order, key, photos=photo()).content.decode()
    unasked = send(order, str(meant(house, "changed_mind").pk), photos=photo())
    assert "No photo is taken for this reason." in unasked.content.decode()
    assert not Return.objects.exists()
    assert not ProblemPhoto.objects.exists()


def test_a_return_keeps_photo_and_words_and_goes_by_the_meaning(house):
    rule = {"outcome": "approve", "reasons": ["damaged"], "position": 1}
    ReturnRule.objects.create(seller=house.ada.seller, **rule)
    change_reasons(house.ada.seller, {}, postage={"damaged": "seller"}, actor=None)
    order = delivered_order(house, {"LAMP": 1})
    assert send(order, house.cracked.pk, comment="Left", photos=photo()).status_code == 302

    changed = {"words": dict.fromkeys(LANGUAGES, "Broken"), "is_on": False}
    change_reason(house.cracked, changed, actor=house.ada.owner)

    asked = Return.objects.get()
    assert (asked.reason, asked.status, asked.postage_by) == ("damaged", "approved", "seller")
    assert asked.own_words("de") == "Das Glas hat einen Sprung"
    ada = signed_in(house.ada.owner)
    page = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "The glass is cracked (arrived damaged)" in page
    kept = asked.photos.get()
    assert f"/dashboard/photos/{kept.pk}/" in page
    assert ada.get(f"/dashboard/photos/{kept.pk}/")["Content-Type"] == "image/webp"
    theirs = signed_in(house.bo.owner).get(f"/dashboard/photos/{kept.pk}/")
    assert theirs.status_code == 404
    assert "The glass is cracked" in ada.get("/dashboard/returns/").content.decode()
    told = ask(house.ada, f"returns/{asked.pk}/").json()
    assert (told["reason"], told["wish"], told["is_kept"]) == ("damaged", "", False)
    assert told["reason_words"]["de"] == "Das Glas hat einen Sprung"


def test_photos_as_large_as_a_phone_takes_them_are_kept(house):
    order = delivered_order(house, {"LAMP": 1})
    photos = [photo_of_a_phone() for _ in range(3)]
    assert send(order, house.cracked.pk, comment="Left", photos=photos).status_code == 302
    kept = ProblemPhoto.objects.values_list("width", "height", "order_return__order")
    assert list(kept) == [(800, 600, order.pk)] * 3


@pytest.mark.parametrize("end", ["cancelled", "erased"])
def test_photos_go_with_a_cancelled_return_and_with_the_person(house, end):
    order = delivered_order(house, {"LAMP": 1})
    send(order, house.cracked.pk, comment="Left", photos=photo())
    assert ProblemPhoto.objects.count() == 1
    later = timezone.now() + timedelta(days=1)
    assert not photos(later).exists(), "not while the return is open"
    if end == "cancelled":
        cancel_return(Return.objects.get())
    else:
        Return.objects.update(created_at=timezone.now() - timedelta(days=100))
        refuse_return(Return.objects.get(), words="It was worn.", actor=house.ada.owner)
        assert not photos(timezone.now() - timedelta(days=1)).exists(), "it ended just now"
        assert photos(later).exists(), "old ones are deleted from now on"
        erase_orders([order], actor=None)
    assert not ProblemPhoto.objects.exists()


def test_a_link_does_not_fill_the_disk(house):
    order, now = delivered_order(house, {"LAMP": 1}), timezone.now()
    other = delivered_order(house, {"LAMP": 1})
    box = order.packages.get()
    problem = cast.make_problem(box).problem
    Problem.objects.update(answer="words", answered_at=now)
    unit = f"{box.pk}.{order.lines.get().pk}"
    keep_all(problem, MOST_OF_ORDER_A_DAY - 1, now - timedelta(hours=1))
    enough = "No more photos can be sent for this order now."
    for answer in (
        send(order, house.cracked.pk, comment="Left", photos=photo()),
        proven(order).post(
            f"/track/{order.token}/problem/",
            {"kind": "wrong", "unit": unit, "quantity": "1", "photos": photo()},
        ),
    ):
        assert (answer.status_code, enough in answer.content.decode()) == (422, True)
    assert not Return.objects.exists()
    assert Problem.objects.count() == 1
    assert send(other, house.cracked.pk, comment="Left", photos=photo()).status_code == 302

    ProblemPhoto.objects.filter(problem=problem).delete()
    keep_all(problem, MOST_OF_ORDER - 1, now - timedelta(days=2))
    assert send(order, house.cracked.pk, comment="Left", photos=photo()).status_code == 302
    cancel_return(Return.objects.get(order=order))
    keep_all(problem, 1, now - timedelta(days=3))
    answer = send(order, house.cracked.pk, comment="Left", photos=photo())
    assert (answer.status_code, enough in answer.content.decode()) == (422, True)


def keep_all(problem, number, at):
    """So many photos of a problem, sent at one moment."""
    first = first_id(at).int
    ProblemPhoto.objects.bulk_create(
        ProblemPhoto(
            pk=UUID(int=first + count), seller_id=problem.seller_id, problem=problem, image=b"x",
            width=1, height=1,
        )
        for count in range(number)
    )  # fmt: skip


def test_a_reason_that_was_switched_off_since_is_chosen_anew(house):
    order = delivered_order(house, {"LAMP": 1})
    change_reason(house.cracked, {"is_on": False}, actor=house.ada.owner)
    answer = send(order, house.cracked.pk, comment="Left", photos=photo())
    assert (answer.status_code, "Choose one of the reasons." in answer.content.decode()) == (
        422, True,
    )  # fmt: skip
    for key in (str(house.cracked.pk), "damaged"):
        with pytest.raises(DomainError, match="Choose a reason"):
            request_return(order, units={order.lines.get().pk: 1}, reason=key)
    assert not Return.objects.exists()


def test_the_pages_add_rename_order_and_switch_off(house):
    ada, events = signed_in(house.ada.owner), Event.objects.filter(subject_id=house.ada.seller.pk)
    before = events.count()
    page = ada.get(NEW).content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    new = {
        "meaning": "not_as_shown", "words-de": "Andere Farbe.", "photo": "may", "comment": "may",
        "skus": "", "is_on": "on", "key": key,
    }  # fmt: skip
    assert [ada.post(NEW, new).status_code for _ in range(2)] == [302, 302]
    row = ReturnReason.objects.get(pk=key)
    assert (row.words["de"], row.words["en"]) == ("Andere Farbe", "Not as described")
    assert ada.post(NEW, new | {"words-de": "Zu hell"}).status_code == 409, "another with this key"

    assert ada.post(f"/dashboard/return-reasons/{key}/shift/", {"to": "up"}).status_code == 302
    assert [one.pk for one in reasons_of(house.ada.seller.pk)][-2:] == [row.pk, house.cracked.pk]
    one = f"/dashboard/return-reasons/{key}/"
    off = {name: value for name, value in new.items() if name != "is_on"}
    assert ada.post(one, off | {"words-en": "Another colour"}).status_code == 302
    listed = ada.get(PAGE).content.decode()
    assert "Another colour" in listed
    assert "Switched off." in listed
    assert events.count() == before + 3
    assert signed_in(house.bo.owner).get(one).status_code == 404


def test_with_another_meaning_words_of_the_portal_become_those_of_the_new_one(house):
    row = meant(house, "too_small")
    shown = {f"words-{code}": text for code, text in row.words.items()}
    sent = shown | {"meaning": "damaged", "photo": "may", "comment": "may", "is_on": "on"}
    sent |= {"words-en": "The glass is cracked", "words-fr": "\u200b."}
    page = f"/dashboard/return-reasons/{row.pk}/"
    assert signed_in(house.ada.owner).post(page, sent).status_code == 302
    row.refresh_from_db()
    said = [row.words[code] for code in ("en", "de", "es", "fr")]
    assert said == [
        "The glass is cracked", "Beschädigt angekommen", "Llegó dañado", "Arrivé endommagé",
    ]  # fmt: skip


def test_each_product_keeps_a_reason_and_the_list_ends_somewhere(house):
    ada = house.ada
    for row in reasons_of(ada.seller.pk)[1:-1]:
        if row.meaning != "changed_mind":
            change_reason(row, {"is_on": False}, actor=ada.owner)
    last = meant(house, "changed_mind")
    for given in ({"is_on": False}, {"skus": ["LAMP"]}):
        with pytest.raises(DomainError, match="At least one reason must be for all products"):
            change_reason(last, given, actor=ada.owner)
    last.refresh_from_db()
    assert (last.is_on, last.skus) == (True, [])
    given = {"meaning": "wrong", "words": {}}
    for _ in range(MOST_REASONS - len(reasons_of(ada.seller.pk))):
        add_reason(ada.seller, given, actor=ada.owner)
    with pytest.raises(DomainError, match="At most 20 reasons"):
        add_reason(ada.seller, given, actor=ada.owner)


def test_who_pays_is_still_said_by_meaning(house):
    ada = signed_in(house.ada.owner)
    assert ada.post(PAGE, {"damaged-postage": "seller"}).status_code == 302
    house.ada.seller.refresh_from_db()
    assert house.ada.seller.return_postage == {"damaged": "seller"}
    assert house.ada.seller.return_reasons == {"too_large": ["SHA"], "wrong": []}, "as before"
