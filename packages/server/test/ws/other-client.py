"""A client of the hub that shares nothing with ours: written from the interface of Sesame alone, with the standard
library of Python alone. It reads where the server is and whose keys it may use as JSON from stdin, and prints a line for
each case of the list: `ok <case>` or `not ok <case>: <why>`.
"""

import base64
import json
import os
import socket
import ssl
import struct
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

CONFIG = json.load(sys.stdin)
BASE = CONFIG["base"].rstrip("/")
CHANNEL = CONFIG["channelId"]
AGENT, HUMAN, OUTSIDER, REVOKED, LEAD = (
    CONFIG["keys"][name] for name in ("agent", "human", "outsider", "revoked", "lead")
)
FAMILY = CONFIG["familyId"]
# Of a hub that is reached over TLS: whom to trust.
TLS = ssl.create_default_context(cafile=CONFIG["ca"]) if "ca" in CONFIG else None


def call(method, path, key, body=None):
    """As Hermes does: the content type on every request, with or without a body."""
    request = urllib.request.Request(BASE + "/api/v1" + path, method=method)
    request.add_header("Content-Type", "application/json")
    request.add_header("Accept", "*/*")
    if key is not None:
        request.add_header("Authorization", "Bearer " + key)
    data = None if body is None else json.dumps(body).encode()
    status, headers, answer = ask(request, data)
    return status, headers, json.loads(answer)


def ask(request, data=None):
    for attempt in range(5):
        try:
            with urllib.request.urlopen(request, data, timeout=60, context=TLS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()
        except urllib.error.URLError as error:
            # A body that is too large is refused before its end: who is still writing asks again.
            ends = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)
            if attempt == 4 or not isinstance(error.reason, ends):
                raise
    raise AssertionError("unreachable")


def send(content, key=None, **more):
    return call("POST", f"/channels/{CHANNEL}/messages", key or AGENT, {"content": content, **more})


class Closed(Exception):
    pass


class Socket:
    """A WebSocket by hand: RFC 6455, text frames, no extension."""

    def __init__(self):
        place = urllib.parse.urlsplit(BASE)
        self.raw = socket.create_connection((place.hostname, place.port), timeout=60)
        if TLS is not None:
            self.raw = TLS.wrap_socket(self.raw, server_hostname=place.hostname)
        nonce = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(
            (
                f"GET /v1/connect HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
            ).encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.raw.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        self.code = None

    def write(self, opcode, payload):
        mask = os.urandom(4)
        size = len(payload)
        length = (
            bytes([0x80 | size])
            if size < 126
            else bytes([0x80 | 126]) + struct.pack(">H", size)
            if size < 65536
            else bytes([0x80 | 127]) + struct.pack(">Q", size)
        )
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.raw.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def send(self, frame):
        self.write(1, (frame if isinstance(frame, str) else json.dumps(frame)).encode())

    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.raw.recv(size - len(data))
            if piece == b"":
                raise Closed()
            data += piece
        return data

    def receive(self, timeout=60):
        """The next frame, which must be text and a JSON object."""
        self.raw.settimeout(timeout)
        while True:
            first, second = self.exactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.exactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.exactly(8))
            assert second & 0x80 == 0, "a server does not mask"
            payload = self.exactly(size)
            opcode = first & 0x0F
            if opcode == 8:
                (self.code,) = struct.unpack(">H", payload[:2])
                raise Closed()
            if opcode == 9:
                self.write(10, payload)
                continue
            assert opcode == 1, f"opcode {opcode}"
            frame = json.loads(payload)
            assert isinstance(frame, dict), frame
            return frame

    def until(self, kind, timeout=60):
        while True:
            frame = self.receive(timeout)
            if frame["type"] == kind:
                return frame

    def quiet(self, seconds=0.4):
        """Types of the frames that come within so long."""
        kinds = []
        try:
            while True:
                kinds.append(self.receive(seconds)["type"])
        except TimeoutError:
            return kinds


def enter(key, cursors=None):
    """Let in, and past the moment in which messages are held back."""
    client = Socket()
    client.send({"type": "auth", "apiKey": key})
    first = client.receive()
    assert first["type"] == "authenticated" and isinstance(first["heartbeatIntervalMs"], int), first
    client.send({"type": "meta", "runtime": "other", "version": "1.0.0"})
    if cursors:
        client.send({"type": "replay", "cursors": cursors})
    client.send({"type": "ping"})
    return client


def last_seq():
    return call("GET", f"/channels/{CHANNEL}", AGENT)[2]["data"]["lastSeq"]


CASES = []


def case(name):
    def keep(function):
        CASES.append((name, function))
        return function

    return keep


@case("1 and 2: auth/me has all four, with a content type and no body")
def _():
    status, _headers, body = call("GET", "/auth/me", AGENT)
    assert status == 200 and all(body["data"][name] for name in ("id", "handle", "displayName", "workspaceId")), body


@case("3: bad, missing and revoked keys are 401 with a string error")
def _():
    for key in ("sk_sesame_bad", None, REVOKED):
        status, _headers, body = call("GET", "/auth/me", key)
        assert status == 401 and isinstance(body["error"], str), body


@case("4: whatever is refused has a string error")
def _():
    for method, path, body in (
        ("GET", "/nothing/here", None),
        ("DELETE", "/channels", None),
        ("POST", f"/channels/{CHANNEL}/messages", {"content": "x" * 1_100_000}),
        ("POST", f"/channels/{CHANNEL}/messages", [1]),
    ):
        status, headers, answer = call(method, path, AGENT, body)
        assert status >= 400 and isinstance(answer["error"], str) and "json" in headers["Content-Type"], answer


@case("7, 8 and 18: content alone is a text; any intent is taken")
def _():
    status, _headers, body = send("hello", intent="chat")
    assert status == 201 and body["data"]["id"] and body["data"]["kind"] == "text", body
    for intent in ("notification", "error", "whatever"):
        assert send("hello", intent=intent)[2]["data"]["intent"] == intent


@case("9: twenty at once under one key are one message, one frame, and no gap")
def _():
    client = enter(HUMAN)
    client.until("pong")
    before, answers = last_seq(), []
    key = "hermes-" + os.urandom(16).hex()
    threads = [
        threading.Thread(target=lambda: answers.append(send("once", clientGeneratedId=key))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({body["data"]["id"] for _status, _headers, body in answers}) == 1
    assert sorted(status for status, _headers, _body in answers) == [200] * 19 + [201]
    assert client.until("message")["message"]["seq"] == before + 1 == last_seq()
    assert "message" not in client.quiet()


@case("10: one key of two senders, or in two channels, makes a message each; another content makes none")
def _():
    key = "hermes-" + os.urandom(16).hex()
    first = send("mine", clientGeneratedId=key)[2]["data"]
    other = send("theirs", HUMAN, clientGeneratedId=key)[2]["data"]
    made = call("POST", "/channels", AGENT, {"kind": "group", "name": "Another"})[2]["data"]
    body = {"content": "elsewhere", "clientGeneratedId": key}
    elsewhere = call("POST", f"/channels/{made['id']}/messages", AGENT, body)[2]["data"]
    assert len({first["id"], other["id"], elsewhere["id"]}) == 3 and elsewhere["seq"] == 1
    status, _headers, body = send("changed", clientGeneratedId=key)
    assert status == 200 and body["data"]["id"] == first["id"] and body["data"]["content"] == "mine", body


@case("12 and 50: blank is refused, and a text is kept to the character")
def _():
    assert send("  ")[0] == 400
    text = "It's \"here\"\n\u2014 \U0001f469\u200d\U0001f680"
    assert send(text)[2]["data"]["content"] == text
    assert send("\U0001f600" * 10_000)[0] == 201 and send("x" * 10_001)[0] == 400


@case("15: a channel that one is not in is no channel")
def _():
    before = last_seq()
    assert send("let me in", OUTSIDER)[0] in (403, 404) and last_seq() == before


@case("16: an edit keeps its number, is the sender's alone, and is no message frame")
def _():
    client = enter(HUMAN)
    client.until("pong")
    message = send("first")[2]["data"]
    client.until("message")
    path = f"/channels/{CHANNEL}/messages/{message['id']}"
    for more in ({"streaming": True}, {}):
        status, _headers, body = call("PATCH", path, AGENT, {"content": "second", **more})
        assert status == 200 and body["data"]["id"] == message["id"] and body["data"]["seq"] == message["seq"], body
    assert call("PATCH", path, HUMAN, {"content": "mine"})[0] == 403
    assert [client.receive()["type"] for _ in range(2)] == ["message.updated", "message.updated"]
    assert client.quiet() == []


@case("19 and 20: history is an object, ascending; a channel has a name and a kind")
def _():
    _status, _headers, body = call("GET", f"/channels/{CHANNEL}/messages?limit=50&direction=before&cursor=5", AGENT)
    assert [message["seq"] for message in body["data"]] == [1, 2, 3, 4], body
    channel = call("GET", f"/channels/{CHANNEL}", AGENT)[2]["data"]
    assert channel["name"] and channel["kind"] in ("dm", "group", "channel"), channel


def put(url, data, key=None):
    """Raw bytes to a URL, which is absolute."""
    request = urllib.request.Request(url, method="PUT")
    request.add_header("Content-Type", "image/png")
    if key is not None:
        request.add_header("Authorization", "Bearer " + key)
    status, headers, answer = ask(request, data)
    return status, json.loads(answer) if "json" in headers.get("Content-Type", "") else answer


def fetch(url):
    """As a receiving client does: no header of authorization."""
    return ask(urllib.request.Request(url))


def upload(data, key, name="cat.png", kind="image/png"):
    """All three steps, as Hermes takes them."""
    said = {"fileName": name, "contentType": kind, "size": len(data)}
    status, _headers, body = call("POST", "/drive/files/upload-url", key, said)
    assert status in (200, 201), body
    reserved = body["data"]
    assert all(reserved[name] for name in ("uploadUrl", "fileId", "s3Key")), reserved
    assert put(reserved["uploadUrl"], data, key)[0] < 400
    said = {**said, "fileId": reserved["fileId"], "s3Key": reserved["s3Key"], "channelId": CHANNEL}
    status, _headers, body = call("POST", "/drive/files", key, said)
    assert status in (200, 201) and isinstance(body, dict), body
    return reserved


@case("13, 21, 30 and 31: files of 0 bytes, 1 kB and 20 MB come to the others as they were, and of a person as a text")
def _():
    client = enter(AGENT)
    client.until("pong")
    for size in (0, 1_000, 20_000_000):
        data = os.urandom(size)
        sent = send("", HUMAN, kind="attachment", attachmentIds=[upload(data, HUMAN)["fileId"]])[2]["data"]
        message = client.until("message")["message"]
        assert message["id"] == sent["id"] and message["kind"] == "text", message
        (attachment,) = message["metadata"]["attachments"]
        assert attachment["fileName"] == "cat.png" and attachment["contentType"] == "image/png", attachment
        status, headers, body = fetch(attachment["downloadUrl"])
        assert status == 200 and headers["Content-Type"] == "image/png" and body == data, (status, len(body))
    silent = send("", AGENT, kind="text", attachmentIds=[upload(b"x", AGENT)["fileId"]])
    assert silent[0] == 201 and send("", AGENT, attachmentIds=[])[0] == 400, silent


@case("22: bytes go up with a key and without, of the right size, once")
def _():
    def reserve(size):
        said = {"fileName": "../../etc/passwd", "contentType": "image/png", "size": size}
        return call("POST", "/drive/files/upload-url", AGENT, said)[2]["data"]["uploadUrl"]

    assert put(reserve(3), b"abc")[0] < 400 and put(reserve(3), b"abc", AGENT)[0] < 400
    url = reserve(3)
    for wrong in (b"", b"ab", b"abcd", b"x" * 1_000_000):
        status, body = put(url, wrong)
        assert 400 <= status < 500 and isinstance(body["error"], str), body
    assert put(url, b"abc")[0] < 400
    status, body = put(url, b"abc")
    assert 400 <= status < 500 and isinstance(body["error"], str), body
    place = urllib.parse.urlsplit(url)
    status, body = put(f"{place.scheme}://{place.netloc}{place.path}", b"abc")
    assert 400 <= status < 500 and isinstance(body["error"], str), body


@case("23: another does not register a file, and nobody before its bytes")
def _():
    said = {"fileName": "a.txt", "contentType": "text/plain", "size": 1}
    reserved = call("POST", "/drive/files/upload-url", AGENT, said)[2]["data"]
    said = {**said, "fileId": reserved["fileId"], "s3Key": reserved["s3Key"]}
    assert 400 <= call("POST", "/drive/files", AGENT, said)[0] < 500
    assert put(reserved["uploadUrl"], b"x")[0] < 400
    assert 400 <= call("POST", "/drive/files", OUTSIDER, said)[0] < 500
    assert call("POST", "/drive/files", AGENT, said)[0] < 300
    assert send("mine", HUMAN, attachmentIds=[reserved["fileId"]])[0] == 400


@case("25, 27 and 28: authenticated comes first and in numbers, and a first frame that is no auth is closed")
def _():
    client = enter(AGENT)
    client.until("pong")
    client = Socket()
    client.send({"type": "ping"})
    assert isinstance(client.receive()["error"], str)
    try:
        client.receive()
    except Closed:
        assert client.code == 1008 or 4000 <= client.code < 5000, client.code
    else:
        raise AssertionError("it stays open")


@case("26: a bad key is told so, then closed with neither 1000 nor 1001")
def _():
    client = Socket()
    client.send({"type": "auth", "apiKey": "sk_sesame_bad"})
    frame = client.receive()
    assert isinstance(frame["error"], str), frame
    try:
        client.receive()
    except Closed:
        assert client.code not in (None, 1000, 1001), client.code
    else:
        raise AssertionError("it stays open")


@case("30, 32 and 36: a message has every field, for its sender too")
def _():
    clients = [enter(HUMAN), enter(AGENT)]
    for client in clients:
        client.until("pong")
    sent = send("to all")[2]["data"]
    for client in clients:
        message = client.until("message")["message"]
        assert message == sent, message
        assert message["channelId"] == CHANNEL and isinstance(message["seq"], int), message
        assert message["kind"] == "text" and message["plaintext"] == "to all", message
        assert message["metadata"]["senderKind"] in ("human", "agent"), message
        assert isinstance(message["metadata"].get("attachments", []), list), message


@case("38: typing reaches the others only")
def _():
    typist, other = enter(AGENT), enter(HUMAN)
    typist.until("pong")
    other.until("pong")
    typist.send({"type": "typing", "channelId": CHANNEL})
    assert other.until("typing")["channelId"] == CHANNEL
    assert "typing" not in typist.quiet()


@case("39: what was missed comes exactly, ascending, once, own messages too, and before what is new")
def _():
    before = last_seq()
    for number in range(5):
        send(f"missed {number}", AGENT if number % 2 else HUMAN)
    client = Socket()
    client.send({"type": "auth", "apiKey": AGENT})
    client.receive()
    send("while it comes back")
    client.send({"type": "replay", "cursors": {CHANNEL: before}})
    seqs = [client.until("message")["message"]["seq"] for _ in range(6)]
    assert seqs == list(range(before + 1, before + 7)), seqs
    assert "message" not in client.quiet()


@case("42: who does not ask is sent nothing of before")
def _():
    assert "message" not in enter(AGENT).quiet(1.5)


@case("frames that are none end at most the connection that sent them")
def _():
    client = enter(AGENT)
    client.until("pong")
    for text in ("{", "[]", "null", '{"type":"unknown"}'):
        client.send(text)
    client.send({"type": "ping"})
    client.until("pong")


def new_member(handle, **more):
    status, _headers, body = call("POST", f"/families/{FAMILY}/members", LEAD, {"handle": handle, **more})
    assert status == 201 and body["data"]["key"], body
    return body["data"]


@case("45: a vault is made by the lead for a member; who is in it already is 409 with Already a member")
def _():
    member = new_member("other-45")
    made = {"name": "other-45-main", "description": "Other credentials vault"}
    status, _headers, body = call("POST", "/vault/vaults", LEAD, made)
    assert status in (200, 201) and body["data"]["id"], body
    members = f"/vault/vaults/{body['data']['id']}/members"
    assert any(one["role"] == "owner" for one in call("GET", members, LEAD)[2]["data"])
    person = call("GET", "/auth/me", HUMAN)[2]["data"]["id"]
    for who, role in ((member["principalId"], "owner"), (person, "admin")):
        assert call("POST", members, LEAD, {"principalId": who, "role": role})[0] in (200, 201, 409)
        status, _headers, body = call("POST", members, LEAD, {"principalId": who, "role": role})
        assert status == 409 and "Already a member" in body["error"], body


@case("46: the lead says how a member is, people see it, another agent is 403, an unknown status 400")
def _():
    path = f"/families/{FAMILY}/members/{new_member('other-46')['principalId']}"
    for status in ("online", "error"):
        assert call("PATCH", path, LEAD, {"status": status})[0] == 200
        assert call("GET", path, HUMAN)[2]["data"]["status"] == status
    for key in (OUTSIDER, AGENT):
        assert call("PATCH", path, key, {"status": "online"})[0] == 403
    assert call("PATCH", path, LEAD, {"status": "napping"})[0] == 400
    assert call("PATCH", path, LEAD, {"status": "deprovisioned"})[0] == 200


def provisioning_task(handle, **more):
    """The one that the lead is given with a new member, and its id is told by wake."""
    member = new_member(handle, **more)
    tasks = call("GET", "/agents/me/wake", LEAD)[2]["data"]["tasks"]
    (task,) = [one for one in tasks if one["title"].endswith(member["displayName"])]
    return member, task


@case("47: the lead tells progress and a blocker, in order and by name, and that it is done; others are 403")
def _():
    _member, task = provisioning_task("other-47")
    assert task["title"].startswith("Provision agent:"), task
    path = f"/tasks/{task['id']}"
    for kind, message in (("progress", "Begun."), ("blocker", "Port 18790 is taken.")):
        told = {"type": kind, "message": message}
        assert call("POST", path + "/activity", LEAD, told)[0] in (200, 201)
        assert [call("POST", path + "/activity", key, told)[0] for key in (OUTSIDER, AGENT, HUMAN)] == [403] * 3
    assert call("PATCH", path, OUTSIDER, {"status": "done"})[0] == 403
    assert call("PATCH", path, LEAD, {"status": "finished"})[0] == 400
    status, _headers, body = call("PATCH", path, LEAD, {"status": "done"})
    assert status == 200 and body["data"]["status"] == "done", body
    me = call("GET", "/auth/me", LEAD)[2]["data"]["id"]
    told = call("GET", path + "/activity", LEAD)[2]["data"]
    assert [one["type"] for one in told] == ["progress", "blocker", "status_change"], told
    assert all(one["authorId"] == me for one in told) and told[1]["message"] == "Port 18790 is taken.", told
    open_tasks = call("GET", "/tasks?assignee=me&status=todo", LEAD)[2]["data"]
    assert task["id"] not in [one["id"] for one in open_tasks], open_tasks


@case("48: the notes of a task are a text whose parse has every field, and the key in it opens the hub")
def _():
    given = {
        "displayName": "The \u201cother\u201d's",
        "llmProvider": "anthropic",
        "llmApiKey": "sk-ant-other-48-0123456789",
        "model": "anthropic/claude-opus-4-6",
        "gatewayPort": 18793,
        "inheritCredentials": False,
        "ocHomeDir": "~/.openclaw-other-48",
    }
    member, task = provisioning_task("other-48", **given)
    notes = call("GET", f"/tasks/{task['id']}", LEAD)[2]["data"]["context"]["notes"]
    assert isinstance(notes, str), notes
    parsed = json.loads(notes)
    for name, value in {**given, "handle": "other-48", "familyName": "Main"}.items():
        assert parsed[name] == value, (name, parsed)
    for name in ("principalId", "dmChannelId", "onboardingChannelId"):
        assert parsed[name] == member[name], (name, parsed, member)
    assert parsed["sesameApiKey"] == member["key"] and parsed["familyId"] == FAMILY, parsed
    me = call("GET", "/auth/me", parsed["sesameApiKey"])[2]["data"]
    assert me["id"] == parsed["principalId"] and me["handle"] == "other-48", me
    assert call("GET", f"/tasks/{task['id']}", OUTSIDER)[0] in (403, 404)


@case("50 and 59: a welcome is kept verbatim; a sibling that is down shows, and the reporter does not fail")
def _():
    member = new_member("other-59")
    welcome = "It's \"you\" \U0001f389\nwelcome"
    path = f"/channels/{member['onboardingChannelId']}/messages"
    status, _headers, body = call("POST", path, LEAD, {"content": welcome, "intent": "chat"})
    assert status == 201 and body["data"]["content"] == welcome, body
    seen = {"principalId": member["principalId"], "handle": "other-59", "port": 18793, "gateway": "down"}
    report = {"takenAt": "2026-01-01T00:00:00Z", "host": "box", "members": [dict(seen, sesame="unknown", httpStatus=None)]}
    assert call("POST", f"/families/{FAMILY}/health", LEAD, report)[0] in (200, 201)
    (first, *_others) = call("GET", f"/families/{FAMILY}/health", HUMAN)[2]["data"]
    assert first["members"][0]["gateway"] == "down", first


@case("manifest and wake tell who one is and what is unread, and mark nothing as read")
def _():
    me = call("GET", "/auth/me", AGENT)[2]["data"]
    manifest = call("GET", "/agents/me/manifest", AGENT)[2]["data"]
    assert manifest["agent"]["id"] == me["id"] and manifest["agent"]["handle"] == me["handle"], manifest
    assert CHANNEL in [channel["id"] for channel in manifest["channels"]], manifest
    send("unread", HUMAN)
    first, second = (call("GET", "/agents/me/wake", AGENT)[2]["data"] for _ in range(2))
    assert first["workspaceId"] == me["workspaceId"] == first["workspace"]["id"], first
    assert first["unread"] == second["unread"] >= 1, (first, second)


for name, function in CASES:
    try:
        function()
        print(f"ok {name}", flush=True)
    except Exception as error:  # pylint: disable=broad-except
        print(f"not ok {name}: {type(error).__name__} {error}"[:500], flush=True)
