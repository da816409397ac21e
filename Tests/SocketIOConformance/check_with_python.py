"""Talks to socketio-conformance with python-socketio, over polling, a WebSocket and the upgrade from one to the other.

Usage: check_with_python.py URL
"""

import queue
import sys
import threading

import socketio

URL = sys.argv[1]
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"check_with_python: {what}")


def without_offset(arguments):
    """Where recovery is on, an event without binary ends with its offset."""
    return arguments[:-1]


def talk(transports, name):
    client = socketio.Client(reconnection=False)
    inbox = queue.Queue()
    gone = threading.Event()
    for namespace in ("/", "/custom", "/members"):
        for event in ("auth", "message-back", "said", "answered"):
            client.on(
                event, (lambda n, e: lambda *arguments: inbox.put((n, e, arguments)))(namespace, event), namespace=namespace
            )
        client.on("disconnect", lambda *_: gone.set(), namespace=namespace)
    client.on("question", lambda *arguments: "the answer to " + arguments[0], namespace="/")
    refused = queue.Queue()
    client.on("connect_error", refused.put, namespace="/members")

    client.connect(URL, auth={"token": "t1"}, transports=transports, namespaces=["/", "/custom"], wait_timeout=10)
    seen = {}
    for _ in range(2):
        namespace, event, arguments = inbox.get(timeout=10)
        check(event == "auth", f"{name}: {event} came before auth")
        seen[namespace] = without_offset(arguments)
    check(seen == {"/": ({"token": "t1"},), "/custom": ({"token": "t1"},)}, f"{name}: auth came back as {seen}")

    client.emit("message", ("one", 2, {"three": [True, None, 4.5, "äöü \U0001f600 \"\\\n"]}))
    expected = ("one", 2, {"three": [True, None, 4.5, "äöü \U0001f600 \"\\\n"]})
    _, _, arguments = inbox.get(timeout=10)
    check(without_offset(arguments) == expected, f"{name}: an event came back as {arguments}")

    client.emit("message", (b"\x00\x01\xff", {"deep": [b"", b"second"]}))
    _, _, arguments = inbox.get(timeout=10)
    check(arguments == (b"\x00\x01\xff", {"deep": [b"", b"second"]}), f"{name}: binary came back as {arguments}")

    answer = client.call("message-with-ack", ("yes", 1), timeout=10)
    check(tuple(answer) == ("yes", 1), f"{name}: an ack was {answer}")
    answer = client.call("message-with-ack", (b"bytes",), timeout=10)
    check(answer == b"bytes", f"{name}: a binary ack was {answer}")
    client.emit("ask-me", "life")
    _, event, arguments = inbox.get(timeout=10)
    check(event == "answered" and arguments[0] == "the answer to life", f"{name}: our own ack was {arguments}")

    big = "x" * 300_000
    client.emit("message", big, namespace="/custom")
    namespace, _, arguments = inbox.get(timeout=10)
    check(namespace == "/custom" and without_offset(arguments) == (big,), f"{name}: 300 kB did not come back")
    if transports != ["polling"]:
        check(client.transport() == "websocket", f"{name}: it is on {client.transport()}")

    # The heartbeat keeps it: an interval and more than a time-out.
    client.sleep(2.5)
    check(client.connected, f"{name}: it did not survive a heartbeat")

    client.emit("put-me-out", namespace="/custom")
    check(gone.wait(10), f"{name}: the server's disconnect did not come")
    answer = client.call("message-with-ack", "still here", timeout=10)
    check(answer == "still here", f"{name}: / did not survive the end of /custom")
    client.disconnect()


def refusals():
    client = socketio.Client(reconnection=False)
    errors = []
    client.on("connect_error", lambda data: errors.append(data), namespace="/members")
    try:
        client.connect(URL, auth={"token": "wrong"}, namespaces=["/members"], wait_timeout=5)
        check(False, "a wrong token was let in")
    except socketio.exceptions.ConnectionError:
        pass
    check(errors == [{"message": "Not authorized", "data": {"code": "bad_token"}}], f"refused with {errors}")
    client = socketio.Client(reconnection=False)
    client.connect(URL, auth={"token": "open sesame"}, namespaces=["/members"], wait_timeout=5)
    client.disconnect()
    client = socketio.Client(reconnection=False)
    client.on("connect_error", lambda data: errors.append(data), namespace="/nowhere")
    try:
        client.connect(URL, namespaces=["/nowhere"], wait_timeout=5)
        check(False, "an unknown namespace was let in")
    except socketio.exceptions.ConnectionError:
        pass
    check(errors[-1]["message"] == "Invalid namespace", f"an unknown namespace: {errors[-1]}")


talk(["polling"], "polling")
talk(["websocket"], "websocket")
talk(["polling", "websocket"], "upgrade")
refusals()
print(f"python-socketio: {checks} checks passed")
