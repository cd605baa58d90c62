"""Several workers do the same thing at the same moment, each on a connection of its own."""

import threading

from django.db import connection

from orders.errors import DomainError


def race(*actions):
    """(results, refusals) of these calls, started together in threads; other errors propagate."""
    gate = threading.Barrier(len(actions))
    results, refusals, errors = [], [], []

    def run(action):
        gate.wait(timeout=10)
        try:
            results.append(action())
        except DomainError as refusal:
            refusals.append(str(refusal))
        except Exception as error:  # noqa: BLE001  handed to the thread of the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    if errors:
        raise errors[0]
    return results, refusals
