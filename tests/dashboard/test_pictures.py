"""Pictures of products: drawn again, bounded, shown where goods are picked, their seller's."""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from fulfillment.api.catalogue.pictures import DOT
from orders.catalogue.details import ProductData
from orders.catalogue.products import change_product
from orders.models import Picture, ProductChange
from tests.api.asking import ask, errors_of
from tests.support import cast
from tests.warehouse.walking import ordered, pick_all, take

pytestmark = pytest.mark.django_db

ORIENTATION, GPS = 0x0112, 0x8825


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def drawn(format, size=(40, 20), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, "red").save(out, format, **options)
    return out.getvalue()


def from_a_phone():
    """A photo that was taken upright, and says where."""
    notes = Image.Exif()
    notes[ORIENTATION] = 6
    notes.get_ifd(GPS)[1] = "N"
    return drawn("JPEG", (1600, 900), exif=notes.tobytes())


@pytest.fixture
def lamp(ada):
    return cast.make_product(ada, "LAMP", "Brass lamp", barcode="4006381333931")


def send(browser, product, content, name="lamp.png"):
    path = f"/dashboard/products/{product.pk}/picture/"
    return browser.post(path, {"picture": SimpleUploadedFile(name, content)})


def test_a_picture_is_drawn_again(ada, lamp):
    browser = signed_in(ada.owner)
    sizes = {
        "png": (drawn("PNG", mode="RGBA"), (40, 20)),
        "jpeg": (from_a_phone(), (450, 800)),
        "webp": (drawn("WEBP", (1600, 1600)), (800, 800)),
        "grey": (drawn("PNG", mode="L"), (40, 20)),
        "one dot": (drawn("PNG", (1, 1), mode="1"), (1, 1)),
        "a line": (drawn("PNG", (3000, 1)), (800, 1)),
        "moving": (
            drawn("WEBP", save_all=True, append_images=[Image.new("RGB", (40, 20))]),
            (40, 20),
        ),
    }
    for name, (content, size) in sizes.items():
        assert send(browser, lamp, content).status_code == 302, name
        kept = Picture.objects.get(product=lamp)
        image = Image.open(BytesIO(kept.image))
        assert (image.format, image.size, (kept.width, kept.height)) == ("WEBP", size, size), name
        assert (dict(image.getexif()), image.n_frames) == ({}, 1), name
    words = ProductChange.objects.filter(product=lamp, field="picture").order_by("pk")
    assert list(words.values_list("before", "after"))[:2] == [
        ("", "40 × 20"),
        ("40 × 20", "450 × 800"),
    ]


def test_what_is_no_picture_is_refused(ada, lamp):
    browser = signed_in(ada.owner)
    jpeg, png = from_a_phone(), drawn("PNG", (300, 300))
    no_picture = "Expected a PNG, JPEG or WebP picture."
    refused = {
        "empty": (b"", "The file is empty."),
        "text": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", no_picture),
        "gif": (drawn("GIF"), no_picture),
        "tiff": (drawn("TIFF"), no_picture),
        "half a jpeg": (jpeg[: len(jpeg) // 2], no_picture),
        "half a png": (png[: len(png) // 2], no_picture),
        "too many pixels": (drawn("PNG", (5001, 5000), "1"), "Expected at most 25,000,000 pixels."),
        "too large": (png + b"\0" * 5 * 2**20, "Expected at most 5 MB."),
    }
    for name, (content, problem) in refused.items():
        answer = send(browser, lamp, content)
        assert answer.status_code == 422, name
        assert answer.context["picture_form"].errors == {"picture": [problem]}, name
    assert not Picture.objects.exists()
    answer = browser.post(f"/dashboard/products/{lamp.pk}/picture/")
    assert answer.context["picture_form"].errors == {"picture": ["Choose a file."]}


def test_it_is_served_to_its_seller_alone(ada, bo, lamp):
    browser = signed_in(ada.owner)
    send(browser, lamp, drawn("PNG"))
    kept = Picture.objects.get()
    path, tag = f"/dashboard/products/{lamp.pk}/picture/", f'"{kept.version}"'
    answer = browser.get(path)
    assert answer.content == bytes(kept.image)
    told = {
        "Content-Type": "image/webp",
        "Cache-Control": "private, max-age=604800",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "ETag": tag,
    }
    assert {name: answer[name] for name in told} == told
    again = browser.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    page = browser.get(f"/dashboard/products/{lamp.pk}/").content.decode()
    assert f"{path}?v={kept.version}" in page
    assert signed_in(bo.owner).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    remove = f"{path}remove/"
    browser.post(remove)
    assert Picture.objects.exists(), "nobody is sure"
    browser.post(remove, {"sure": "1"})
    assert browser.get(path).status_code == 404
    assert browser.post(remove, {"sure": "1"}).status_code == 409


def test_the_api_takes_and_gives_it_in_base64(ada, bo, lamp):
    path = f"products/{lamp.pk}/picture/"
    assert ask(ada, path).status_code == 404
    for wrong in ({"picture": "no"}, {"picture": b64encode(b"no").decode()}, {}):
        refused = ask(ada, path, wrong, method="PUT")
        assert (refused.status_code, *errors_of(refused)) == (422, "picture"), wrong
    told = ask(ada, path, {"picture": DOT}, method="PUT").json()
    assert b64decode(told["picture"]) == bytes(Picture.objects.get().image)
    assert (told["width"], told["height"], ask(ada, path).json()) == (1, 1, told)
    noise = BytesIO()
    Image.effect_noise((1200, 1200), 100).save(noise, "PNG")
    large = ask(ada, path, {"picture": b64encode(noise.getvalue()).decode()}, method="PUT")
    assert (len(noise.getvalue()) > 2**20, large.status_code) == (True, 200)
    told = ask(ada, path, {"picture": DOT}, method="PUT").json()
    assert ask(bo, path, {"picture": DOT}, method="PUT").status_code == 404
    assert ask(ada, path, method="DELETE").json() == told
    assert ask(ada, path, method="DELETE").status_code == 404


def test_who_picks_and_packs_sees_it(ada, lamp, building, pat, pia):
    send(signed_in(ada.owner), lamp, drawn("PNG"))
    change_product(lamp, ProductData(picker_note="The glass lies beside it."), actor=None)
    path = f"/warehouse/pictures/{lamp.pk}/"
    elsewhere = cast.make_user("x@example.com", "X", "picker", warehouse=cast.make_warehouse("HAM"))
    assert signed_in(elsewhere).get(path).status_code == 404
    cast.put_stock(lamp, 5)
    shipment = ordered(ada, {"LAMP": 1}).shipments.get()
    walk = take(building, pat)
    picking = signed_in(pat).get(f"/warehouse/pick/{walk.pk}/")
    pick_all(walk, pat)
    packing = signed_in(pia).get(f"/warehouse/pack/{shipment.pk}/")
    for page in (picking.content.decode(), packing.content.decode()):
        assert f"{path}?v={Picture.objects.get().version}" in page
        assert "The glass lies beside it." in page
    assert signed_in(pia).get(path)["Content-Type"] == "image/webp"


def test_lists_and_orders_show_their_products_small(ada, lamp):
    bulb = cast.make_product(ada, "BULB", "Warm bulb", barcode="4006381333948")
    browser = signed_in(ada.owner)
    send(browser, lamp, drawn("PNG", (600, 300)))
    order = ordered(ada, {"LAMP": 1, "BULB": 1})
    for path in (
        "/dashboard/products/",
        "/dashboard/stock/",
        f"/dashboard/orders/{order.pk}/",
    ):
        page = browser.get(path).content.decode()
        assert page.count('class="thumb"') == 1, path
        assert f"/dashboard/products/{lamp.pk}/picture/?small=1&amp;v=" in page, path
        assert f"/dashboard/products/{bulb.pk}/picture/" not in page
    large, little = (
        browser.get(f"/dashboard/products/{lamp.pk}/picture/", query)
        for query in ({}, {"small": "1"})
    )
    assert Image.open(BytesIO(large.content)).size == (600, 300)
    assert Image.open(BytesIO(little.content)).size == (64, 32)
    assert large["ETag"] != little["ETag"]
    again = browser.get(
        f"/dashboard/products/{lamp.pk}/picture/",
        {"small": "1"},
        headers={"If-None-Match": little["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
