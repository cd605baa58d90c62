"""Kinds that answer STOP, START and HELP by text message; their texts are in `words/answers.py`."""

from functools import partial

from notifications.kinds.record import SMS, Kind
from notifications.models import InboundText

_answer = partial(Kind, channels=(SMS,), rings_at_night=True)

KINDS = (
    _answer(name="texts_stopped", title="Text messages stopped", answers=InboundText.Word.STOP),
    _answer(name="texts_started", title="Text messages restarted", answers=InboundText.Word.START),
    _answer(name="texts_help", title="Help reply", answers=InboundText.Word.HELP),
)
