"""script/mutants tells a test that can fail from one that cannot, and leaves the checkout alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from mutants.core import UsageError, core_modules, explained, known, modules_of
from mutants.python import python_mutants
from mutants.sample import all_mutants, known_mutant, sample
from mutants.source import Source
from mutants.sql import sql_mutants

ROOT = Path(settings.BASE_DIR)
POSTAGE = """\
def is_free(total):
    return total >= 50


def is_heavy(grams):
    return grams > 1000
"""
GOOD = """\
from shop.postage import is_free


def test_postage_is_free_from_fifty():
    assert (is_free(49), is_free(50)) == (False, True)
"""
USELESS = """\
from shop.postage import is_heavy


def test_a_letter_is_weighed():
    is_heavy(20)
"""
FILES = {
    "shop/__init__.py": "",
    "shop/postage.py": POSTAGE,
    "tests/test_good.py": GOOD,
    "tests/test_useless.py": USELESS,
    "mutants/core.toml": 'modules = ["shop/*.py"]\n',
    ".gitignore": "var/\n__pycache__/\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small project of its own, with a useful and a useless test."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def mutants(root: Path, *arguments: str) -> tuple[int, list[str]]:
    """What the command answers, and the lines that it prints."""
    answer = subprocess.run(
        [sys.executable, "-m", "mutants.sample", "--root", str(root), *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return answer.returncode, (answer.stdout + answer.stderr).splitlines()


def pairs(found):
    return [(mutant.before, mutant.after) for mutant in found]


@pytest.mark.slow
def test_a_useful_test_kills_and_a_useless_one_lets_survive(shop: Path) -> None:
    code, lines = mutants(shop)

    assert lines[0] == "Recording which lines the tests of 2 files run"
    assert lines[1].startswith(
        "shop/postage.py:2: killed: FAILED tests/test_good.py::test_postage_is_free_from_fifty"
    )
    assert lines[4].startswith("shop/postage.py:6: survived: 1 of 1 tests")
    assert lines[5] == "    - return grams > 1000"
    assert lines[-1] == ("2 mutants: 1 killed, 0 timed out, 1 survived; 0 explained. Noticed: 50 %")
    assert code == 0
    assert (shop / "shop" / "postage.py").read_text() == POSTAGE


@pytest.mark.slow
def test_a_known_mutant_that_survives_again_fails_the_command(shop: Path) -> None:
    (shop / "mutants" / "known.toml").write_text(
        '[[mutant]]\npath = "shop/postage.py"\nbefore = "grams > 1000"\n'
        'after = "grams >= 1000"\nwhy = "A thousand grams are not heavy."\n'
        'test = "tests/test_useless.py"\n'
    )

    code, lines = mutants(shop, "--known")

    assert lines[-1].startswith("1 mutants: 0 killed, 0 timed out, 1 survived")
    assert code == 1


def test_a_pattern_without_a_module_is_named() -> None:
    with pytest.raises(UsageError, match=r"No module is named orders/gone\.py: was it renamed?"):
        modules_of(ROOT, ["orders/*.py", "orders/gone.py"])


def test_the_core_and_the_known_mutants_are_where_the_lists_say() -> None:
    assert len(core_modules(ROOT)) > 30
    entries = known(ROOT)
    assert len(entries) >= 6
    assert all(known_mutant(ROOT, entry).after == entry.after for entry in entries)
    assert all((ROOT / entry.test).exists() for entry in entries)


def test_what_is_explained_is_a_mutant_of_today() -> None:
    found = {
        (mutant.path, mutant.before, mutant.after)
        for path in {path for path, _, _ in explained(ROOT)}
        for mutant in all_mutants(ROOT, path)
    }
    assert explained(ROOT).keys() - found == set()


def test_a_seed_takes_the_same_mutants_each_time_and_one_of_a_line(shop: Path) -> None:
    again = [sample(shop, ["shop/postage.py"], 9, "1") for _ in range(2)]
    assert [mutant.line for mutant in again[0]] == [2, 6]
    assert again[0] == again[1]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("x = a < b", {"x = a <= b"}),
        ("x = a and not b", {
            "x = a or not b", "x = True and not b", "x = a and True", "x = a and b",
        }),
        ("x = rows.filter(a=b)", {"x = rows.all()"}),
        ("x = rows.filter(a=b, c__lte=d)", {
            "x = rows.filter(a=b)", "x = rows.filter(c__lte=d)", "x = rows.filter(a=b, c__lt=d)",
        }),
        ("x = 2", {"x = 3"}),
        ("x = 90", {"x = 180"}),
        ("lock(a)", {"pass"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if True]"}),
        ('"""Says 1 < 2."""', set()),
        ("x: Literal[1] = a", set()),
    ],
)  # fmt: skip
def test_mutants_of_python(text: str, after: set[str]) -> None:
    assert {found for _, found in pairs(python_mutants(Source("x.py", text)))} == after


def test_mutants_of_sql() -> None:
    text = (
        'COUNT = """\n'
        "SELECT count(*) FROM orders  -- 1 = 1\n"
        "WHERE placed_at >= %s AND city IS NULL\n"
        "  AND seller_id = 7\n"
        '"""\n'
    )
    assert set(pairs(sql_mutants(Source("x.py", text)))) == {
        ("WHERE placed_at >= %s AND city IS NULL", "WHERE placed_at > %s AND city IS NULL"),
        ("WHERE placed_at >= %s AND city IS NULL", "WHERE placed_at >= %s OR city IS NULL"),
        ("WHERE placed_at >= %s AND city IS NULL", "WHERE placed_at >= %s AND city IS NOT NULL"),
        ("AND seller_id = 7", "AND seller_id <> 7"),
        ("AND seller_id = 7", "OR seller_id = 7"),
        ("AND seller_id = 7", "AND seller_id = 8"),
        ("AND seller_id = 7", ""),
    }


def test_a_constant_is_covered_by_the_lines_that_use_it() -> None:
    text = "HOUR = 60\nDAY = 24 * HOUR\n\n\ndef days(n):\n    return n * DAY\n"
    found = {mutant.line: mutant.lines for mutant in python_mutants(Source("x.py", text))}
    assert found == {1: {6}, 2: {6}, 6: {6}}


def test_what_runs_with_the_import_is_covered_by_any_line_of_the_module() -> None:
    text = "HOUR = 60\n\n\nclass Terms:\n    days: int = 2\n\n    def of(self, n=1):\n        n()\n"
    found = {mutant.line: mutant.lines for mutant in python_mutants(Source("x.py", text))}
    assert found == {1: set(), 5: set(), 7: {8}, 8: {8}}
