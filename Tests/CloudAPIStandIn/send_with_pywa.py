"""Has pywa, a client that is not ours and works with Meta, send each kind of message to the stand-in."""

import contextlib
import json
import struct
import subprocess
import urllib.request

import httpx
from pywa import WhatsApp, types
from pywa.errors import WhatsAppError
from pywa.types.templates import BodyText, TemplateLanguage

TO = "15557770000"


def checksum(data):
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def page(sequence, flags, granule, packet):
    head = b"OggS\0" + bytes([flags]) + struct.pack("<QII", granule, 7, sequence)
    tail = bytes([1, len(packet)]) + packet
    return head + struct.pack("<I", checksum(head + bytes(4) + tail)) + tail


def voice_note():
    head = b"OpusHead\1\1" + struct.pack("<HIhB", 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 1) + b"t" + struct.pack("<I", 0)
    return page(0, 2, 0, head) + page(1, 0, 0, tags) + page(2, 4, 960, b"\xf8\xff\xfe")


@contextlib.contextmanager
def running(program):
    """The program's base URL."""
    process = subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("ready http="), line
        yield "http://" + line.strip().removeprefix("ready http=")
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0, "the stand-in does not end with SIGTERM"


def control(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(base + path, data=data), timeout=10) as answer:
        return json.load(answer)


def check_sending(program, attempt):
    """Calls `attempt(name, check)` for each thing that is sent."""
    with running(program) as base:
        client = WhatsApp(
            phone_id="106540000000001", token="EAAtest", api_version=25.0, session=httpx.Client(timeout=10))
        # pywa has no setting for the address.
        client.api._session.base_url = base + "/v25.0"
        theirs = control(base, f"/stand-in/customers/{TO}/text", {"text": "hola", "name": "Ana"})["id"]
        note = voice_note()
        button, row = types.Button("Sí", "yes"), types.SectionRow("t", "r1", "d")
        contact = types.Contact(
            name=types.Contact.Name(formatted_name="L", first_name="L"), phones=[types.Contact.Phone(phone="1234567")])
        sent = {
            "text": lambda: client.send_message(TO, "hola", tracker="x1"),
            "reply": lambda: client.send_message(TO, "hola", reply_to_message_id=theirs),
            "buttons": lambda: client.send_message(TO, "hola", header="h", footer="f", buttons=[button]),
            "list": lambda: client.send_message(
                TO, "hola", buttons=types.SectionList("Choose", [types.Section("s", [row])])),
            "call permission": lambda: client.send_message(TO, "?", buttons=types.CallPermissionRequestButton()),
            "call button": lambda: client.send_message(
                TO, "call", buttons=types.VoiceCallButton("Call now", ttl_minutes=100)),
            "voice": lambda: client.send_voice(TO, note, mime_type="audio/ogg"),
            "audio": lambda: client.send_audio(TO, note, mime_type="audio/ogg; codecs=opus"),
            "image": lambda: client.send_image(TO, b"\xff\xd8x", mime_type="image/jpeg", caption="c"),
            "video": lambda: client.send_video(TO, "https://example.com/a.mp4"),
            "document": lambda: client.send_document(TO, b"%PDF", filename="a.pdf", mime_type="application/pdf"),
            "sticker": lambda: client.send_sticker(TO, b"RIFFxxxxWEBP", mime_type="image/webp"),
            "reaction": lambda: client.send_reaction(TO, "👍", theirs),
            "no reaction": lambda: client.remove_reaction(TO, theirs),
            "location": lambda: client.send_location(TO, 4.6, -74.1, "Café", "Cra 7"),
            "contacts": lambda: client.send_contact(TO, contact),
            "template": lambda: client.send_template(
                TO, name="reopen_case", language=TemplateLanguage.SPANISH, params=[BodyText.params("Ana")]),
        }

        def check_sent(send):
            before = control(base, "/stand-in/sent")["count"]
            message = send()
            last = control(base, f"/stand-in/sent?after={before}")["messages"]
            assert [entry["id"] for entry in last] == [message.id] and last[0]["recipient"] == TO

        def check_media():
            medium = client.upload_media(note, mime_type="audio/ogg", filename="n.ogg")
            url = client.get_media_url(medium.id)
            assert url.mime_type == "audio/ogg" and int(url.file_size) == len(note)
            assert client.get_media_bytes(url.url) == note
            assert client.delete_media(medium.id)

        def check_error():
            try:
                client.send_message(TO, "x" * 4097)
            except WhatsAppError as error:
                assert error.code == 100 and error.details and error.fbtrace_id
                return
            raise AssertionError("a text of 4097 characters is taken")

        for name, send in sent.items():
            attempt(f"send {name}", lambda: check_sent(send))
        attempt("send read", lambda: client.mark_message_as_read(theirs))
        attempt("send typing", lambda: client.indicate_typing(theirs))
        attempt("media", check_media)
        attempt("error", check_error)
