"""Several workers at the same moment, each on a connection of its own; and one that is killed."""

import os
import threading
import traceback

from django.db import connection, connections

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


def in_a_child(action):
    """The id of a child process that does this; an error is printed and ends it, as all does.

    It must never come back into the test run, of which it is a copy with one thread.
    """
    connection.close()
    child = os.fork()
    if child:
        return child
    status = 1
    # Where a browser runs, Django keeps the connections of this thread twice, and the copy has the
    # other ones: they are the parent's, so they are neither used nor closed.
    _inherited = [one.connection for one in connections.all(initialized_only=True)]
    for one in connections.all(initialized_only=True):
        one.connection = None
    try:
        action()
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
    finally:
        os._exit(status)


def killed_by(action):
    """The signal that ends a child process that does this; 0 when it lives on."""
    return os.WTERMSIG(os.waitpid(in_a_child(action), 0)[1])
