"""The page of personal data in the language of the operator who reads it: whole."""

import re

import pytest

from orders.models import User
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order
from tests.support.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/personal-data/"


def test_every_text_of_personal_data_comes_from_the_catalogue(ada, pat, brackets):
    order = make_order(ada, {"LAMP": 1})
    operator = User.objects.create_superuser("op@example.com", PASSWORD, name="Op")
    client = speaking(operator, "de")
    customer = {"seller": str(ada.seller.pk), "number": order.number}

    answers = [
        client.get(PAGE),
        client.post(f"{PAGE}customer/erase/", customer),
        client.post(f"{PAGE}customer/erase/", customer | {"number": ""}),
        client.post(f"{PAGE}customer/erase/", customer | {"number": "none"}),
        client.post(f"{PAGE}customer/export/", {}),
        client.post(f"{PAGE}user/erase/", {"email": pat.email}),
        client.post(f"{PAGE}user/erase/", {"email": "none@example.com"}),
        client.post(f"{PAGE}user/erase/", {"email": pat.email, "sure": "1"}, follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 422, 422, 422, 200, 422, 200]
    codes = r"<span class='code'>.*?</span>|Pat Petrov|Access|Admin"
    told = [re.sub(codes, " ", answer.content.decode()) for answer in answers]
    assert [bare(page) for page in told] == [set()] * len(answers)
