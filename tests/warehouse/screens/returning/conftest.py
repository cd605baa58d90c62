"""A return that nobody has handed in by its day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import Return
from orders.returns.due.expiry import expire
from tests.orders.return_labels.stories import approved


@pytest.fixture
def expired(house):
    asked = approved(house)
    Return.objects.update(hand_in_by=timezone.now().date() - timedelta(days=15))
    assert expire(timezone.now()) == 1
    return asked
