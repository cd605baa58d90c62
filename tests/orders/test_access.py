"""What a viewer may see follows from their roles, one role at a time."""

import pytest

from orders.access import Role, Viewer
from orders.models import User
from tests.support.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sees_house"),
    [(Role.LEAD, True), (Role.PICKER, True), (Role.PACKER, True), (Role.COURIER, False)],
)
def test_a_courier_sees_parcels_of_the_run_and_not_the_house(building, role, sees_house):
    user = make_user("mo@example.com", "Mo", role, warehouse=building)
    viewer = Viewer.of(User.objects.with_memberships().get(pk=user.pk))
    assert viewer.warehouse_ids == ({building.pk} if sees_house else set())
    assert viewer.courier_id == (user.pk if role == Role.COURIER else None)
