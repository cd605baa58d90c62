"""The pages of files in the language of whoever reads: whole, with what workers wrote."""

import pytest
from django.utils import translation

from orders.files.working import work_on_imports
from orders.models import Import
from orders.words.retelling import retold
from tests.dashboard.test_imports import UPLOAD, chosen, upload
from tests.orders.files.test_order_files import GRACE, table
from tests.orders.files.uploaded import check
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking

pytestmark = pytest.mark.django_db

LIST = "/dashboard/imports/"
DATA = {"orders", "Grace", "Hopper", "Files", "File", "csv"}
DATA |= {"none", "Unter", "den", "Linden", "pending", "example", "grace"}


def test_every_text_of_a_file_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    rows = f"A,{GRACE},LAMP,,2,1,EUR", f"B,{GRACE},LAMP,,none,1,EUR", f"=C,{GRACE},NO,,1,1,EUR"
    answers = [
        client.get(LIST),
        *(client.get(f"{UPLOAD}?kind={kind}") for kind in ("orders", "products", "stock")),
        upload(client, ""),
        upload(client, "a\n"),
    ]
    page = upload(client, table(*rows))["Location"]
    job = Import.objects.get()
    answers += [client.get(page), client.post(f"{page}columns/", chosen(job) | {"sku": "1"})]
    client.post(f"{page}columns/", chosen(job))
    answers.append(client.get(page))
    work_on_imports()
    answers.append(client.get(page))
    client.post(f"{page}begin/")
    answers.append(client.get(page))
    work_on_imports()
    Import.objects.filter(pk=job.pk).update(created=0)
    answers += [client.get(page), client.post(f"{page}begin/"), client.get(LIST)]
    answers.append(client.post(f"{page}delete/", {"sure": "1"}, follow=True))

    found = [bare(answer.content.decode()) - DATA for answer in answers]
    assert found == [set()] * len(answers)
    assert "⟦expected a value: this is a formula⟧" in answers[9].content.decode()


def test_what_no_text_made_stays_english_and_says_so(ada):
    client = speaking(ada.owner, "de")
    job = check(ada, table(f"A,{GRACE},LAMP,,none,1,EUR"))
    record = job.importrecord_set.get()
    record.problems = [
        [2, "", "", "expected a sign of the times", "Correct the cell."],
        [3, "", "", "expected a whole number from 0 to 9", "Correct the cell."],
    ]
    record.save(update_fields=["problems"])

    html = client.get(f"{LIST}{job.pk}/").content.decode()

    assert '<span lang="en" dir="ltr">A sign of the times</span>' in html
    assert "Berichtigen Sie die Zelle." in html
    assert "<bdi>Eine ganze Zahl von 0 bis 9</bdi>" in html, "its heading says “Erwartet”"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("expected a whole number from 0 to 9", "erwartet wird eine ganze Zahl von 0 bis 9"),
        ("Not paid: pending", "Nicht bezahlt: pending"),
        ("expected “a, b”, as in row 3 of the same order",
         "„a, b“, wie in Zeile 3 derselben Bestellung"),
        ("Quiet hours until 08:00.", "Ruhezeit bis 08:00."),
        ("Quiet hours until 08:00. An earlier attempt may have arrived.",
         "Ruhezeit bis 08:00. Ein früherer Versuch ist womöglich angekommen."),
        ("Quiet hours until 08:00. Nobody knows this sentence.", None),
        ("The shop answered 500: Sorry. Come back.", "Der Shop antwortete 500: Sorry. Come back."),
        ("This webhook is already disabled.", None),  # “{endpoint} is already {state}.”
        ("The order is empty.", None),
        ("3 of 4", None),
        ("", ""),
    ],
)  # fmt: skip
def test_a_stored_sentence_is_said_again_with_its_values(stored, said):
    with translation.override("de"):
        assert retold(stored) == said
    assert retold(stored) == stored


def test_what_a_shop_has_said_keeps_its_direction_in_an_arabic_sentence():
    with translation.override("ar"):
        said = retold("The shop answered 500: Sorry (code 5).")

    assert said == "ردّ المتجر بالرمز \u2068500\u2069: \u2068Sorry (code 5).\u2069"
