"""The editor of one text, its preview and what it finds, in the language of whoever writes."""

import json
import re
from itertools import chain

import pytest
from django.utils import translation

from notifications.editor.cases import cases_of
from notifications.editor.telling import case_in_words
from notifications.kinds.catalogue import FOR_CUSTOMERS, KINDS
from notifications.languages import NAMES
from notifications.words.mistakes import in_our_words
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

WORDS = {
    "subject": "1",
    "heading": "",
    "body": "2 {{ when }} {{ hold }}",
    "closing": "",
    "sms": "3",
}
# What customers read, in the language of the text; names of languages, variables and senders.
THEIRS = r"<(iframe|textarea|code|select)\b.*?</\1>|<(\w+)[^>]* dir=\"(?:ltr|rtl)\".*?</\2>"
OURS = r"<dd id=\"live-sender\">.*?</dd>|\[Test\]|<bdi lang=.*?</bdi>"
DATA = {"ada", "example", "UTC", "Lamps", *re.findall(r"\w+", " ".join(NAMES.values()))}


def page(side, what=""):
    return f"/dashboard/messages/texts/{side.seller.pk}/confirmed/{what}"


def seen(client, address):
    """What a form has to send along."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    return {"language": "en", "seen": found[1]}


def unsaid(answer):
    html = re.sub(rf"{THEIRS}|{OURS}", " ", answer.content.decode(), flags=re.DOTALL)
    return bare(html) - DATA


def test_every_text_of_the_editor_comes_from_the_catalogue(ada, brackets):
    make_order(ada, {"GHOST": 1}, number="#7")
    client, here = speaking(ada.owner, "de"), page(ada)
    given = WORDS | seen(client, here)
    wrong = WORDS | {"subject": "", "body": "1\n{{ prise }}\n{{ order", "sms": "{% for a in b %}"}
    false = given | {"body": "was delivered\n{{ rma }}", "sms": "{{ order }}"}

    answers = [
        client.get(here),
        client.post(here, given | wrong),
        client.post(page(ada, "dry-run/"), given | wrong),
        client.post(page(ada, "dry-run/"), given),
        client.post(here, false, follow=True),
        client.post(here, false),
        client.get(page(ada, "preview/")),
        client.get(page(ada, "preview/?order=none&version=0&language=fr")),
        client.post(page(ada, "publish/"), {"number": "1"}, follow=True),
        client.post(page(ada, "discard/"), {"number": "1"}, follow=True),
        client.post(page(ada, "withdraw/"), follow=True),
    ]

    statuses = [200, 422, 422, 200, 200, 409, 200, 200, 200, 200, 200]
    assert [answer.status_code for answer in answers] == statuses
    assert [unsaid(answer) for answer in answers] == [set()] * len(answers)


def test_what_is_found_as_one_types_comes_from_the_catalogue(ada, brackets):
    client, here = speaking(ada.owner, "de"), page(ada, "live/")
    given = WORDS | {"language": "en", "body": "1\n{{ rma }}\nIt was delivered.", "sms": "灯"}

    shown = json.loads(client.post(here, given, headers={"accept": "application/json"}).content)
    frames = [client.post(here, given | {"view": view}) for view in ("sms", "text")]
    frames.append(client.post(here, given | {"body": "{{"}))

    said = " ".join([shown["size"], shown["about"], *chain(*shown["found"].values())])
    assert {"rma", "when", "delivered", "was"} >= bare(said) - {"link", "order", "hold"}
    assert shown["language"] == "en"
    assert [unsaid(frame) for frame in frames] == [set()] * 3


def test_what_customers_read_stays_in_the_language_of_the_text(ada):
    client = speaking(ada.owner, "ar")

    editor = client.get(f"{page(ada)}?language=de")
    preview = client.get(page(ada, "preview/mail/?language=de")).content.decode()

    assert language_of(editor) == "ar"
    assert "تأكيد" not in preview
    assert 'lang="de"' in preview
    assert "Bestellung" in preview


def test_every_case_of_a_message_has_words():
    names = {case.name for name in FOR_CUSTOMERS for case in cases_of(KINDS[name])}

    with translation.override("fr"):
        said = {name: case_in_words(name) for name in names}

    assert len(names) > 100
    assert said["dated can choose door part"] == (
        "avec une date, le client peut choisir un voisin ou un lieu sûr, une partie de la commande"
    )
    assert said["ships, late"] == "jour d’expédition, pas fait à temps"
    assert said["afterwards, owed"] == "décidé après la fin du retour, remboursement dû"
    assert said["wish"] == "un remboursement est souhaité"
    assert said["seller"] != said["postage seller"]  # who asked for a hold, who pays
    assert [name for name, words in said.items() if not words] == [""]


def test_a_mistake_that_nobody_has_words_for_stays_english_in_english_only():
    error = "upcase() takes 1 positional argument but 2 were given"

    assert in_our_words(error) == error
    with translation.override("de"):
        assert in_our_words(error) == "diese Vorlage ist nicht lesbar"
