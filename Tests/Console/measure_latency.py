"""Measures how soon people at the console see what happens, with the built program on this machine.

Usage: measure_latency.py PROGRAMS FOLDER [ROUNDS]

- An escalation: from the stand-in's request to the webhook, in which a customer asks for a person, to the event at a client
  of Socket.IO; the pause of 50 ms in which a customer may go on writing is in it.
- A partial transcript: from the recogniser's word (the event's `at`) to the same client.
"""

import datetime
import os
import re
import subprocess
import sys
import threading
import time

import socketio
from desk_test import Phone, Programs, configuration, free_ports

KEY = "measure-key"


def percentiles(name, values):
    values = sorted(values)
    at = lambda share: values[min(len(values) - 1, int(len(values) * share))]
    print(f"{name}: {len(values)} events, p50 {at(0.5):.0f}, p95 {at(0.95):.0f}, p99 {at(0.99):.0f}, max {values[-1]:.0f} ms")


def main():
    folder = os.path.abspath(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    os.makedirs(f"{folder}/logs", exist_ok=True)
    programs = Programs(os.path.abspath(sys.argv[1]), f"{folder}/logs")
    try:
        sip, http = free_ports(2)
        ready = programs.start(
            "cloud-api-stand-in", "--webhook", f"http://127.0.0.1:{http}/webhooks/whatsapp", "--phone-number-id",
            "106540000000001", "--access-token", "EAAtest", "--app-secret", "app-secret", "--verify-token",
            "verify-token")
        cloud = "http://" + re.search(r"^ready http=(\S+)", ready, re.M)[1]
        configuration(folder, sip, http, cloud)
        with open(f"{folder}/assist.yaml") as file:
            text = file.read()
        with open(f"{folder}/assist.yaml", "w") as file:
            file.write(text.replace(f'"127.0.0.1:{http}"', f'"127.0.0.1:{http}", api_keys: [{KEY}]'))
        programs.start("assist", "serve", "--config", f"{folder}/assist.yaml")

        client = socketio.Client()
        escalated, partial, came = [], [], threading.Event()
        began = [0.0]

        @client.on("escalation.requested", namespace="/console")
        def requested(event, *offset):
            escalated.append(1000 * (time.monotonic() - began[0]))
            came.set()

        @client.on("call.answered", namespace="/console")
        def answered(event, *offset):
            client.emit("watch", {"conversation": event["conversation"]}, namespace="/console")

        @client.on("transcript.partial", namespace="/console")
        def heard(event, *offset):
            now = datetime.datetime.now(datetime.timezone.utc)
            at = datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
            partial.append((now - at).total_seconds() * 1000)

        client.connect(
            f"http://127.0.0.1:{http}", namespaces=["/console"], auth={"key": KEY}, transports=["websocket"])
        phone = Phone(cloud)
        for number in range(rounds):
            came.clear()
            began[0] = time.monotonic()
            phone.write("I want to speak to a person", customer=f"1555800{number:04d}", name=f"Customer {number}")
            assert came.wait(10), "an escalation was not told"
        subprocess.run(
            ["flite", "-voice", "slt", "-t", "what are your opening hours and what is my account balance", "-o",
             f"{folder}/question.wav"], check=True)
        for _ in range(max(1, rounds // 20)):
            subprocess.run(
                [f"{programs.folder}/assist", "call", f"sip:desk@127.0.0.1:{sip}", "--play", f"{folder}/question.wav",
                 "--seconds", "9"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        client.disconnect()
        percentiles("escalation, webhook to console", escalated)
        percentiles("partial transcript, recogniser to console", partial)
    finally:
        programs.stop()


main()
