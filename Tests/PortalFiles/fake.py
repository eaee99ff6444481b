#!/usr/bin/env python3
"""A small server for the portal's files, for development and tests; standard library only.

    fake.py --world small|empty|large [--port 8090]        answers out of made-up worlds (answers_*.py)
    fake.py --behind http://127.0.0.1:PORT --token TOKEN    passes calls on to a running 'holdfast serve'

It sends the headers that the server will send (policy, no sniffing, one origin). What goes wrong is ordered
by requests to /fake/…, which a test or a terminal sends:

    /fake/fail?path=unitStates&status=503&times=2&code=serviceNotAvailable&retry=1    the next answers fail
    /fake/delay?path=overview&ms=7000&times=1                                         ... are late
    /fake/event  (POST {"topic", "thing", "id", "body"})                              an event for all streams
    /fake/drop                                                                        ends all streams
    /fake/hostile                                                                     names and texts of answers are hostile
    /fake/foreign                                                                     texts of answers are marked by a ~
    /fake/stale                                                                       the person's proof is no longer fresh
    /fake/clear                                                                       all is well again
    /fake/calls                                                                       what was asked since the last time
"""
import argparse
import contextlib
import gzip
import html
import importlib
import json
import mimetypes
import pathlib
import queue
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

here = pathlib.Path(__file__).resolve().parent
files = here.parents[1] / "Sources/Portal/Files"
api = "/portal/api"
place = "/portal/0123456789abcdef0123"
authorize = "/contoso/oauth2/v2.0/authorize"
key, cookie, first_code, user_code = "development-page-key", "development", "K7QM3-XNPRD", "BCDF-GHJK"
policy = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'")
headers = {
    "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()"}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/svg+xml", ".svg")


class Refusal(Exception):
    """Becomes an error body of Graph's form."""

    def __init__(self, status, code, message, retry=None):
        super().__init__(message)
        self.status, self.code, self.message, self.retry = status, code, message, retry


class Orders:
    """What tests ordered to go wrong, the streams that are open, and the calls that were made."""

    def __init__(self):
        self.lock = threading.Lock()
        self.fails, self.delays, self.streams, self.calls, self.number = [], [], set(), [], 0
        self.proven, self.suffix = time.time(), ""

    def take(self, orders, path):
        with self.lock:
            for order in orders:
                if re.search(order["path"], path) and order["times"] > 0:
                    order["times"] -= 1
                    return order
        return None

    def event(self, change):
        with self.lock:
            self.number += 1
            for stream in self.streams:
                stream.put((self.number, change))


orders = Orders()

#: Behind every name and text: markup, quotes, a direction mark, a bell, a line's end, a word without blanks.
hostile = """<img src=x onerror=alert(1)>"'&amp;{{files}}${1}\u202egpj\a\u200f\n""" + "W" * 90


def with_suffix(value, key=""):
    if isinstance(value, dict):
        return {name: with_suffix(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_suffix(one, key) for one in value]
    named = key in ("displayName", "name", "email", "siteWebUrl", "path", "fromPath", "currentPath", "fileName", "message", "reason", "note", "address", "browser", "dismissedReason", "text", "sentence", "action", "notCovered")
    return value + orders.suffix if named and isinstance(value, str) else value


def is_grave(method, path, body):
    """The steps that need a fresh proof, as Sources/Portal/Door/StepUpRules.swift has them."""
    words = [word.lower() for word in path.split("/") if word]
    if method in ("GET", "HEAD") or not words:
        return False
    if "restoreplans" in words and words[-1] == "start":
        return body.get("expectedUnits", 1e9) > 10
    if {"operators", "programs", "serviceapps"} & set(words) or words[-1] in ("offboard", "disable", "enable"):
        return True
    if "me" in words and (words[-1].endswith("secondfactor") or words[-1] == "changepassword"):
        return True
    policies = [at for at, word in enumerate(words) if word.endswith("protectionpolicies")]
    if policies:
        return len(words) > policies[0] + 1 and words[-1] != "activate"
    return method != "POST" and any(word.endswith(("protectionunits", "rules")) for word in words)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world = behind = token = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer("GET")

    def do_POST(self):
        self.answer("POST")

    def do_PATCH(self):
        self.answer("PATCH")

    def do_DELETE(self):
        self.answer("DELETE")

    def answer(self, method):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length) if length else b""
        try:
            if url.path.startswith("/fake/"):
                return self.control(url)
            if url.path.startswith(api + "/"):
                return self.call(method, url)
            if method == "POST" and url.path == "/portal/step-up":
                self.admit(method)
                if json.loads(self.body or b"{}").get("password") != "right":
                    raise Refusal(403, "SignInFailed", "The name, the password or the code is not right.")
                orders.proven = time.time()
                return self.send(204, b"")
            if method == "POST" and url.path == "/portal/sign-out":
                self.admit(method)
                return self.send(204, b"", {"Set-Cookie": "holdfast=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"})
            if method == "POST" and url.path in (authorize, "/portal/first-run", "/portal/device"):
                return self.gate(url.path)
            if method == "POST":
                return self.send(405, b"Nothing here takes that.\n", {"Content-Type": "text/plain", "Allow": "GET, HEAD"})
            return self.file(url.path)
        except Refusal as refusal:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.refuse(refusal)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def file(self, path):
        if path == "/":
            return self.send(302, b"", {"Location": "/portal/"})
        found = re.fullmatch(place + r"/([A-Za-z0-9_./-]+)", path)
        if found and ".." not in path and (files / found[1]).is_file():
            data = (files / found[1]).read_bytes()
            return self.send(200, data, {"Content-Type": f"{mimetypes.guess_type(path)[0]}; charset=utf-8"})
        query = {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).items()}
        is_first = bool(self.world) and self.world["name"] == "empty" and not self.world.get("hasAccount")
        if path == "/portal/sign-in":
            asked = urllib.parse.urlencode({"state": query.get("to", "/portal/"), "response_type": "code"})
            return self.send(303, b"", {"Location": "/portal/first-run" if is_first else f"{authorize}?{asked}"})
        if path == "/portal/callback":
            return self.welcome(query.get("state", "/portal/"))
        if path == "/portal/first-run" and not is_first:
            return self.page("pages/message.html", {"title": "There is nothing here", "text": "The first account was made. Sign in with it."}, 404)
        if not path.startswith("/portal/") and path != authorize or found or path.startswith(place):
            return self.send(404, b"There is no such file.\n", {"Content-Type": "text/plain"})
        page = {authorize: "pages/sign-in.html", "/portal/first-run": "pages/first-run.html", "/portal/device": "pages/device.html"}.get(path)
        self.page(page or "index.html", {"action": self.path, "userCode": query.get("user_code", "")})

    def gate(self, path):
        """First run, sign-in, device: passwords that begin with 'right' are; the codes stand above."""
        form = {name: values[0] for name, values in urllib.parse.parse_qs(self.body.decode()).items()}
        plain = {name: re.sub(r"[\s-]", "", form.get(name, "")).upper() for name in ("code", "user_code")}
        again = {"name": form.get("name", ""), "code": form.get("code", ""), "userCode": form.get("user_code", ""), "action": self.path}
        is_first = path == "/portal/first-run"
        page = "pages/sign-in.html" if path == authorize else f"pages/{path.rsplit('/', 1)[1]}.html"
        if is_first and plain["code"] != first_code.replace("-", ""):
            return self.page(page, {"error": "The code is wrong, too old, or was tried too often. 'holdfast operator first-code' prints a new one.", **again}, 400)
        if not form.get("password", "").startswith("right"):
            return self.page(page, {"error": "The name, the password or the code is not right.", **again}, 400)
        if path == "/portal/device":
            if plain["user_code"] != user_code.replace("-", ""):
                return self.page(page, {"error": "No program waits with this code. Look at it again, or begin anew there.", **again}, 400)
            return self.page("pages/message.html", {"title": "The program is signed in", "text": "Go back to it; this page can be closed."})
        if is_first:
            self.world["hasAccount"] = True
            return self.welcome("/portal/welcome")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("state", [""])[0]
        self.send(303, b"", {"Location": "/portal/callback?" + urllib.parse.urlencode({"code": "once", "state": asked})})

    def welcome(self, to):
        orders.proven = time.time()
        self.page("pages/callback.html", {"pageKey": key, "to": to if to.startswith("/portal/") and "//" not in to else "/portal/"})

    def page(self, name, more, status=200):
        """A page with its places filled; the session's cookie comes with each, so that tests need no sign-in."""
        values = {"files": place, "tenant": "contoso.example", "version": "0.2.0-dev", "language": "en", **more}
        text = re.sub(r"\{\{([A-Za-z]+)\}\}", lambda m: html.escape(values.get(m[1], ""), quote=True), (files / name).read_text())
        extra = {"Set-Cookie": f"holdfast={cookie}; HttpOnly; SameSite=Strict; Path=/"}
        if name != "index.html":
            extra["Referrer-Policy"] = "same-origin"
        self.send(status, text.encode(), {"Content-Type": "text/html; charset=utf-8", **extra})

    def admit(self, method):
        """What the door asks of every call: who asks, from where, and both secrets."""
        if self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise Refusal(403, "accessDenied", "Only pages of the portal itself may ask here.")
        if method not in ("GET", "HEAD") and self.headers.get("Origin") != f"http://{self.headers['Host']}":
            raise Refusal(403, "accessDenied", "Only pages of the portal itself may change anything.")
        is_download = method == "GET" and self.path.startswith(f"{api}/holdfast/v1.0/downloads/")
        has_key = is_download or self.headers.get("X-Holdfast-Portal") == key
        if not has_key or f"holdfast={cookie}" not in (self.headers.get("Cookie") or ""):
            raise Refusal(401, "InvalidAuthenticationToken", "You are not signed in, or the session has ended. Sign in again.")

    def control(self, url):
        query = {name: values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
        order = {"path": query.get("path", "."), "times": int(query.get("times", 1000))}
        what = url.path[6:]
        answer = {}
        if what == "fail":
            orders.fails.append({**order, "status": int(query["status"]), "code": query.get("code", "generalException"),
                                 "message": query.get("message", "Ordered to fail."), "retry": query.get("retry")})
        elif what == "delay":
            orders.delays.append({**order, "ms": int(query["ms"])})
        elif what == "event":
            orders.event(json.loads(self.body))
        elif what == "drop":
            for stream in list(orders.streams):
                stream.put(None)
        elif what == "hostile":
            orders.suffix = hostile
        elif what == "foreign":
            orders.suffix = "~"
        elif what == "stale":
            orders.proven = 0
        elif what == "clear":
            orders.fails.clear(), orders.delays.clear()
            orders.proven, orders.suffix = time.time(), ""
        elif what == "calls":
            answer, orders.calls = orders.calls, []
        self.send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def call(self, method, url):
        path = urllib.parse.unquote(url.path[len(api):])
        orders.calls.append(f"{method} {path}?{url.query}" if url.query else f"{method} {path}")
        if delay := orders.take(orders.delays, path):
            time.sleep(delay["ms"] / 1000)
        if fail := orders.take(orders.fails, path):
            raise Refusal(fail["status"], fail["code"], fail["message"], fail["retry"])
        self.admit(method)
        body = json.loads(self.body) if self.body else None
        if path.endswith("/$batch") and any(one.get("method") != "GET" for one in body["requests"]):
            raise Refusal(403, "accessDenied", "A batch of the portal only reads. Send changes one by one.")
        if is_grave(method, path, body or {}) and time.time() - orders.proven > 600:
            raise Refusal(403, "StepUpRequired", "This step needs a fresh proof that it is you. Give your password once more.")
        if self.behind and not (path == "/holdfast/v1.0/me"):
            return self.pass_on(method, url)
        if path.startswith("/holdfast/v1.0/events"):
            return self.stream()
        from answers import answer_to
        pairs = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        query = {name.lstrip("$"): value for name, value in pairs}
        status, answer = answer_to(self.world, method, path, query, body)
        if isinstance(answer, bytes):
            return self.send(status, answer, {"Content-Type": "application/octet-stream"})
        if orders.suffix:
            answer = with_suffix(answer)
        data = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        self.send(status, data, {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"})

    def stream(self):
        """Events as additions.md, section 5, has them."""
        mine = queue.Queue()
        topics = set(urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("topics", [""])[0].split(","))
        orders.streams.add(mine)
        self.send_response(200)
        for name, value in {**headers, "Content-Type": "text/event-stream", "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        try:
            self.wfile.write(f"retry: 2000\nid: {orders.number}\n\n".encode())
            while True:
                self.wfile.flush()
                try:
                    item = mine.get(timeout=15)
                except queue.Empty:
                    self.wfile.write(b": quiet\n\n")
                    continue
                if item is None:
                    return
                number, change = item
                if change["topic"] in topics:
                    self.wfile.write(f"id: {number}\nevent: changed\ndata: {json.dumps(change)}\n\n".encode())
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            orders.streams.discard(mine)

    def pass_on(self, method, url):
        """To a real server, with links of its answers made for this door."""
        sent = {name: value for name, value in self.headers.items()
                if name.lower() in ("accept", "content-type", "prefer", "last-event-id", "range")}
        sent["Authorization"] = f"Bearer {self.token}"
        target = self.behind + url.path[len(api):] + (f"?{url.query}" if url.query else "")
        request = urllib.request.Request(target, self.body or None, sent, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=600)
        except urllib.error.HTTPError as error:
            answer = error
        kept = {name: value for name, value in answer.headers.items()
                if name.lower() in ("content-type", "retry-after", "request-id", "content-disposition", "preference-applied")}
        if "event-stream" in answer.headers.get("Content-Type", ""):
            self.send_response(200)
            for name, value in {**headers, **kept, "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = True
            while line := answer.readline():
                self.wfile.write(line)
                self.wfile.flush()
            return
        data = answer.read().replace(self.behind.encode(), f"http://{self.headers['Host']}{api}".encode())
        self.send(answer.status, data, kept)

    def refuse(self, refusal):
        number = str(uuid.uuid4())
        body = {"error": {"code": refusal.code, "message": refusal.message, "innerError": {"request-id": number}}}
        more = {"Retry-After": str(refusal.retry)} if refusal.retry else {}
        self.send(refusal.status, json.dumps(body).encode(), {"Content-Type": "application/json", "request-id": number, **more})

    def send(self, status, data, more=None):
        more = dict(more or {})
        if len(data) > 1000 and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            data, more["Content-Encoding"] = gzip.compress(data, 6), "gzip"
        self.send_response(status)
        for name, value in {**headers, "Cache-Control": "no-store", **more}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if data and self.command != "HEAD":
            self.wfile.write(data)


def start(world="small", port=0, behind=None, token=None):
    """Starts a server on a thread; for tests. Gives it and its address."""
    if not behind:
        import answers
        for module in sorted(here.glob("answers_*.py")):
            importlib.import_module(module.stem)
        Handler.world = answers.make_world(world)
    Handler.behind, Handler.token = behind, token
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="small")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--behind")
    parser.add_argument("--token")
    given = parser.parse_args()
    import sys
    sys.path.insert(0, str(here))
    sys.modules["fake"] = sys.modules["__main__"]
    server, address = start(given.world, given.port, given.behind, given.token)
    print(f"{address}/portal/", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
