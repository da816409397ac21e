"""Does at the console, in Chromium, what people at the desk do, against the built program and a stand-in for WhatsApp.

Usage: desk_test.py PROGRAMS FOLDER [--for-readme DIRECTORY]

Screenshots go to FOLDER/screenshots. Ends with 1 if anything is not as it should be.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

CUSTOMER = "15557770001"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = [
    "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


expect.set_options(timeout=20_000)


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Programs:
    """The programs that were started, which end with this."""

    def __init__(self, folder, log):
        self.folder, self.log, self.running = folder, log, []

    def start(self, name, *arguments):
        """Starts a program and returns what it printed up to its line `ready`."""
        path = f"{self.log}/{len(self.running)}-{name}.log"
        with open(path, "w") as output:
            process = subprocess.Popen([f"{self.folder}/{name}", *arguments], stdout=output, stderr=subprocess.STDOUT)
        self.running.append(process)
        for _ in range(300):
            with open(path) as file:
                text = file.read()
            if re.search(r"^ready .*\n", text, re.M) and (name != "assist" or "Server started" in text):
                time.sleep(0.1)
                with open(path) as file:
                    return file.read()
            if process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"{name} did not get ready:\n{text[-3000:]}")

    def stop(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


class Phone:
    """The customer, through the stand-in."""

    def __init__(self, url):
        self.url = url

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/stand-in/{path}", data=data, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def write(self, text, customer=CUSTOMER, name="Ana María"):
        self.ask(f"customers/{customer}/text", {"text": text, "name": name})

    def got(self, what, found):
        for _ in range(150):
            for message in self.ask("sent?after=0")["messages"]:
                if found(message):
                    return message
            time.sleep(0.1)
        raise AssertionError(f"the customer never got {what}")


class Desk:
    """Chromium with its pages, and what is wrong with them."""

    def __init__(self, browser, url, pictures):
        self.browser, self.url, self.pictures, self.problems = browser, url, pictures, []

    def page(self, width=1440, height=900, scheme="light", locale="en-GB", url=None):
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale,
            permissions=["microphone"])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", self.heard)
        page.goto(url or self.url)
        return page

    def heard(self, message):
        # A wrong password, and asking who is signed in, are answered with 401.
        if message.type == "error" and "401" not in message.text and "409" not in message.text:
            self.problems.append(f"console: {message.text}")

    def look(self, page, name):
        """Takes a picture, and has axe look for what keeps people out."""
        page.screenshot(path=f"{self.pictures}/{name}.png")
        for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]:
            places = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            self.problems.append(f"{name}: {violation['id']}: {places}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.problems.append(f"{name}: wider than the window")

    def sign_in(self, page, username, password):
        page.get_by_test_id("username").fill(username)
        page.get_by_test_id("password").fill(password)
        page.get_by_test_id("sign-in-submit").click()


def configuration(folder, sip, http, cloud):
    with open(f"{folder}/assist.yaml", "w") as file:
        file.write(f"""
sip: {{listen: ["udp://127.0.0.1:{sip}"], anonymous: true}}
http: {{listen: "127.0.0.1:{http}"}}
rtp: {{threads: 1}}
assistants:
  desk: {{llm: {{provider: scripted}}}}
people:
  - {{username: ana, name: Ana Ruiz, password: ana-secret}}
  - {{username: sara, name: Sara Vidal, password: sara-secret, role: supervisor}}
queue: {{automatic: false}}
recording: {{calls: true, folder: "{folder}/recordings"}}
store: {{url: "sqlite:{folder}/assist.db"}}
whatsapp:
  numbers:
    - {{phone_number_id: "106540000000001", access_token: EAAtest, app_secret: app-secret, verify_token: verify-token,
       url: "{cloud}/v25.0", assistant: desk, burst: 50ms}}
""")


def step(text):
    print(f"  {text}", flush=True)


def by_link(programs, desk, folder):
    """Without people named, the printed link signs in, once."""
    sip, http = free_ports(2)
    with open(f"{folder}/alone.yaml", "w") as file:
        file.write(f"""
sip: {{listen: ["udp://127.0.0.1:{sip}"], anonymous: true}}
http: {{listen: "127.0.0.1:{http}"}}
rtp: {{threads: 1, ports: 29000-29099}}
assistants:
  desk: {{llm: {{provider: scripted}}}}
store: {{url: "sqlite:{folder}/alone.db"}}
""")
    link = re.search(r"console (\S+#link=\w+)", programs.start("assist", "serve", "--config", f"{folder}/alone.yaml"))
    page = desk.page(url=link[1])
    expect(page.get_by_test_id("empty").first).to_be_visible()
    assert "link=" not in page.url, "the link stays in the address"
    desk.look(page, "empty")
    again = desk.page(url=link[1])
    expect(again.get_by_test_id("sign-in")).to_be_visible()
    page.context.close()
    again.context.close()
    step("the printed link signs in once")


def presence(ana, sara):
    """What one says of herself the other sees, and nobody else is another for it."""
    for page in (ana, sara):
        expect(page.get_by_test_id("person")).to_have_count(1)
    for status in ("busy", "online"):
        ana.get_by_test_id("my-status").select_option(status)
        expect(sara.get_by_test_id("person")).to_have_attribute("data-status", status)
        expect(ana.get_by_test_id("person")).to_have_attribute("data-status", "online")
    step("each sees whether the other is there")


def chats(desk, phone, ana, sara):
    """A customer asks for a person: two people want to take it, one writes, records, and gives back."""
    supervisor = sara
    begin = time.monotonic()
    phone.write("I want to speak to a person")
    expect(ana.get_by_test_id("escalation")).to_have_count(1)
    step(f"the queue shows it {1000 * (time.monotonic() - begin):.0f} ms after the customer wrote")
    expect(sara.get_by_test_id("escalation")).to_have_count(1)
    ana.get_by_test_id("open-escalation").first.click()
    expect(ana.get_by_test_id("package-summary")).to_be_visible()
    desk.look(ana, "queue")
    sara.get_by_test_id("open-escalation").first.click()
    expect(ana.get_by_test_id("viewers")).to_contain_text("Sara")
    for page in (ana, sara):
        expect(page.get_by_test_id("head-claim").first).to_be_visible()
    # Both at once, one of them by the keyboard.
    ana.get_by_test_id("head-claim").first.focus()
    sara.evaluate("document.querySelector('[data-testid=head-claim]').click()")
    ana.keyboard.press("Enter")
    for _ in range(100):
        owners = [page.get_by_test_id("owner").inner_text() for page in (ana, sara)]
        if sorted(owner.startswith("You") for owner in owners) == [False, True] and "handled by" in " ".join(owners):
            break
        time.sleep(0.1)
    else:
        raise AssertionError(f"who has it: {owners}")
    step("of two who claim at once one has it, and the other sees who")
    if owners[1].startswith("You"):
        ana, sara = sara, ana
    phone.write("are you there")
    expect(ana.get_by_test_id("messages")).to_contain_text("are you there")
    ana.get_by_test_id("composer-text").fill("Good morning, this is Ana. Shall I call you?")
    ana.get_by_test_id("add-buttons").click()
    ana.get_by_test_id("button-title-1").fill("Yes, please")
    expect(sara.get_by_test_id("viewers")).to_contain_text(re.compile("Ana|Sara"))
    ana.get_by_test_id("send").click()
    phone.got("the person's words", lambda message: "this is Ana" in (message.get("text") or ""))
    expect(ana.get_by_test_id("messages")).to_contain_text("this is Ana")
    ana.get_by_test_id("record").click()
    expect(ana.get_by_test_id("record-stop")).to_be_visible()
    time.sleep(1.2)
    ana.get_by_test_id("record-stop").click()
    ana.get_by_test_id("record-send").click()
    phone.got("a voice note", lambda message: message["type"] == "audio")
    step("words with a button and a recorded voice note reach the customer")
    desk.look(ana, "conversation")
    ana.get_by_test_id("release").first.click()
    ana.get_by_test_id("release-text").fill("She wants to be called in the morning.")
    ana.get_by_test_id("release-yes").click()
    expect(ana.get_by_test_id("takeover").first).to_be_visible()
    before = len(phone.ask("sent?after=0")["messages"])
    phone.write("what are your opening hours")
    phone.got("the assistant's answer", lambda message: message["number"] > before and message["type"] == "text")
    step("given back, the assistant answers again")
    supervisor.get_by_test_id("coach-text").fill("Offer her the Saturday appointment.")
    supervisor.get_by_test_id("coach-send").click()
    expect(supervisor.get_by_test_id("messages")).to_contain_text("Saturday appointment")
    step("the supervisor coaches the assistant")


def calls(desk, programs, folder, sip, sara):
    """A live call: words as they are spoken, listening, a takeover, and the recording after it."""
    subprocess.run(
        ["flite", "-voice", "slt", "-t", "what are your opening hours", "-o", f"{folder}/question.wav"], check=True)
    sara.get_by_test_id("nav-wall").click()
    caller = subprocess.Popen(
        [f"{programs.folder}/assist", "call", f"sip:desk@127.0.0.1:{sip}", "--play", f"{folder}/question.wav",
         "--seconds", "20"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    programs.running.append(caller)
    expect(sara.get_by_test_id("tile").first).to_be_visible()
    expect(sara.get_by_test_id("wall")).to_contain_text("opening hours", ignore_case=True)
    step("the wall shows the words of a live call")
    desk.look(sara, "wall")
    sara.get_by_test_id("tile").first.get_by_role("link").first.click()
    sara.get_by_test_id("listen").click()
    expect(sara.get_by_test_id("listening")).to_be_visible()
    for _ in range(80):
        if sara.evaluate("document.querySelector('[data-testid=level-ours]')?.value > 0.02"):
            break
        time.sleep(0.1)
    else:
        desk.problems.append("listening: nothing is heard of the assistant")
    step("the supervisor listens")
    desk.look(sara, "call")
    caller.wait(timeout=60)
    recording = sara.get_by_test_id("call").last
    recording.locator("summary").first.click()
    expect(sara.get_by_test_id("waterfall").first).to_be_visible()
    expect(sara.get_by_test_id("player").first).to_be_visible()
    desk.look(sara, "recording")
    step("after the call there are its recording and the timing of its turns")


def rest(desk, ana, sara):
    """Figures, who is signed in, dark, Spanish, a phone."""
    sara.get_by_test_id("nav-statistics").click()
    expect(sara.get_by_test_id("chart-traffic")).to_be_visible()
    desk.look(sara, "statistics")
    sara.get_by_test_id("nav-admin").click()
    expect(sara.get_by_test_id("audit-entry").first).to_be_visible()
    desk.look(sara, "admin")
    sara.get_by_test_id("settings").click()
    sara.get_by_test_id("select-theme").select_option("dark")
    sara.get_by_test_id("select-language").select_option("es")
    sara.keyboard.press("Escape")
    expect(sara.locator("html")).to_have_attribute("lang", "es")
    desk.look(sara, "admin-dark-es")
    for view in ("queue", "wall", "statistics"):
        sara.get_by_test_id(f"nav-{view}").click()
        sara.wait_for_timeout(300)
        desk.look(sara, f"{view}-dark-es")
    step("dark and in Spanish")
    small = desk.page(width=390, height=780, scheme="dark")
    desk.sign_in(small, "ana", "ana-secret")
    small.get_by_test_id("tab-all").click()
    small.get_by_test_id("open-conversation").first.click()
    expect(small.get_by_test_id("message").first).to_be_visible()
    desk.look(small, "phone-dark")
    small.context.close()
    step("on a phone")
    sessions = sara.evaluate("fetch('/v1/sessions').then(answer => answer.json())")["data"]
    sara.get_by_test_id("nav-admin").click()
    expect(sara.get_by_test_id("session").first).to_be_visible()
    csrf = sara.evaluate("fetch('/session').then(answer => answer.json())")["csrf"]
    for session in sessions:
        if session["person"] == "ana":
            sara.evaluate(
                "([id, csrf]) => fetch('/v1/sessions/' + id, {method: 'DELETE', headers: {'X-CSRF-Token': csrf}})",
                [session["id"], csrf])
    expect(ana.get_by_test_id("sign-in")).to_be_visible()
    step("a session that is revoked is over at once")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("folder")
    parser.add_argument("--for-readme")
    arguments = parser.parse_args()
    folder = os.path.abspath(arguments.folder)
    pictures = f"{folder}/screenshots"
    for path in (pictures, f"{folder}/recordings", f"{folder}/logs"):
        os.makedirs(path, exist_ok=True)
    programs = Programs(os.path.abspath(arguments.programs), f"{folder}/logs")
    try:
        sip, http = free_ports(2)
        ready = programs.start(
            "cloud-api-stand-in", "--webhook", f"http://127.0.0.1:{http}/webhooks/whatsapp", "--phone-number-id",
            "106540000000001", "--access-token", "EAAtest", "--app-secret", "app-secret", "--verify-token",
            "verify-token", "--statuses", "all")
        cloud = "http://" + re.search(r"^ready http=(\S+)", ready, re.M)[1]
        configuration(folder, sip, http, cloud)
        programs.start("assist", "serve", "--config", f"{folder}/assist.yaml")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            desk = Desk(browser, f"http://127.0.0.1:{http}/", pictures)
            by_link(programs, desk, folder)
            ana, sara = desk.page(), desk.page()
            desk.look(ana, "sign-in")
            desk.sign_in(ana, "ana", "wrong")
            expect(ana.get_by_test_id("sign-in-error")).not_to_be_empty()
            desk.sign_in(ana, "ana", "ana-secret")
            desk.sign_in(sara, "sara", "sara-secret")
            expect(ana.get_by_test_id("lists")).to_be_visible()
            presence(ana, sara)
            chats(desk, Phone(cloud), ana, sara)
            calls(desk, programs, folder, sip, sara)
            rest(desk, ana, sara)
            browser.close()
        if arguments.for_readme:
            for name, target in (("queue", "console"), ("phone-dark", "console-phone")):
                os.replace(f"{pictures}/{name}.png", f"{arguments.for_readme}/{target}.png")
        for problem in desk.problems:
            print(f"  PROBLEM {problem}")
        sys.exit(1 if desk.problems else 0)
    finally:
        programs.stop()


if __name__ == "__main__":
    main()
