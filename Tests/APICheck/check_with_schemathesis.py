"""Starts the program with something of everything in its store, and has schemathesis ask for all that /openapi.json tells of.

Usage: check_with_schemathesis.py ASSIST CLOUD_API_STAND_IN FOLDER SECONDS
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave

KEY = "check-key"
NARROW_KEY = "narrow-key"
CUSTOMER = "15557770000"


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def start(log, *command):
    """Starts a program and waits for its line `ready`."""
    with open(log, "w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    for _ in range(200):
        with open(log) as text:
            lines = [line for line in text if line.startswith("ready ")]
        if lines:
            return process, lines[0]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    with open(log) as text:
        sys.exit(f"{command[0]} did not get ready:\n{text.read()[-3000:]}")


class API:
    def __init__(self, url):
        self.url = url

    def ask(self, method, path, body=None, key=KEY, type="application/json", headers=None):
        """The status and the JSON of the answer."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Accept", "application/json")
        request.add_header("Content-Type", type)
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, None

    def wait(self, what, path, found):
        """Asks until `found` makes something of the answer."""
        for _ in range(150):
            status, answer = self.ask("GET", path)
            value = found(answer) if status == 200 else None
            if value:
                return value
            time.sleep(0.1)
        sys.exit(f"there was never {what}; last {status}: {answer}")


def configuration(folder, sip, http, cloud):
    text = f"""
sip: {{listen: ["udp://127.0.0.1:{sip}"], anonymous: true}}
http:
  listen: 127.0.0.1:{http}
  api_keys: [{KEY}, {{key: {NARROW_KEY}, name: narrow, scopes: ["calls:read"]}}]
  origins: ["https://desk.example"]
rtp: {{threads: 1}}
assistants:
  desk: {{llm: {{provider: scripted}}}}
people:
  - {{username: ana, password: ana-secret, skills: [cards]}}
  - {{username: sam, password: sam-secret, role: supervisor}}
recording: {{calls: true, folder: {folder}/recordings}}
store: {{url: "sqlite:{folder}/assist.db"}}
whatsapp:
  numbers:
    - {{phone_number_id: "106540000000001", access_token: EAAtest, app_secret: app-secret, verify_token: verify-token,
       url: "{cloud}/v25.0", assistant: desk, burst: 50ms}}
"""
    with open(f"{folder}/assist.yaml", "w") as file:
        file.write(text)


def seed(api, cloud, assist, sip, folder):
    """Makes a conversation with a sound in it, a wish for a person, a session and a recorded call. Returns their ids."""
    cloud.ask("POST", f"/stand-in/customers/{CUSTOMER}/text", {"text": "I want to speak to a person", "name": "Ana"})
    escalation = api.wait("an escalation", "/v1/escalations", lambda answer: answer["data"])[0]
    conversation = escalation["conversation"]
    with wave.open(f"{folder}/note.wav", "wb") as note:
        note.setnchannels(1)
        note.setsampwidth(2)
        note.setframerate(16000)
        note.writeframes(bytes(32000))
    with open(f"{folder}/note.wav", "rb") as note:
        status, answer = api.ask(
            "POST", f"/v1/conversations/{conversation}/voice-notes", note.read(), type="audio/wav")
    assert status == 201, (status, answer)
    media = api.wait(
        "a sound", f"/v1/conversations/{conversation}/messages",
        lambda answer: [message["media"] for message in answer["data"] if message["media"]])[0]
    status, answer = api.ask("POST", "/session", {"username": "ana", "password": "ana-secret"}, key=None)
    assert status == 200 and answer["csrf"], (status, answer)
    session = api.wait("a session", "/v1/sessions", lambda answer: answer["data"])[0]["id"]
    subprocess.run(
        [assist, "call", f"sip:desk@127.0.0.1:{sip}", "--seconds", "2", "--json"], check=True, timeout=30,
        stdout=subprocess.DEVNULL)
    call = api.wait(
        "a recording", "/v1/calls", lambda answer: [call["id"] for call in answer["data"] if call["recording"]])[0]
    return {
        "calls": call, "conversations": conversation, "escalations": escalation["id"], "media": media,
        "people": "sam", "sessions": session}


def by_hand(api, ids, document):
    """What a generator of requests does not think of."""
    hostile = ["%00", "%ff%fe", "%", "a%2fb", "..%2f..%2fetc%2fpasswd", "a" * 5000, "%F0%9F%98%80", "'%20or%20'1'='1"]
    for path, methods in document["paths"].items():
        for method in methods:
            operation = f"{method.upper()} {path}"
            if "{id}" in path:
                for text in hostile:
                    status, answer = api.ask(method.upper(), path.replace("{id}", text), b"" if method == "post" else None)
                    assert status in (400, 404), f"{operation} with {text[:40]}: {status}"
                    assert answer["error"]["code"], operation
            place = path.replace("{id}", ids.get(path.split("/")[2], "none"))
            if method != "get":
                for body in [b"\xff\xfe", b"[" * 5000, b"null", b"[]", b'{"text":', b'{"epoch":1e999}', b"\0"]:
                    status, _ = api.ask(method.upper(), place, body, type="text/plain")
                    assert status < 500 and status != 405, f"{operation} with {body[:20]}: {status}"
                status, _ = api.ask(method.upper(), place, b"x" * (21 << 20) if "voice" in path else b"x" * (2 << 20))
                assert status < 500, f"{operation} with a body that is too large: {status}"
            assert api.ask(method.upper(), place, key=None)[0] == 401, f"{operation} without a key"
            assert api.ask(method.upper(), place, key="wrong")[0] == 401, f"{operation} with a wrong key"
            may = f"`calls:read`" in methods[method]["description"]
            status = api.ask(method.upper(), place, key=NARROW_KEY)[0]
            assert (status != 403) == may, f"{operation} with a key of another scope: {status}"
    for cursor in ["9223372036854775807-x", "-9223372036854775808", "%ff", "%00", "-", "1-", "9" * 150]:
        for path, methods in document["paths"].items():
            if "cursor" in json.dumps(methods.get("get", {}).get("parameters", [])):
                place = path.replace("{id}", ids.get(path.split("/")[2], "none"))
                status, _ = api.ask("GET", f"{place}?cursor={cursor}")
                assert status in (200, 400), f"GET {path} from {cursor}: {status}"
    for span, expected in [
        ("bytes=0-9", 206), ("bytes=-5", 206), ("bytes=999999999-", 416), ("bytes=-0", 416), ("bytes=9-1", 200),
        ("bytes=99999999999999999999-", 200), ("bytes=-99999999999", 206), ("nonsense", 200)]:
        status, _ = api.ask("GET", f"/v1/calls/{ids['calls']}/recording", headers={"Range": span})
        assert status == expected, f"{span} of a recording: {status}"


def schemathesis(url, ids, folder, seconds):
    """Asks at random, of what is there and of what is not."""
    with open(f"{folder}/schemathesis.toml", "w") as file:
        for kind, id in ids.items():
            # The session would be gone after the first time.
            if kind != "sessions":
                file.write(f'[[operations]]\ninclude-path-regex = "^/v1/{kind}/"\nparameters = {{ id = "{id}" }}\n\n')
    with open(f"{folder}/hooks.py", "w") as file:
        file.write(
            "import schemathesis\n\n"
            '@schemathesis.serializer("audio/wav")\n'
            "def sound(context, value):\n"
            "    return value if isinstance(value, bytes) else repr(value).encode()\n")
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", f"{folder}/schemathesis.toml", "run",
        f"{url}/openapi.json", "--header", f"Authorization: Bearer {KEY}", "--header", "Accept: application/json",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
        "response_headers_conformance,negative_data_rejection,ignored_auth", "--phases", "coverage,fuzzing",
        "--max-examples", "30", "--max-time", str(seconds), "--request-timeout", "10", "--continue-on-failure",
        "--warnings", "off", "--no-color"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": folder}
    return subprocess.run(command, cwd=folder, env=environment, timeout=seconds + 60).returncode


def main():
    assist, stand_in, folder, seconds = sys.argv[1:]
    sip, http = free_ports(2)
    started = []
    try:
        process, line = start(
            f"{folder}/cloud.log", stand_in, "--webhook", f"http://127.0.0.1:{http}/webhooks/whatsapp")
        started.append(process)
        cloud = API("http://" + line.strip().split("http=")[1])
        configuration(folder, sip, http, cloud.url)
        process, _ = start(f"{folder}/assist.log", assist, "serve", "--config", f"{folder}/assist.yaml", "--drain-seconds", "0")
        started.append(process)
        api = API(f"http://127.0.0.1:{http}")
        ids = seed(api, cloud, assist, sip, folder)
        document = api.ask("GET", "/openapi.json")[1]
        status = schemathesis(api.url, ids, folder, int(seconds))
        by_hand(api, ids, document)
        if process.poll() is not None:
            sys.exit(f"the server has ended with {process.returncode}")
        with open(f"{folder}/assist.log") as log:
            failures = [line for line in log if "a request failed" in line]
        if failures:
            sys.exit("the server could not answer: " + "".join(failures[:5]))
        print(f"{sum(map(len, document['paths'].values()))} operations asked by hand, too")
        sys.exit(status)
    finally:
        for process in reversed(started):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


main()
