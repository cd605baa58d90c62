"""SMS through any service that apprise supports; apprise is imported only here."""

import threading
from typing import Self

from apprise import Apprise, AppriseAsset
from django.conf import settings

from notifications.channels.base import OutcomeUnknown, Outgoing, Permanent, Receipt
from notifications.channels.recipients import check_number
from notifications.channels.sms.base import Provider


class AppriseSms:
    """One call per text. apprise answers True or False: no id, no reports, no idempotency keys.

    False may mean that the service refused, was not reached, or sent the text and did not answer in
    time: the outcome is unknown, so the text is not retried.
    """

    provider = "apprise"
    knows_keys = False

    def __enter__(self) -> Self:
        self.asset = AppriseAsset(http_redirects=False)
        return self

    def __exit__(self, *_: object) -> None:
        return

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        service = Apprise(asset=self.asset)
        if not service.add(settings.SMS_APPRISE_URL.replace("{to}", outgoing.recipient[1:])):
            raise Permanent("apprise does not understand SMS_APPRISE_URL with this number.")
        answers: list[bool] = []
        thread = threading.Thread(
            target=lambda: answers.append(bool(service.notify(body=outgoing.text))), daemon=True
        )
        thread.start()
        thread.join(settings.SMS_TIMEOUT)
        if answers == [True]:
            return Receipt("")
        raise OutcomeUnknown("apprise did not say that it was sent." if answers else "No answer.")


PROVIDER = Provider(AppriseSms)
