#!/usr/bin/env python3
"""The API with Python's standard library. See README.md."""
import json
import os
import sys
import urllib.request

URL = os.environ.get("ASSIST_URL", "http://127.0.0.1:8080") + "/v1"
HEADERS = {"Authorization": "Bearer " + os.environ["ASSIST_API_KEY"], "Content-Type": "application/json"}


def request(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, HEADERS, method=method)) as answer:
        return json.load(answer)


def watch(types=None):
    """Yields events for ever, and goes on where it was when the connection breaks."""
    last = None
    while True:
        headers = dict(HEADERS, **({"Last-Event-ID": last} if last else {}))
        query = "?types=" + types if types else ""
        try:
            with urllib.request.urlopen(urllib.request.Request(URL + "/events" + query, headers=headers)) as stream:
                for line in stream:
                    name, _, value = line.decode().rstrip("\n").partition(": ")
                    if name == "id":
                        last = value
                    elif name == "data" and "id" in (event := json.loads(value)):
                        yield event
        except (ConnectionError, TimeoutError):
            continue


def main():
    match sys.argv[1:]:
        case ["call", to, *rest]:
            answer = request("POST", "/calls", {"to": to, "assistant": rest[0] if rest else "front-desk"})
        case ["watch", *rest]:
            for event in watch(*rest):
                print(json.dumps(event), flush=True)
            return
        case ["write", conversation, text]:
            answer = request("POST", f"/conversations/{conversation}/messages", {"text": text})
        case [("takeover" | "release") as verb, conversation]:
            answer = request("POST", f"/conversations/{conversation}/{verb}", {})
        case ["queue"]:
            answer = request("GET", "/escalations?state=waiting")
        case ["claim", escalation]:
            answer = request("POST", f"/escalations/{escalation}/claim", {})
        case _:
            sys.exit("usage: api.py call|watch|write|takeover|release|queue|claim …")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
