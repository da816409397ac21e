#!/usr/bin/env python3
"""A receiver of webhooks that checks their signatures, with Python's standard library.

    WEBHOOK_SECRET=whsec_… ./verify_webhook.py 9000
"""
import base64
import hashlib
import hmac
import http.server
import os
import sys
import time


def is_ours(secret, headers, body, now=None):
    """Whether `body`, the bytes as they came, is signed with `secret`, and lately."""
    try:
        identifier, sent = headers["webhook-id"], headers["webhook-timestamp"]
        if abs((now or time.time()) - int(sent)) > 300:
            return False
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.digest(key, f"{identifier}.{sent}.".encode() + body, hashlib.sha256)).decode()
        return any(hmac.compare_digest("v1," + expected, one) for one in headers["webhook-signature"].split())
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        good = is_ours(os.environ["WEBHOOK_SECRET"], self.headers, body)
        self.send_response(204 if good else 401)
        self.end_headers()
        if good:
            print(body.decode(), flush=True)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
