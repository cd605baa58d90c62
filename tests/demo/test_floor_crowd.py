"""Eight people at the screens at once, for a few steps each; script/torture floor goes on."""

import pytest

from torture.at_floor.crowd import listed, work

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED, STEPS = 20261129, 12


def test_eight_processes_leave_one_set_of_books(tmp_path):
    day = work(seed=SEED, seconds=float("inf"), steps=STEPS, notes=tmp_path)

    assert day.findings == [], "\n".join(listed(day))
    assert len(day.diaries) == 8
    assert any(diary.told for diary in day.diaries)
