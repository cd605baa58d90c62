"""Provider -> how it reports of texts and passes on replies; one file and one line each."""

from notifications.sms_hooks.base import Hook
from notifications.sms_hooks.http import HttpHook
from notifications.sms_hooks.twilio import TwilioHook
from notifications.sms_hooks.vonage import VonageHook

HOOKS: dict[str, Hook] = {hook.provider: hook for hook in (HttpHook(), TwilioHook(), VonageHook())}
