"""Has pywa, a library that is not ours, read every webhook body that the stand-in makes, and send to it.

Usage: check_with_pywa.py DIRECTORY APP_SECRET PROGRAM

DIRECTORY is what `cloud-api-stand-in --print-webhooks DIRECTORY` wrote. Prints `N passed, M failed`; exit status 1 for any
disagreement.
"""

import copy
import json
import logging
import pathlib
import sys
import warnings

from pywa import WhatsApp, handlers, types, utils
from pywa.errors import PywaUnknownEnumMemberWarning

from send_with_pywa import check_sending

CUSTOMER, RENEWED = "15557770000", "15557770001"

HANDLERS = [
    handlers.MessageHandler, handlers.MessageStatusHandler, handlers.CallbackButtonHandler,
    handlers.CallbackSelectionHandler, handlers.FlowCompletionHandler, handlers.CallPermissionUpdateHandler,
    handlers.EditedMessageHandler, handlers.DeletedMessageHandler, handlers.PhoneNumberChangeHandler,
    handlers.AccountUpdateHandler,
]

# What pywa does not know. The signature and the form of the body are still checked.
UNKNOWN = {
    "value_errors": "pywa passes on no errors that belong to no message",
}


class Reader:
    """A pywa client that keeps what its handlers get."""

    def __init__(self):
        self.got = []
        self.client = WhatsApp(phone_id="106540000000001", token="unused", filter_updates=False)
        self.client.add_handlers(*[handler(lambda _, update: self.got.append(update)) for handler in HANDLERS])

    def read(self, body):
        self.got.clear()
        assert self.client.webhook_update_handler(body) == ("ok", 200), "pywa refuses the body"
        assert len(self.got) == 1, f"pywa made {len(self.got)} updates of it"
        return self.got[0]


def message(kind):
    def check(update, value):
        assert isinstance(update, types.Message) and update.type == kind, f"is {type(update)}"
        raw = value["messages"][0]
        assert update.id == raw["id"] and update.from_user.bsuid == raw["from_user_id"]
        assert update.from_user.wa_id == raw.get("from"), "number"
    return check


def also(first, condition):
    def check(update, value):
        first(update, value)
        assert condition(update), "the content differs"
    return check


def instance(kind, condition):
    def check(update, value):
        assert isinstance(update, kind), f"is {type(update)}"
        assert condition(update), "the content differs"
    return check


def status(kind):
    def check(update, value):
        assert isinstance(update, types.MessageStatus) and update.status == kind, f"is {type(update)}"
        assert update.tracker == "msg_01H/ñ" and update.from_user.wa_id == CUSTOMER
        assert (update.error is not None) == (kind == "failed")
        if update.error is not None:
            assert update.error.code == 131047
    return check


T = types.MessageType
text = message(T.TEXT)
EXPECTED = {
    "text": also(text, lambda m: m.text == "hola" and m.from_user.name == "Ana Muñoz 🌻"),
    "text_escapes": also(text, lambda m: m.text == '¿Cuánto cuesta? äöü 👍🏽 "x" \\ a/b\n\t\x01<&>'),
    "text_reply": also(text, lambda m: m.reply_to_message.id.startswith("wamid.")),
    "text_forwarded": also(text, lambda m: m.forwarded and not m.forwarded_many_times),
    "text_frequently_forwarded": also(text, lambda m: m.forwarded and m.forwarded_many_times),
    "text_product": also(text, lambda m: m.reply_to_message.referred_product.sku == "SKU-1"),
    "text_advertisement": also(text, lambda m: m.referral.headline == "Oferta" and m.referral.ctwa_clid),
    "text_username": also(text, lambda m: m.from_user.username == "ana.m" and m.from_user.wa_id is None),
    "audio_voice": also(message(T.AUDIO), lambda m: m.audio.voice is True and m.voice.mime_type == "audio/ogg; codecs=opus"),
    "audio_file": also(message(T.AUDIO), lambda m: m.audio.voice is False and m.audio.id),
    "image": also(message(T.IMAGE), lambda m: m.image.caption == "factura" and m.image.url.startswith("http")),
    "video": also(message(T.VIDEO), lambda m: m.video.mime_type == "video/mp4" and m.caption is None),
    "document": also(message(T.DOCUMENT), lambda m: m.document.filename == "año/2026.pdf" and m.caption == "contrato"),
    "sticker": also(message(T.STICKER), lambda m: m.sticker.animated is False),
    "location": also(message(T.LOCATION), lambda m: (m.location.latitude, m.location.name) == (4.6097, "Café")),
    "contacts": also(message(T.CONTACTS), lambda m: m.contacts[0].phones[0].wa_id == "573001234567"),
    "reaction": also(message(T.REACTION), lambda m: m.reaction.emoji == "👍"),
    "reaction_removed": also(message(T.REACTION), lambda m: m.reaction.is_removed),
    "button": instance(types.CallbackButton, lambda m: (m.data, m.title, m.is_quick_reply) == ("PAY", "Sí", True)),
    "interactive_button_reply": instance(
        types.CallbackButton, lambda m: (m.data, m.title) == ("agent", "Hablar con un agente") and not m.is_quick_reply),
    "interactive_list_reply": instance(
        types.CallbackSelection, lambda m: (m.data, m.title, m.description) == ("r1", "Saldo", "De hoy")),
    "interactive_nfm_reply": instance(types.FlowCompletion, lambda m: m.token == "t" and m.response == {"a": 1}),
    "interactive_call_permission_reply": instance(
        types.CallPermissionUpdate, lambda m: bool(m) and int(m.expiration_timestamp.timestamp()) == 1_790_600_000),
    "order": also(message(T.ORDER), lambda m: m.order.total_price == 3.5 and m.order.catalog_id == "c1"),
    "unsupported": also(message(T.UNSUPPORTED), lambda m: m.unsupported.type == "poll" and m.error is not None),
    "message_error": also(message(T.UNSUPPORTED), lambda m: m.error is not None),
    "unknown_type": message(T.UNKNOWN),
    "edit": instance(
        types.EditedMessage, lambda m: m.message.text == "hola a todos" and m.original_message_id.startswith("wamid.")),
    "revoke": instance(types.DeletedMessage, lambda m: m.original_message_id.startswith("wamid.")),
    "system_user_changed_number": instance(
        types.PhoneNumberChange, lambda m: (m.old_wa_id, m.new_wa_id) == (CUSTOMER, RENEWED) and m.new_user_id),
    "system_user_changed_user_id": instance(
        types.PhoneNumberChange, lambda m: m.sys_type == "user_changed_user_id" and m.new_user_id.startswith("US.")),
    "account_update": instance(types.AccountUpdate, lambda m: m.event == "ACCOUNT_RESTRICTION"),
    **{f"status_{name}": status(name) for name in ["sent", "delivered", "read", "played", "failed"]},
}


def check_body(name, body, reader):
    update = json.loads(body)
    assert update["object"] == "whatsapp_business_account"
    value = update["entry"][0]["changes"][0]["value"]
    if name in UNKNOWN:
        assert value["errors"][0]["code"] == 130429
        return
    if name == "status_failed":
        # Meta leaves `contacts` out here; pywa can't do without.
        assert "contacts" not in value
        value["contacts"] = [{"wa_id": CUSTOMER, "user_id": value["statuses"][0]["recipient_user_id"]}]
        body = json.dumps(update).encode()
    EXPECTED[name](reader.read(body), value)


def singles(body):
    """The updates of a batch, each in a body of its own."""
    update = json.loads(body)
    for entry in update["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            kind = next((kind for kind in ("messages", "statuses") if kind in value), None)
            for item in value.get(kind, [None]):
                single = copy.deepcopy(value)
                if kind:
                    single[kind] = [item]
                    ids = {item.get("from_user_id"), item.get("recipient_user_id")}
                    contacts = [contact for contact in value.get("contacts", []) if contact["user_id"] in ids]
                    single.pop("contacts", None)
                    if contacts and item.get("status") != "failed" and item.get("type") != "system":
                        single["contacts"] = contacts
                yield {**update, "entry": [{**entry, "changes": [{**change, "value": single}]}]}


def identity(update):
    return json.dumps(update["entry"][0]["changes"][0], sort_keys=True)


def main():
    directory, secret = pathlib.Path(sys.argv[1]), sys.argv[2]
    logging.getLogger("pywa").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", PywaUnknownEnumMemberWarning)
    passed, failures = 0, []

    def attempt(name, check):
        nonlocal passed
        try:
            check()
            passed += 1
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")

    bodies = {path.stem: path.read_bytes() for path in sorted(directory.glob("*.json"))}
    single_bodies = {name: body for name, body in bodies.items() if not name.startswith("batch_")}

    def complete():
        wanted = set(EXPECTED) | set(UNKNOWN)
        assert set(single_bodies) == wanted, f"differ: {set(single_bodies) ^ wanted}"
        assert len(bodies) - len(single_bodies) == 3, "batches are missing"

    def signed(name, body):
        signature = (directory / f"{name}.signature").read_text()
        assert signature.startswith("sha256=") and len(signature) == 71 and signature == signature.lower()
        assert utils.webhook_updates_validator(secret, body, signature), "pywa refuses the signature"
        assert not utils.webhook_updates_validator(secret + "x", body, signature), "a wrong key is taken"
        assert not utils.webhook_updates_validator(secret, body + b" ", signature), "other bytes are taken"
        wrong = signature[:-1] + ("0" if signature[-1] != "0" else "1")
        assert not utils.webhook_updates_validator(secret, body, wrong), "a wrong signature is taken"

    def same(body):
        found = sorted(identity(update) for update in singles(body))
        assert found == sorted(identity(json.loads(single)) for single in single_bodies.values())

    attempt("every type has its body", complete)
    for name, body in bodies.items():
        attempt(f"{name}: ascii", lambda: body.decode("ascii"))
        attempt(f"{name}: signature", lambda: signed(name, body))
        if name in single_bodies:
            attempt(name, lambda: check_body(name, body, Reader()))
        else:
            attempt(name, lambda: same(body))
    check_sending(sys.argv[3], attempt)
    for name, reason in UNKNOWN.items():
        print(f"not read by pywa: {name}: {reason}")
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures or not passed else 0)


main()
