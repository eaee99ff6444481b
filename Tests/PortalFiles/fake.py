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
key = "development-page-key"
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
                right = json.loads(self.body or b"{}").get("password") == "right"
                if not right:
                    raise Refusal(403, "WrongPassword", "The password is not right.")
                self.world and self.world.__setitem__("stepUp", time.time())
                return self.send(204, b"")
            if method == "POST" and url.path in ("/portal/sign-in", "/portal/first-run"):
                return self.gate(url.path)
            if method == "POST" and url.path == "/portal/sign-out":
                return self.send(204, b"")
            return self.file(url.path)
        except Refusal as refusal:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.refuse(refusal)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def file(self, path):
        if path == "/":
            return self.send(302, b"", {"Location": "/portal/"})
        found = re.fullmatch(r"/portal/files/([A-Za-z0-9_./-]+)", path)
        if found and ".." not in path and (files / found[1]).is_file():
            data = (files / found[1]).read_bytes()
            return self.send(200, data, {"Content-Type": f"{mimetypes.guess_type(path)[0]}; charset=utf-8"})
        page = {"/portal/sign-in": "pages/sign-in.html", "/portal/first-run": "pages/first-run.html"}.get(path)
        if not path.startswith("/portal/") or found:
            return self.send(404, b"not found", {"Content-Type": "text/plain"})
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("to", [""])[0]
        self.page(page or "index.html", {"action": "/portal/sign-in", "request": asked})

    def gate(self, path):
        """First run and sign-in: 'right' and 'right first try' are the passwords, K7QM-3XNP-RD is the code."""
        form = {name: values[0] for name, values in urllib.parse.parse_qs(self.body.decode()).items()}
        is_first = path.endswith("first-run")
        wrong = ("The code is not right. Four tries are left." if is_first and form.get("code") != "K7QM-3XNP-RD"
                 else "The name or the password is not right." if not form.get("password", "").startswith("right") else None)
        page = f"pages/{path.rsplit('/', 1)[1]}.html" if wrong else "pages/callback.html"
        self.page(page, {"error": wrong or "", "name": form.get("name", ""), "code": form.get("code", ""), "action": path,
                         "pageKey": key, "to": "/portal/welcome" if is_first else form.get("request") or "/portal/"})

    def page(self, name, more):
        values = {"files": "/portal/files", "tenant": "contoso.example", "version": "0.2.0-dev", "language": "en", **more}
        text = re.sub(r"\{\{(\w+)\}\}", lambda m: html.escape(values.get(m[1], ""), quote=True), (files / name).read_text())
        extra = {"Set-Cookie": "holdfast=development; HttpOnly; SameSite=Strict; Path=/"}
        self.send(200, text.encode(), {"Content-Type": "text/html; charset=utf-8", **extra})

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
        elif what == "clear":
            orders.fails.clear(), orders.delays.clear()
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
        if self.headers.get("X-Holdfast-Portal") is None and not path.startswith("/holdfast/v1.0/downloads/"):
            raise Refusal(403, "accessDenied", "The page key is missing.")
        if self.behind and not (path == "/holdfast/v1.0/me"):
            return self.pass_on(method, url)
        if path.startswith("/holdfast/v1.0/events"):
            return self.stream()
        from answers import answer_to
        pairs = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        query = {name.lstrip("$"): value for name, value in pairs}
        body = json.loads(self.body) if self.body else None
        status, answer = answer_to(self.world, method, path, query, body)
        if isinstance(answer, bytes):
            return self.send(status, answer, {"Content-Type": "application/octet-stream"})
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
