"""An order is found by its number and e-mail address: only its mailbox learns whether it exists."""

import re

import pytest
from django.core import mail
from django.test import Client

from orders.accounts.mailing import send_account_mails
from orders.models import AccountMail, Order
from tests.support.cast import make_order
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


def test_the_link_is_mailed_and_nothing_else_is_told(ada, bo):
    order = make_order(ada, {"LAMP": 1}, email="Mine@Example.com", number="#ab12", language="de")
    make_order(bo, {"LAMP": 1}, email="other@example.com", number="#ab12")
    gone = make_order(ada, {"LAMP": 1}, email="mine@example.com", number="#gone")
    Order.objects.filter(pk=gone.pk).update(email="")
    client, answers, counted = Client(), [], []
    for number, address in (
        ("AB12", "mine@example.com"),
        ("#zz99", "mine@example.com"),
        ("ab12", "nobody@example.com"),
        ("gone", "third@example.com"),
    ):
        with count_statements() as statements:
            answer = client.post("/track/", {"number": number, "email": f" {address} "})
        counted.append(len(statements))
        answers.append((answer.status_code, answer.url, answer.content))
    assert set(answers) == {(302, "/track/?sent=1", b"")}
    assert len(set(counted)) == 1, "the same work"
    page = client.get("/track/?sent=1", headers={"Accept-Language": "ja,de;q=0.5"})
    assert 'lang="ja"' in page.content.decode()
    for number, address in (
        ("", "x@example.com"),
        ("1", "no address"),
        ("\x00", ""),
        ("1" * 99, ""),
    ):
        assert client.post("/track/", {"number": number, "email": address}).status_code == 422

    send_account_mails()

    (letter,) = mail.outbox
    assert letter.to == ["mine@example.com"]
    assert letter.subject == "Bestellung #ab12: Ihr Link zur Sendungsverfolgung"
    (path,) = re.findall(r"https?://[^/]+(/track/\S+)", letter.body)
    assert path == f"/track/{Order.objects.get(pk=order.pk).token}/"
    assert client.get(path).status_code == 200
    assert not AccountMail.objects.exclude(email="", facts={}).exists(), "nothing is kept"
    more = [client.post("/track/", {"number": "1", "email": "mine@example.com"}) for _ in range(2)]
    assert [answer.status_code for answer in more] == [302, 429]
    lost = client.get("/track/nothing/").content.decode()
    assert 'href="/track/"' in lost
