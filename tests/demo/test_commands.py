"""Commands that make up data refuse to run in a real installation."""

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from fulfillment.demo.command import DemoCommand
from orders.models import Seller, User

pytestmark = pytest.mark.django_db

COMMANDS = Path(settings.BASE_DIR) / "fulfillment" / "management" / "commands"
OF_THE_DEMO = [
    path.stem for path in COMMANDS.glob("*.py") if "fulfillment.demo" in path.read_text()
]


def test_there_are_such_commands():
    assert sorted(OF_THE_DEMO) == ["demo", "replay", "seed"]


@pytest.mark.parametrize("name", OF_THE_DEMO)
def test_it_needs_debug(name, settings, tmp_path):
    settings.DEBUG = False
    needed = {"replay": [str(tmp_path / "none.csv")], "seed": ["--orders=1"]}
    with pytest.raises(CommandError, match="it needs DEBUG to be 1"):
        call_command(name, *needed.get(name, []))
    assert not Seller.objects.exists()
    assert not User.objects.exists()
    assert issubclass(import_module(f"fulfillment.management.commands.{name}").Command, DemoCommand)
