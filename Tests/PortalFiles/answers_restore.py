"""Plans, restores, files, searches of the made-up tenant. A started restore runs by the clock, in world["pace"] seconds."""
import datetime
import threading
import time
import uuid

from answers import page, part, route
from answers_core import chance, graph, holdfast, point_id, slot, text, time_of, unit_id, utc
from fake import Refusal, orders

beta = "/beta/solutions/backupRestore"
folders = ["Budget", "Contracts", "Letters", "Pictures", "Projects/Atlas", "Projects/Beacon"]
endings = ["xlsx", "docx", "txt", "png", "pdf"]


@part
def restores(world, name):
    world.update({"plans": {}, "sessions": {}, "artifacts": {}, "searches": {}, "browse": {}, "downloads": {}, "pace": 30, "planSeconds": 1.2, "running": []})
    if name != "empty":
        old = new_plan(world, {"scope": {"unitIds": [unit_id(3), unit_id(4)]}, "moment": {"kind": "at", "dateTime": text(world["now"] - datetime.timedelta(days=3))}}, ago=2.5)
        begin(world, old, time.time() - 2 * 86400)
        settle(world, old)


def now():
    return datetime.datetime.now(utc)


def who():
    return {"application": {"id": "holdfast", "displayName": "Holdfast"}, "user": {"id": "ada", "displayName": "Ada"}, "device": None}


def chosen(world, scope):
    units = [row for row in world["units"] if row["unitId"]]
    if scope.get("incidentId"):
        if scope["incidentId"] != "7":
            raise Refusal(404, "IncidentNotFound", "There is no such incident.")
        return [world["byId"][id] for id in world["hit"]]
    if scope.get("unitIds"):
        return [world["byId"][id] for id in scope["unitIds"] if id in world["byId"] and world["byId"][id]["unitId"]]
    if scope.get("list"):
        return [row for row in units if (row["email"] or row["siteWebUrl"]) in scope["list"]]
    if scope.get("groupIds"):
        return units[:4]
    if scope.get("undoOf"):
        return [world["byId"][one["unitId"]] for one in world["plans"][scope["undoOf"]]["units"] if one["status"] == "ready"]
    from answers import holds
    return [row for row in units if holds(row, scope.get("filter") or "unitId ne null")]


def new_plan(world, body, ago=0):
    rows = chosen(world, body["scope"])
    if not rows:
        raise Refusal(400, "EmptyScope", "The scope chooses no account that can be restored.")
    moment, is_clean = body["moment"], body["moment"]["kind"] == "lastClean"
    units = []
    for row in rows:
        number, files = world["hit"].get(row["id"]), row["fileCount"]
        has_point = not (is_clean and (number is None or number == 1))
        at = world["attack"] + datetime.timedelta(minutes=(number or 0) % 3 * 10) if is_clean else time_of(moment["dateTime"]) if moment.get("dateTime") else now()
        replaced = int(files * .94) if number is not None else chance("plan", row["id"]).randint(0, 40)
        if named := {one["unitId"]: one["restorePointId"] for one in moment.get("points") or []}.get(row["id"]):
            at = datetime.datetime.fromtimestamp(int(named.rsplit("-", 1)[1]), utc)
        if not has_point:
            replaced = 0
        units.append({"id": row["id"], "unitId": row["id"], "displayName": row["displayName"], "email": row["email"], "status": "ready" if has_point else "noPoint",
                      "restorePointId": point_id(row, at) if has_point else None, "protectionDateTime": text(at) if has_point else None, "secondsBeforeMoment": None if is_clean else 240,
                      "pointHealth": "unreadItems" if number == 3 else "ok", "create": replaced, "overwrite": 3 if has_point else 0, "delete": replaced + (12 if number is not None else 0) if has_point else 0,
                      "rename": 0, "attributes": 2, "unchanged": files - replaced, "newerLost": {0: 2, 2: 1}.get(number, 0) if has_point else 0,
                      "bytesToRead": str(replaced * 90_000), "bytesToWrite": str(replaced * 60_000), "estimatedSeconds": 4 + replaced // 900,
                      "note": None if has_point else "No clean point: it was hit before its first point.", "error": None, "artifactId": None})
    ready = [one for one in units if one["status"] == "ready"]
    names = "create overwrite delete rename attributes unchanged newerLost estimatedSeconds".split()
    sums = {"units": len(ready), **{name: sum(one[name] for one in ready) for name in names},
            **{name: str(sum(int(one[name]) for one in ready)) for name in ("bytesToRead", "bytesToWrite")}}
    made = now() - datetime.timedelta(days=ago)
    plan = {"id": str(uuid.uuid4()), "displayName": body.get("displayName"), "status": "planning", "createdBy": who(), "createdDateTime": text(made),
            "expiresDateTime": text(made + datetime.timedelta(minutes=30)), "basedOnDateTime": text(made), "scope": body["scope"], "moment": moment,
            "destinationType": body.get("destinationType", "inPlace"), "newerFiles": body.get("newerFiles", "remove"), "undoPoints": "take", "sums": sums,
            "excluded": [], "sessions": [], "undoOf": body["scope"].get("undoOf"), "undoUntil": None, "startedDateTime": None, "endedDateTime": None,
            "sentence": f"{len(ready)} accounts: {sums['create']} items come back, {sums['delete']} go.", "units": units, "from": time.time()}
    world["plans"][plan["id"]] = plan
    return plan


def shown(world, plan):
    plan = settle(world, plan)
    answer = {name: value for name, value in plan.items() if name not in ("units", "from", "began", "cancelled", "failing")}
    if plan["status"] == "planning":
        part = (time.time() - plan["from"]) / world["planSeconds"]
        answer["sums"] = {**plan["sums"], "units": int(plan["sums"]["units"] * part)}
    return answer


def settle(world, plan):
    """What the clock has done to a plan since the last look."""
    if plan["status"] == "planning" and time.time() - plan["from"] > world["planSeconds"]:
        plan["status"] = "ready" if plan["sums"]["units"] else "failed"
    if plan["status"] in ("started", "cancelling"):
        progress = progress_of(world, plan)
        if progress["phase"] == "done":
            counts = progress["units"]
            plan["status"] = "cancelled" if counts["cancelled"] else "completedWithError" if counts["failed"] else "completed"
            plan["endedDateTime"] = text(datetime.datetime.fromtimestamp(min(time.time(), plan["began"] + world["pace"]), utc))
            plan["undoUntil"] = text(now() + datetime.timedelta(days=21))
            world["running"] = [one for one in world["running"] if one != plan["id"]]
    return plan


def begin(world, plan, at):
    session = {"id": str(uuid.uuid4()), "planId": plan["id"], "createdDateTime": text(datetime.datetime.fromtimestamp(at, utc)), "createdBy": who()}
    plan.update({"status": "started", "began": at, "startedDateTime": text(datetime.datetime.fromtimestamp(at, utc)), "sessions": [session["id"]], "failing": world.get("failing", set())})
    world["sessions"][session["id"]] = session
    world["running"].append(plan["id"])


def unit_share(world, plan, index):
    ready = len([one for one in plan["units"] if one["status"] == "ready"])
    elapsed = min(time.time(), plan.get("cancelled", 1e12)) - plan["began"]
    width = max(1, ready)
    return max(0, min(1, (elapsed / world["pace"] * width - index) if width > 1 else elapsed / world["pace"]))


def unit_rows(world, plan):
    rows = []
    for index, one in enumerate(one for one in plan["units"] if one["status"] == "ready"):
        share, items, size = unit_share(world, plan, index), one["create"] + one["overwrite"] + one["delete"], int(one["bytesToWrite"])
        is_bad = index in plan["failing"] and share >= 1
        is_cut = "cancelled" in plan and share < 1
        status = "failed" if is_bad or is_cut else "succeeded" if share >= 1 else "inProgress" if share > 0 else "scheduled"
        error = {"code": "QuotaExceeded", "message": "No room on the drive after 212 files; the drive is as before except for those."} if is_bad else {"code": "RestoreCancelled", "message": "Cancelled."} if is_cut else None
        rows.append({"artifactId": f"{plan['id']}.{index}", "unitId": one["unitId"], "displayName": one["displayName"], "status": status,
                     "phase": "undoPoint" if share < .1 else "writing" if share < 1 else "done", "items": {"done": int(items * share), "total": items},
                     "bytes": {"done": str(int(size * share)), "total": str(size)}, "bytesPerSecond": "14000000" if status == "inProgress" else "0", "waitingFor": None,
                     "undoRestorePointId": f"undo-{index}" if share > .1 else None, "errorCount": 3 if is_bad else 0, "error": error})
    return rows


def progress_of(world, plan):
    if not plan["startedDateTime"]:
        return {"phase": "planning", "units": {"total": plan["sums"]["units"], "waiting": plan["sums"]["units"], "running": 0, "done": 0, "failed": 0, "cancelled": 0},
                "items": {"done": 0, "total": 0}, "bytes": {"done": "0", "total": "0"}, "bytesPerSecond": "0", "remainingSeconds": None, "asOfDateTime": text(now()), "waitingFor": None}
    rows = unit_rows(world, plan)
    count = lambda *states: sum(row["status"] in states and (row["error"] or {}).get("code") != "RestoreCancelled" for row in rows)
    cut = sum((row["error"] or {}).get("code") == "RestoreCancelled" for row in rows)
    done, total = sum(int(row["bytes"]["done"]) for row in rows), sum(int(row["bytes"]["total"]) for row in rows)
    is_over = all(row["status"] in ("succeeded", "failed") for row in rows)
    return {"phase": "done" if is_over else "writing", "units": {"total": len(rows), "waiting": count("scheduled"), "running": count("inProgress"), "done": count("succeeded"), "failed": count("failed"), "cancelled": cut},
            "items": {"done": sum(row["items"]["done"] for row in rows), "total": sum(row["items"]["total"] for row in rows)}, "bytes": {"done": str(done), "total": str(total)},
            "bytesPerSecond": "0" if is_over else str(int(total / world["pace"])), "remainingSeconds": None if is_over else max(1, int(plan["began"] + world["pace"] - time.time())), "asOfDateTime": text(now()), "waitingFor": world.get("waitingFor")}


def tell(world, plan):
    """Events of a running plan, one a second."""
    def go():
        while plan["status"] in ("started", "cancelling"):
            time.sleep(1)
            body = progress_of(world, plan)
            settle(world, plan)
            for topic in ("restores", f"restores/{plan['id']}"):
                orders.event({"topic": topic, "thing": "progress", "id": plan["id"], "body": body})
        from answers_core import overview
        orders.event({"topic": "overview", "thing": "overview", "body": overview(world)})
    threading.Thread(target=go, daemon=True).start()


def plan_of(world, id):
    if id not in world["plans"]:
        raise Refusal(404, "RestorePlanNotFound", "There is no such plan.")
    return settle(world, world["plans"][id])


@route("POST", f"{holdfast}/restorePlans")
def create_plan(world, body, **_):
    return 201, shown(world, new_plan(world, body))


@route("GET", f"{holdfast}/restorePlans")
def list_plans(world, query, **_):
    return page([shown(world, plan) for plan in world["plans"].values()], query)


@route("GET", f"{holdfast}/restorePlans/{{id}}")
def read_plan(world, id, **_):
    return shown(world, plan_of(world, id))


@route("DELETE", f"{holdfast}/restorePlans/{{id}}")
def delete_plan(world, id, **_):
    world["plans"].pop(id, None)


@route("GET", f"{holdfast}/restorePlans/{{id}}/units")
def plan_units(world, id, query, **_):
    plan = plan_of(world, id)
    units = plan["units"]
    if plan["status"] == "planning":
        done = int(len(units) * (time.time() - plan["from"]) / world["planSeconds"])
        units = [one if index < done else {**one, "status": "waiting", "newerLost": 0} for index, one in enumerate(units)]
    return page(units, {"orderby": "newerLost desc", **query})


@route("GET", f"{holdfast}/restorePlans/{{id}}/units/{{unit}}/changes")
def plan_changes(world, id, unit, query, **_):
    one = next(one for one in plan_of(world, id)["units"] if one["unitId"] == unit)
    rows = [{"path": "Documents/Thesis-v9.docx", "action": "delete", "fromPath": None, "isFolder": False, "size": "0", "presentSize": "284000", "presentModified": text(world["attack"] + datetime.timedelta(minutes=32)), "isNewer": True}] if one["newerLost"] else []
    for number in range(min(one["create"], 600)):
        path = f"{folders[number % 6]}/Report {number}.{endings[number % 5]}"
        rows.append({"path": path, "action": "create", "fromPath": None, "isFolder": False, "size": str(9000 + number * 71), "presentSize": None, "presentModified": None, "isNewer": False})
        rows.append({"path": path + ".locked", "action": "delete", "fromPath": None, "isFolder": False, "size": "0", "presentSize": str(9021 + number * 71), "presentModified": text(world["attack"]), "isNewer": False})
    return linked(rows, query, f"{holdfast}/restorePlans/{id}/units/{unit}/changes", 200)


def linked(rows, query, path, size):
    at = int(query.get("skiptoken", 0))
    answer = {"value": rows[at:at + size]}
    if at + size < len(rows):
        answer["@odata.nextLink"] = f"http://fake/portal/api{path}?$skiptoken={at + size}"
    return answer


@route("POST", f"{holdfast}/restorePlans/{{id}}/replan")
def replan(world, id, **_):
    plan = plan_of(world, id)
    plan.update({"status": "planning", "from": time.time(), "basedOnDateTime": text(now()), "expiresDateTime": text(now() + datetime.timedelta(minutes=30))})
    for one in plan["units"]:
        one["status"] = "ready" if one["status"] == "outdated" else one["status"]
    return 202, shown(world, plan)


@route("POST", f"{holdfast}/restorePlans/{{id}}/start")
def start_plan(world, id, body, **_):
    plan = plan_of(world, id)
    if plan["status"] != "ready":
        raise Refusal(409, "PlanExpired", "The plan cannot be started; plan it again.")
    if body["expectedUnits"] != plan["sums"]["units"]:
        raise Refusal(409, "ExpectedUnitsDiffer", f"The plan has {plan['sums']['units']} accounts.")
    begin(world, plan, time.time())
    tell(world, plan)
    return 202, shown(world, plan)


@route("POST", f"{holdfast}/restorePlans/{{id}}/cancel")
def cancel_plan(world, id, **_):
    plan = plan_of(world, id)
    if plan["status"] != "started":
        raise Refusal(409, "NothingToCancel", "The restore has ended.")
    plan.update({"status": "cancelling", "cancelled": time.time()})
    return 202, shown(world, plan)


@route("POST", f"{holdfast}/restorePlans/{{id}}/retry")
def retry_plan(world, id, **_):
    plan = plan_of(world, id)
    if not plan["failing"]:
        raise Refusal(409, "NothingToRetry", "Nothing failed.")
    plan.update({"failing": set(), "status": "started"})
    tell(world, plan)
    return 202, shown(world, plan)


@route("POST", f"{holdfast}/restorePlans/{{id}}/undo")
def undo_plan(world, id, **_):
    plan = plan_of(world, id)
    if not plan["undoUntil"]:
        raise Refusal(409, "NoUndoPoint", "There is no point to go back to.")
    return 201, shown(world, new_plan(world, {"displayName": "Undo", "scope": {"undoOf": id}, "moment": {"kind": "points", "points": []}}))


@route("GET", f"{holdfast}/restorePlans/{{id}}/progress")
def plan_progress(world, id, **_):
    return progress_of(world, plan_of(world, id))


def plan_of_session(world, id):
    if id not in world["sessions"]:
        raise Refusal(404, "RestoreSessionNotFound", "There is no such session.")
    return plan_of(world, world["sessions"][id]["planId"])


@route("GET", f"{holdfast}/restoreSessions/{{id}}")
def session(world, id, **_):
    plan = plan_of_session(world, id)
    states = {"started": "active", "cancelling": "active", "cancelled": "completedWithError"}
    return {**world["sessions"][id], "status": states.get(plan["status"], plan["status"]), "workload": "oneDriveForBusiness", "completedDateTime": plan["endedDateTime"], "error": None}


@route("GET", f"{holdfast}/restoreSessions/{{id}}/progress")
def session_progress(world, id, **_):
    return progress_of(world, plan_of_session(world, id))


@route("GET", f"{holdfast}/restoreSessions/{{id}}/units")
def session_units(world, id, query, **_):
    return linked(unit_rows(world, plan_of_session(world, id)), query, f"{holdfast}/restoreSessions/{id}/units", 100)


@route("GET", f"{holdfast}/restoreArtifacts/{{id}}/itemErrors")
def item_errors(world, id, **_):
    return {"value": [{"path": f"Documents/Budget/Report {n}.xlsx", "action": "create", "code": "QuotaExceeded", "message": "The drive is full.", "retryable": True} for n in range(3)]}


@route("GET", f"{beta}/restoreSessions")
def graph_sessions(world, query, **_):
    rows = [{**session(world, id), "restoreJobType": one.get("restoreJobType", "standard"), "restoreSessionArtifactCount": {"total": 1, "completed": 1, "inProgress": 0, "failed": 0}} for id, one in world["sessions"].items()]
    return page(rows, query)


@route("GET", f"{beta}/restoreSessions/{{id}}")
def graph_session(world, id, **_):
    return {**session(world, id), "restoreJobType": world["sessions"][id].get("restoreJobType", "standard")}


@route("GET", f"{beta}/oneDriveForBusinessRestoreSessions/{{id}}/granularDriveRestoreArtifacts")
def granular_artifacts(world, id, **_):
    plan = plan_of_session(world, id)
    return {"value": [{"id": one["id"], "status": "succeeded" if plan["status"] == "completed" else "inProgress", "webUrl": "https://contoso.example/Documents/" + one["id"][4:].replace(" ", "%20"), "error": None} for one in world["sessions"][id].get("wanted", [])]}
