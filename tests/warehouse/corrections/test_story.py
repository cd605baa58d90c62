"""Books put right in any order while orders come and pickers walk: they balance at every step."""

import random

import pytest

from orders.access import Role
from tests.balance import findings
from tests.orders.lifecycle.test_decisions_story import SKUS, Story
from tests.support import examples
from tests.support.cast import make_product, make_user
from warehouse.corrections.correcting import Change, approve, correct, refuse
from warehouse.corrections.counting import count_units, finish_count
from warehouse.corrections.tasks_to_count import task_at
from warehouse.floor.picking import report_short
from warehouse.floor.unpicking import undo_pick
from warehouse.models import Correction, CountTask, Location, PickLine
from warehouse.states import COUNT_OPEN
from warehouse.stock.receiving import receipts_that_stand, undo_receipt

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Corrections(Story):
    """The same, with people who count, adjust, move, approve and undo."""

    def place(self):
        return self.one(Location.objects.filter(kind="bin"))

    def change(self, units, to=None):
        product = self.ada.products[self.dice.choice(SKUS)]
        return correct(Change(product, self.place(), units, "other", to=to), actor=self.pat)

    def do_adjust(self):
        self.change(self.dice.choice((-25, -4, -2, -1, 1, 2)))

    def do_move(self):
        self.change(self.dice.randint(1, 4), to=self.place())

    def do_decide(self):
        waiting = self.one(Correction.objects.filter(status="waiting"))
        self.dice.choice((approve, refuse))(waiting, actor=self.pia)

    def do_begin_count(self):
        task_at(self.place(), actor=self.pat)

    def do_count(self):
        """Two of three people find the same at last."""
        task = self.one(CountTask.objects.filter(status__in=COUNT_OPEN))
        person = self.dice.choice((self.pat, self.pia))
        for sku in self.dice.sample(SKUS, self.dice.randint(0, 2)):
            product = self.ada.products[sku]
            count_units(task, product=product, units=self.dice.randint(1, 2), actor=person)
        finish_count(task, actor=person)

    do_count_again = do_count

    def do_short(self):
        if self.dice.random() < 0.5:
            report_short(self.stop(), found=0, reason="empty", actor=self.pat)

    def do_undo_receipt(self):
        undo_receipt(self.one(receipts_that_stand()), actor=self.pat)

    def do_undo_pick(self):
        undo_pick(self.one(PickLine.objects.filter(picked__gt=0)), actor=self.pat)


@pytest.mark.parametrize("seed", range(examples(2, 3)))
def test_the_books_balance_whatever_is_corrected(ada, building, pat, seed):
    for sku in SKUS:
        make_product(ada, sku, f"Title of {sku}")
    story = Corrections(ada, building, pat, random.Random(seed))  # noqa: S311 repeatable
    story.pia = make_user("pia@example.com", "Pia", Role.PACKER, warehouse=building)
    for step in range(120):
        story.step()
        assert findings() == [], (seed, step)
    assert story.done > 40
