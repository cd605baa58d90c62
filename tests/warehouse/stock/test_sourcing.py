"""Sourcing: as many units as there are, in the fewest parcels; then what costs least."""

from itertools import combinations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.planning.sourcing import UNREACHED, House, Lack, Source, Want, Why, source

LAMP, SHADE, BERLIN, LEIPZIG, VIENNA = (UUID(int=number) for number in range(1, 6))
LINE, OTHER = UUID(int=11), UUID(int=12)
TWO_LAMPS = [Want(LINE, LAMP, 2)]
FIRST, SECOND = House(BERLIN, position=0), House(LEIPZIG, position=1)

counts = st.integers(min_value=0, max_value=3)
orders = st.lists(st.tuples(st.integers(1, 3), st.sampled_from([LAMP, SHADE])), max_size=3)
stocks = st.lists(st.tuples(counts, counts), min_size=2, max_size=3)


def has(wants, stock, ids):
    """The units that these warehouses have for the wants, and the numbers of each product."""
    needed = {
        pk: sum(want.units for want in wants if want.product_id == pk) for pk in (LAMP, SHADE)
    }
    return sum(
        min(units, sum(stock[product, pk] for pk in ids)) for product, units in needed.items()
    )


@settings(max_examples=200, deadline=None)
@given(orders, stocks)
def test_no_smaller_choice_has_as_many_units(lines, amounts):
    wants = [Want(UUID(int=20 + n), pk, units) for n, (units, pk) in enumerate(lines)]
    houses = [House(UUID(int=40 + n), position=n) for n in range(len(amounts))]
    stock = {}
    for house, (lamps, shades) in zip(houses, amounts, strict=True):
        stock |= {(LAMP, house.id): lamps, (SHADE, house.id): shades}
    left = dict(stock)

    found = source(wants, houses, left)

    ids = [house.id for house in houses]
    sets = [chosen for n in range(len(ids) + 1) for chosen in combinations(ids, n)]
    most = max(has(wants, stock, chosen) for chosen in sets)
    fewest = min(len(chosen) for chosen in sets if has(wants, stock, chosen) == most)
    assert sum(found.given.values()) == most
    assert len({warehouse for _, warehouse in found.given}) == fewest
    products = {want.line_id: want for want in wants}
    for line_id, want in products.items():
        assert sum(n for (line, _), n in found.given.items() if line == line_id) <= want.units
    for (product_id, warehouse), units in stock.items():
        taken = sum(
            n
            for (line, pk), n in found.given.items()
            if pk == warehouse and products[line].product_id == product_id
        )
        assert left[product_id, warehouse] == units - taken >= 0


def test_one_warehouse_that_has_all_is_better_than_the_first_that_has_a_part():
    left = {(LAMP, BERLIN): 1, (LAMP, LEIPZIG): 2}
    found = source(TWO_LAMPS, [FIRST, SECOND], left)
    assert found.given == {(LINE, LEIPZIG): 2}
    assert (found.why, found.lacks) == (Why.ONLY, {BERLIN: Lack(LINE, 1, 2)})


def test_two_lines_of_one_product_lack_it_together():
    wants = [Want(LINE, LAMP, 1), Want(OTHER, LAMP, 1)]
    found = source(wants, [FIRST, SECOND], {(LAMP, BERLIN): 1, (LAMP, LEIPZIG): 2})
    assert {warehouse for _, warehouse in found.given} == {LEIPZIG}
    assert found.lacks == {BERLIN: Lack(OTHER, 0, 1)}


def test_of_equal_ones_the_first_on_the_list_is_chosen():
    found = source(TWO_LAMPS, [SECOND, FIRST], {(LAMP, BERLIN): 2, (LAMP, LEIPZIG): 2})
    assert (found.given, found.why) == ({(LINE, BERLIN): 2}, Why.FIRST)


def test_a_nearer_one_is_before_the_first_and_a_faster_one_before_that():
    left = {(LAMP, BERLIN): 9, (LAMP, LEIPZIG): 9, (LAMP, VIENNA): 9}
    far, near = FIRST._replace(distance=2, days=2), SECOND._replace(distance=1, days=2)
    found = source(TWO_LAMPS, [far, near], left)
    assert (set(found.given), found.why) == ({(LINE, LEIPZIG)}, Why.NEAR)
    fast = House(VIENNA, position=2, distance=3, days=1)
    found = source(TWO_LAMPS, [far, near, fast], left)
    assert (set(found.given), found.why) == ({(LINE, VIENNA)}, Why.DAYS)


def test_a_parcel_that_is_open_takes_more_in():
    left = {(LAMP, BERLIN): 2, (LAMP, LEIPZIG): 2}
    found = source(TWO_LAMPS, [FIRST, SECOND._replace(is_open=True)], left)
    assert (set(found.given), found.why) == ({(LINE, LEIPZIG)}, Why.OPEN)
    left = {(LAMP, BERLIN): 1, (LAMP, LEIPZIG): 1, (LAMP, VIENNA): 2}
    both = [house._replace(is_open=True) for house in (FIRST, SECOND)]
    found = source(TWO_LAMPS, [*both, House(VIENNA, position=2)], left)
    assert (set(found.given), found.why) == ({(LINE, BERLIN), (LINE, LEIPZIG)}, Why.OPEN)


def test_a_warehouse_from_which_nobody_brings_it_gives_nothing():
    unreached = FIRST._replace(days=UNREACHED)
    left = {(LAMP, BERLIN): 2, (LAMP, LEIPZIG): 1, (LAMP, VIENNA): 1}
    found = source(TWO_LAMPS, [unreached, SECOND, House(VIENNA, position=2)], left)
    assert found.given == {(LINE, LEIPZIG): 1, (LINE, VIENNA): 1}
    assert (found.why, found.beyond) == (Why.REACHED, ()), "Berlin had all of it"
    found = source(TWO_LAMPS, [unreached, SECOND], {(LAMP, BERLIN): 9, (LAMP, LEIPZIG): 2})
    assert (found.given, found.why, found.beyond) == ({(LINE, LEIPZIG): 2}, Why.REACH, ())

    left = {(LAMP, BERLIN): 9, (LAMP, LEIPZIG): 1, (LAMP, VIENNA): 0}
    empty = House(VIENNA, position=2, days=UNREACHED)
    found = source(TWO_LAMPS, [unreached, SECOND, empty], left)
    assert (found.given, found.beyond) == ({(LINE, LEIPZIG): 1}, (BERLIN,))
    assert source(TWO_LAMPS, [unreached], {(LAMP, BERLIN): 2}) == Source({}, beyond=(BERLIN,))
    assert source(TWO_LAMPS, [unreached], {(LAMP, BERLIN): 0}) == Source({})


def test_a_line_stays_whole_where_it_can():
    wants = [Want(LINE, LAMP, 2), Want(OTHER, SHADE, 1)]
    left = {(LAMP, BERLIN): 1, (SHADE, BERLIN): 1, (LAMP, LEIPZIG): 2}
    found = source(wants, [FIRST, SECOND], left)
    assert found.given == {(LINE, LEIPZIG): 2, (OTHER, BERLIN): 1}
    assert found.why == Why.SPLIT
    assert found.lacks == {BERLIN: Lack(LINE, 1, 2), LEIPZIG: Lack(OTHER, 0, 1)}
