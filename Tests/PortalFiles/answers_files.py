"""Files of the made-up tenant: browsing, versions, differences, content, search."""
import datetime
import time
import uuid

from answers import page, part, route
from answers_core import chance, graph, holdfast, point_id, text, time_of, utc
from answers_restore import beta, endings, folders, linked, new_plan, now, begin, tell
from fake import Refusal

hostile = ["<script>alert(1)<\u2044script>.txt", "invoice\u202efdp.exe", "line\nbreak.txt", "mañana déjà vu – 日本語.docx", "x" * 240 + ".txt"]


def files_of(row, folder):
    """(name, kind, size) of a folder."""
    if folder == "":
        return [(name.split("/")[0], "folder", len(endings) * 4) for name in dict.fromkeys(name.split("/")[0] for name in folders)] + [(name, "file", 120) for name in hostile] + [("budget 2026.xlsx", "file", 188_416), ("READ_ME.txt", "file", 42)]
    if folder == "Projects":
        return [("Atlas", "folder", 20), ("Beacon", "folder", 20)]
    if folder in folders:
        some = chance(row["id"], folder)
        return [(f"Report {number}.{endings[number % 5]}", "file", some.randint(900, 900_000)) for number in range(20 if folder != "Letters" else 0)]
    return None


def at_of(id):
    return datetime.datetime.fromtimestamp(int(id.rsplit("-", 1)[1]), utc)


def unit_of(world, id):
    for row in world["units"]:
        if row["unitId"] and point_id(row, at_of(id)) == id:
            return row
    raise Refusal(404, "RestorePointNotFound", "There is no such point.")


@route("POST", f"{graph}/oneDriveForBusinessBrowseSessions")
@route("POST", f"{graph}/sharePointBrowseSessions")
def new_browse(world, body, **_):
    id = f"bs_{uuid.uuid4().hex[:12]}"
    world["browse"][id] = {"row": unit_of(world, body["restorePointId"]), "at": at_of(body["restorePointId"])}
    return 201, {"id": id, "restorePointDateTime": text(at_of(body["restorePointId"])), "status": "created"}


def item(path, name, kind, size):
    place = f"{path}/{name}" if path else name
    return {"itemKey": "key:" + place, "name": name, "type": kind, "webUrl": None, "itemsCount": size if kind == "folder" else 0, "sizeInBytes": str(size) if kind == "file" else None,
            "lastModifiedDateTime": "2026-11-20T17:02:00Z" if kind == "file" else None}


def found(row, path):
    if files_of(row, path) is not None:
        return {"itemKey": "key:" + path, "name": path.split("/")[-1] or "Documents", "type": "folder" if path else "documentLibrary", "itemsCount": 9, "sizeInBytes": None, "lastModifiedDateTime": None}
    folder, _, name = path.rpartition("/")
    for known, kind, size in files_of(row, folder) or []:
        if known == name:
            return item(folder, name, kind, size)
    return None


@route("POST", f"{holdfast}/browseSessions/{{id}}/resolve")
def resolve(world, id, body, **_):
    row = world["browse"][id]["row"]
    none = {name: None for name in ("itemKey", "name", "type", "itemsCount", "sizeInBytes", "lastModifiedDateTime")}
    return {"value": [{**none, **(found(row, path) or {}), "path": path} for path in body["paths"]]}


@route("POST", f"{graph}/oneDriveForBusinessBrowseSessions/{{id}}/browse")
@route("POST", f"{graph}/sharePointBrowseSessions/{{id}}/browse")
def list_folder(world, id, body, query, **_):
    path, word = body["browseLocationItemKey"][4:], (body.get("filter") or "").split("'")
    rows = [item(path, *one) for one in files_of(world["browse"][id]["row"], path) or []]
    if len(word) > 1:
        rows = [row for row in rows if word[1].lower() in row["name"].lower()]
    return {"value": rows, "@odata.count": len(rows)}


@route("GET", f"{holdfast}/browseSessions/{{id}}/content")
def content(world, id, query, **_):
    name = query["itemKey"]
    if query.get("preview") == "image":
        return 200, bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6364f8cf500f0003860180 5a347d6b0000000049454e44ae426082".replace(" ", ""))
    if name.endswith((".xlsx", ".docx", ".pdf", ".exe")):
        raise Refusal(409, "PreviewNotText", "This file is not text.")
    lines = [f"Line {number} of {name[4:]}" for number in range(1, 40)]
    if world["browse"][id]["at"] > world["attack"]:
        lines[4], lines[20:22] = "A line that was changed", ["Two lines", "became three", "here"]
    return 200, "\n".join(lines + ["<b>not bold</b> <script>alert(1)</script>"]).encode()


@route("POST", f"{holdfast}/downloads")
def new_download(world, body, **_):
    id, keys = uuid.uuid4().hex, body["itemKeys"]
    name = keys[0][4:].split("/")[-1] if body["format"] == "raw" else "files.zip"
    world["downloads"][id] = name
    return 201, {"id": id, "fileName": name, "expiresDateTime": text(now() + datetime.timedelta(minutes=10)), "sizeInBytes": "188416", "browseSessionId": body["browseSessionId"], "format": body["format"]}


@route("GET", f"{holdfast}/downloads/{{id}}")
def read_download(world, id, **_):
    if id not in world["downloads"]:
        raise Refusal(404, "ItemNotFound", "This download has expired.")
    world.setdefault("opened", []).append(world["downloads"][id])
    return 200, b"content of " + world["downloads"][id].encode()


@route("GET", f"{holdfast}/protectionUnits/{{id}}/versions")
def versions(world, id, query, **_):
    row, name = world["byId"][id], query["path"]
    days = [9, 14, 21, 40]
    return {"value": [{"contentId": f"{chance(name, day).randint(0, 2 ** 60):016x}", "kind": "file", "modified": text(world["now"] - datetime.timedelta(days=day + 1)), "size": str(184_000 - day * 900),
                       "firstPointId": point_id(row, world["attack"] - datetime.timedelta(days=day)), "firstDateTime": text(world["attack"] - datetime.timedelta(days=day)),
                       "lastPointId": point_id(row, world["attack"] - datetime.timedelta(days=day - 3)), "lastDateTime": text(world["attack"] - datetime.timedelta(days=day - 3)), "isPresent": day == 9 and id not in world["hit"]} for day in days]}


@route("GET", f"{holdfast}/protectionUnits/{{id}}/differences")
def differences(world, id, query, **_):
    path = query.get("path", "")
    if not query.get("from"):
        raise Refusal(400, "BadRequest", "The argument 'from' is missing.")

    def file(name, change, **more):
        return {"path": f"{path}/{name}" if path else name, "kind": "file", "change": change, "fromPath": None, "fromSize": None if change == "added" else "18400", "toSize": None if change == "removed" else "18420",
                "fromModified": None if change == "added" else "2026-11-20T17:02:00Z", "toModified": None if change == "removed" else "2026-11-21T09:43:00Z", "below": None, **more}
    if path:
        rows = [file(f"Report {n}.{endings[n % 5]}.locked", "added") for n in range(8)] + [file(f"Report {n}.{endings[n % 5]}", "removed") for n in range(8)] + [file("notes.txt", "changed"), file("plan 2.txt", "renamed", fromPath=f"{path}/plan.txt")]
    else:
        sums = lambda n: {"added": n, "changed": 1, "removed": n, "bytes": str(n * 18_420)}
        rows = [{**file(name, "changed"), "kind": "folder", "below": sums(8 + len(name)), "fromSize": None, "toSize": None} for name in ("Budget", "Contracts", "Projects")]
        rows += [file("READ_ME.txt", "added"), file("budget 2026.xlsx", "removed"), file("todo.txt", "changed"), file("diary (old).txt", "renamed", fromPath="diary.txt")]
    return {"value": rows}


@route("POST", f"{holdfast}/fileSearches")
def new_search(world, body, **_):
    if len(body["query"].strip()) < 2:
        raise Refusal(400, "QueryTooShort", "Give at least two characters.")
    words, rows = body["query"].lower().split(), []
    for row in world["units"][:200]:
        if not row["unitId"] or (body.get("unitIds") and row["id"] not in body["unitIds"]):
            continue
        newest = point_id(row, time_of(row["newestPointDateTime"]).replace(microsecond=0))
        for folder in [""] + folders:
            for name, kind, size in files_of(row, folder) or []:
                if not all(word in name.lower() for word in words):
                    continue
                gone = row["id"] in world["hit"] and kind == "file"
                between = [text(world["attack"]), text(world["attack"] + datetime.timedelta(minutes=10))]
                rows.append({"unitId": row["id"], "displayName": row["displayName"], "path": f"{folder}/{name}" if folder else name, "name": name, "kind": kind, "isDeleted": gone, "removedBetween": between if gone else None,
                             "versionCount": 4, "newest": {"restorePointId": point_id(row, world["attack"]) if gone else newest, "modified": "2026-11-20T17:02:00Z", "size": str(size)}, "first": {"restorePointId": newest, "dateTime": row["oldestPointDateTime"]}})
    id = str(uuid.uuid4())
    world["searches"][id] = {"rows": rows, "query": body["query"], "from": time.time()}
    return 201, search(world, id)


@route("GET", f"{holdfast}/fileSearches/{{id}}")
def search(world, id, **_):
    if id not in world["searches"]:
        raise Refusal(404, "FileSearchNotFound", "There is no such search.")
    one, total = world["searches"][id], sum(1 for row in world["units"] if row["unitId"])
    part = min(1, (time.time() - one["from"]) / world.get("searchSeconds", .6))
    return {"id": id, "query": one["query"], "unitIds": [], "status": "complete" if part == 1 else "running", "searchedUnits": int(total * part) - world.get("unindexed", 0) * (part == 1), "totalUnits": total,
            "resultCount": int(len(one["rows"]) * part), "expiresDateTime": text(now() + datetime.timedelta(days=1))}


@route("GET", f"{holdfast}/fileSearches/{{id}}/results")
def results(world, id, query, **_):
    found = search(world, id)["resultCount"]
    return linked(world["searches"][id]["rows"][:found], query, f"{holdfast}/fileSearches/{id}/results", 50)


@route("DELETE", f"{holdfast}/fileSearches/{{id}}")
def end_search(world, id, **_):
    world["searches"].pop(id, None)


@route("POST", f"{beta}/oneDriveForBusinessRestoreSessions")
@route("POST", f"{beta}/sharePointRestoreSessions")
def granular(world, body, **_):
    wanted = body.get("granularDriveRestoreArtifacts") or body.get("granularSiteRestoreArtifacts")
    row = world["browse"][wanted[0]["browseSessionId"]]["row"]
    plan = new_plan(world, {"scope": {"unitIds": [row["id"]]}, "moment": {"kind": "points", "points": []}})
    begin(world, plan, time.time())
    id = plan["sessions"][0]
    world["sessions"][id].update({"restoreJobType": "granular", "wanted": wanted, "conflict": body.get("@microsoft.graph.conflictBehavior")})
    return 201, {"id": id, "status": "draft", "restoreJobType": "granular"}


@route("POST", f"{graph}/restoreSessions/{{id}}/activate")
def activate(world, id, **_):
    plan = world["plans"].pop(world["sessions"][id]["planId"])
    world["plans"][plan["id"]] = plan
    tell(world, plan)
    return 202, None
