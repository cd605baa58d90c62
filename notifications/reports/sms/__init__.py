"""Provider -> how it reports of texts and passes on replies; one file and one line each."""

from notifications.reports.sms.base import Hook
from notifications.reports.sms.gateway import HttpHook
from notifications.reports.sms.twilio import TwilioHook
from notifications.reports.sms.vonage import VonageHook

HOOKS: dict[str, Hook] = {hook.provider: hook for hook in (HttpHook(), TwilioHook(), VonageHook())}
