"""A made-up tenant: accounts, their states, their history of changes, an incident."""
import datetime
import random
import zlib

from answers import kept, page, part, route
from fake import Refusal

utc = datetime.timezone.utc
slot = 600
graph = "/v1.0/solutions/backupRestore"
holdfast = "/holdfast/v1.0"
first_names = "Ada Bob Carla Dmitri Eve Farid Grace Hedy Ivo Jana Konrad Lina Mary Noor Otto Petra Quentin Rosa Sam Tove".split()
last_names = "Lovelace Babbage Díaz Orlov Nakamura Haddad Hopper Lamarr Novák Ek Zuse Berg Shelley Aziz Hahn Kelly Marsh Luxemburg Ong Jansson".split()


def text(moment):
    return moment.astimezone(utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(value):
    return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))


def chance(*seed):
    return random.Random(zlib.crc32(repr(seed).encode()))


@part
def accounts(world, name):
    now = datetime.datetime.now(utc).replace(microsecond=0)
    world["now"] = now
    total = {"empty": 0, "large": 10_000}.get(name, 12)
    # The attack: nine days before, between 09:40 and 10:10.
    world["attack"] = (now - datetime.timedelta(days=9)).replace(hour=9, minute=40, second=0)
    world["hit"] = {} if name == "empty" else {unit_id(number): number for number in range(min(total, 5 if total < 100 else 214))}
    world["units"] = [unit(world, number) for number in range(total)]
    world["byId"] = {row["id"]: row for row in world["units"]}
    world["hit"] = {id: number for id, number in world["hit"].items() if id in world["byId"]}
    world["me"] = {
        "id": "ada", "name": "Ada", "roles": ["administrator"], "issuer": "https://holdfast.invalid/contoso/v2.0", "unitLimit": None, "secondFactor": "none",
        "scopes": ["BackupRestore-Configuration.ReadWrite.All", "BackupRestore-Restore.ReadWrite.All", "BackupRestore-Monitor.Read.All",
                   "BackupRestore-Control.ReadWrite.All", "BackupRestore-Search.Read.All", "Holdfast-Operators.ReadWrite.All"],
        "signedInDateTime": text(now), "sessionEndsDateTime": text(now + datetime.timedelta(minutes=30)), "sessionLastsUntilDateTime": text(now + datetime.timedelta(hours=12)), "stepUpUntil": text(now + datetime.timedelta(minutes=10))}


def unit_id(number):
    return f"{number + 1:08x}-1111-4222-8333-444455556666"


def unit(world, number):
    some, now, large = chance("unit", number), world["now"], world["name"] == "large"
    special = {5: "late", 7: "failing", 9: "notProtected", 10: "deleted", 11: "site"} if not large else {}
    state = special.get(number) or ("protected" if not large else some.choices(["protected", "late", "failing", "notProtected"], [960, 20, 5, 15])[0])
    name = f"{first_names[number % 20]} {last_names[(number * 7 // 20 + number) % 20]}" + (f" {number // 400 + 1}" if large and number >= 400 else "")
    ids = "none:oneDriveForBusiness:" + unit_id(number) if state == "notProtected" else unit_id(number)
    files = some.randint(400, 20_000)
    age = {"late": 55, "failing": 190, "deleted": 41 * 1440}.get(state, some.randint(1, 12))
    has_points = state != "notProtected"
    is_site = state == "site" or (large and number % 12 == 11)
    row = {
        "id": ids, "unitId": ids if has_points else None, "sourceId": unit_id(number),
        "workload": "sharePoint" if is_site else "oneDriveForBusiness",
        "displayName": ("Site " + last_names[number % 20]) if is_site else name,
        "email": None if is_site else f"{name.split()[0].lower()}.{number}@contoso.example",
        "siteWebUrl": f"https://contoso.example/sites/{last_names[number % 20].lower()}" if is_site else None,
        "policyId": "policy-1" if has_points else None, "state": "protected" if state == "site" else state,
        "stateSince": text(now - datetime.timedelta(days=some.randint(1, 300))),
        "error": {"code": "QuotaExceeded", "message": "The drive's disk is full.", "action": "Free space or raise the quota."} if state == "failing" else None,
        "newestPointDateTime": text(now - datetime.timedelta(minutes=age)) if has_points else None,
        "oldestPointDateTime": text(now - datetime.timedelta(days=300)) if has_points else None,
        "nextBackupDateTime": text(now + datetime.timedelta(minutes=some.randint(1, 9))) if has_points else None,
        "pointCount": some.randint(900, 2060) if has_points else 0, "snapshotCount": some.randint(400, 900) if has_points else 0,
        "fileCount": files if has_points else None, "sizeInBytes": str(files * some.randint(40_000, 900_000)) if has_points else None,
        "storedInBytes": str(files * some.randint(20_000, 300_000)) if has_points else None,
        "lastChange": {"dateTime": text(now - datetime.timedelta(minutes=some.randint(15, 900))), "added": some.randint(0, 9),
                       "changed": some.randint(1, 30), "removed": some.randint(0, 4)} if has_points else None,
        "recentChange": [0] * 14 if not has_points or state == "deleted" else [0 if (13 - day) % 7 in (2, 3) else some.randint(3, 60) for day in range(14)],
        "verifiedDateTime": text(now - datetime.timedelta(days=some.randint(1, 20))) if has_points else None,
        "damagedPointCount": 1 if number == 3 else 0, "provenDateTime": None,
        "incidentId": "7" if ids in world["hit"] else None}
    if ids in world["hit"]:
        row["recentChange"][4] = int(files * 0.94)
    return row


@route("GET", f"{holdfast}/me")
def me(world, **_):
    return world["me"]


@route("GET", f"{holdfast}/overview")
@kept
def overview(world, **_):
    rows, now = world["units"], world["now"]
    states = "protected late failing paused requested notProtected excluded leaving deleted".split()
    points = [row for row in rows if row["newestPointDateTime"] and row["state"] in ("protected", "late", "failing")]
    oldest = min(points, key=lambda row: row["newestPointDateTime"], default=None)
    ages = [0, 0, 0, 0]
    for row in points:
        minutes = (now - time_of(row["newestPointDateTime"])).total_seconds() / 60
        ages[0 if minutes <= 10 else 1 if minutes <= 20 else 2 if minutes <= 60 else 3] += 1
    bad = [row for row in rows if row["state"] in ("late", "failing", "notProtected")]
    bare = [row for row in rows if row["state"] == "notProtected"]
    to_do = [{"kind": "failing", "severity": "error", "unitId": row["unitId"], "count": None, "since": row["newestPointDateTime"],
              "message": row["error"]["message"], "action": row["error"]["action"]} for row in bad if row["error"]][:5]
    if bare:
        to_do.append({"kind": "notProtected", "severity": "warning", "unitId": None, "count": len(bare), "since": None,
                      "message": f"{len(bare)} accounts are in no policy.", "action": "Protect or exclude them."})
    return {
        "asOfDateTime": text(datetime.datetime.now(utc)),
        "sentence": f"All but {len(bad)} of {len(rows)} are protected." if rows else "Nothing is protected yet: 412 accounts and 38 sites wait for a policy.",
        "workloads": [{"workload": workload, "states": {state: sum(row["state"] == state and row["workload"] == workload for row in rows) for state in states}}
                      for workload in ("exchange", "sharePoint", "oneDriveForBusiness")],
        "oldestNewestPoint": oldest and {"unitId": oldest["id"], "dateTime": oldest["newestPointDateTime"]},
        "ages": [{"upTo": upTo, "units": ages[index]} for index, upTo in enumerate(["PT600S", "PT1200S", "PT3600S", None])],
        "damagedPoints": 1 if rows else 0, "unverifiedUnits": len(bare),
        "protectedBytes": str(sum(int(row["sizeInBytes"] or 0) for row in rows)),
        "storedBytes": str(sum(int(row["storedInBytes"] or 0) for row in rows)), "freeBytes": str(3_400_000_000_000),
        "runningRestores": len(world.get("running", [])), "openIncidents": 1 if world["hit"] else 0, "toDo": to_do}


@route("GET", f"{holdfast}/unitStates")
@kept
def unit_states(world, query, **_):
    return page(world["units"], {"orderby": "displayName", **query})


@route("GET", f"{holdfast}/unitStates/{{id}}")
def unit_state(world, id, **_):
    if id not in world["byId"]:
        raise Refusal(404, "ProtectionUnitNotFound", "There is no such account or site; it may have been removed.")
    return world["byId"][id]


def change(world, row, moment):
    """(added, changed, removed, replaced) of one unit in ten minutes."""
    id, attack = row["id"], world["attack"]
    minutes = (moment - attack).total_seconds() / 60
    files = row["fileCount"] or 0
    if id in world["hit"] and 0 <= minutes < 30:
        part = [0.55, 0.33, 0.06][int(minutes // 10)]
        return (int(files * part), 3, int(files * part), int(files * part))
    some = chance(id, int(moment.timestamp()) // slot)
    is_work = moment.weekday() < 5 and 7 <= moment.hour < 17
    if some.random() > (0.55 if is_work else 0.02):
        return (0, 0, 0, 0)
    if some.random() < 0.004:
        return (int(files * 0.08), 0, 0, 0)
    return (some.randint(0, 3), some.randint(1, 9), 1 if some.random() < 0.2 else 0, 0)


def is_missed(moment, attack):
    return 0 <= (moment - attack).total_seconds() + 2 * 86400 - 3600 < 1200


@route("GET", f"{holdfast}/changeSeries")
@kept
def change_series(world, query, **_):
    now = datetime.datetime.now(utc)
    end = time_of(query["end"]) if query.get("end") else now
    start = time_of(query["start"]) if query.get("start") else end - datetime.timedelta(days=14)
    buckets = int(query.get("buckets", 336))
    if buckets > 600 or end <= start:
        raise Refusal(400, "InvalidTimeRange", "A series has at most 600 buckets, and its end is after its start.")
    rows = [row for row in world["units"] if row["unitId"]]
    if query.get("unitId"):
        rows = [unit_state(world, query["unitId"])]
    elif query.get("incidentId"):
        rows = [row for row in rows if row["id"] in world["hit"]]
    shown = rows[:20]
    factor = len(rows) / len(shown) if shown else 0
    seconds = max(600, int((end - start).total_seconds() / buckets + 0.5))
    names = "added changed removed replaced files addedBytes storedBytes maxShare units unitsHit points missed flags".split()
    columns = {name: [] for name in names}
    fine = now - datetime.timedelta(days=14)
    special, notable = [], []
    for index in range(buckets):
        sums, share, points, missed, hit = [0, 0, 0, 0], 0, 0, 0, set()
        begin = start + datetime.timedelta(seconds=index * seconds)
        step = max(slot, seconds // 24) if seconds > 6 * 3600 else slot
        for offset in range(0, seconds, step):
            moment = begin + datetime.timedelta(seconds=offset)
            if moment >= now or moment >= end:
                break
            moment = moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)
            if is_missed(moment, world["attack"]):
                missed += len(rows)
                continue
            points += len(rows) if moment >= fine else 0
            for row in shown:
                values = change(world, row, moment)
                touched = values[0] + values[1] + values[2] - values[3]
                part_of = touched / max(1, row["fileCount"] or 1)
                share = max(share, part_of)
                sums = [one + int(other * factor) for one, other in zip(sums, values)]
                if touched and part_of >= 0.1:
                    hit.add(row["id"])
        if begin < fine and begin < now:
            points = len(rows) * max(1, seconds // 604800) if seconds >= 604800 or begin.weekday() == 6 else 0
            if seconds >= 604800 or begin.weekday() == 6:
                special.append({"dateTime": text(begin), "pointId": f"w{index}", "kind": "weekly"})
        values = sums + [sum(row["fileCount"] or 0 for row in rows), str(sums[0] * 90_000), str(sums[0] * 60_000), round(share, 5), len(rows),
                         int(len(hit) * factor), points, missed, 1 if share > 0.2 else 0]
        for name, value in zip(names, values):
            columns[name].append(value)
        if share >= 0.05:
            notable.append((begin, seconds, sums, share, index))
    groups = []
    for item in notable:
        if groups and item[4] - groups[-1][-1][4] == 1:
            groups[-1].append(item)
        else:
            groups.append([item])
    listed = []
    for group in groups[-40:]:
        begin, finish = group[0][0], group[-1][0] + datetime.timedelta(seconds=group[-1][1])
        sums = [sum(values) for values in zip(*(item[2] for item in group))]
        is_incident = group[0][3] >= 0.2
        files = max(1, sum(row["fileCount"] or 0 for row in rows))
        words = f"{sums[3]:,} of {files:,} files were replaced." if is_incident else f"{sums[0] + sums[1]:,} of {files:,} files were added or changed."
        listed.append({"from": text(begin), "to": text(finish), "pointBefore": point_id(rows[0], begin) if len(rows) == 1 else None,
                       "pointAfter": point_id(rows[0], finish), "share": round(max(item[3] for item in group), 4), "isIncident": is_incident,
                       "counts": dict(zip(("added", "changed", "removed", "replaced"), sums)), "text": words})
    for row in rows[:1] if len(rows) == 1 else []:
        damaged = world["attack"] - datetime.timedelta(days=2, hours=3)
        if row["damagedPointCount"] and start <= damaged < end:
            special.append({"dateTime": text(damaged), "pointId": point_id(row, damaged), "kind": "damaged"})
        partial = world["attack"] + datetime.timedelta(days=3)
        if start <= partial < end:
            special.append({"dateTime": text(partial), "pointId": point_id(row, partial), "kind": "partial"})
    return {"start": text(start), "end": text(end), "bucketSeconds": seconds, **columns, "special": special, "notable": listed}


def point_id(row, moment):
    return f"{zlib.crc32(row['id'].encode()):08x}-0000-4000-8000-{int(moment.timestamp()):012d}"


@route("GET", f"{holdfast}/restorePoints/{{id}}/unreadItems")
def unread_items(world, **_):
    return {"value": [{"path": "Documents/locked.pst", "kind": "file", "code": "FileChanged", "message": "It changed while it was read.", "sinceDateTime": text(world["now"]), "keptFromDateTime": None}]}


@route("GET", f"{holdfast}/restorePoints")
def known_points(world, query, **_):
    answer = restore_points(world, query)
    for number, one in enumerate(answer["value"]):
        one.update({"unitId": query["filter"], "isDamaged": number == 3, "unreadCount": 1 if number == 5 else 0, "undoSessionId": None, "heldSinceDateTime": None, "heldUntilDateTime": None, "heldFiles": None, "heldFilesLeft": None})
    return answer


@route("GET", f"{graph}/restorePoints")
def restore_points(world, query, **_):
    wanted = [row for row in world["units"] if row["id"] in query.get("filter", "")][:1]
    if not wanted:
        return {"value": [], "@odata.count": 0}
    row, rows = wanted[0], []
    moment = datetime.datetime.now(utc).replace(second=0, microsecond=0)
    moment = moment.replace(minute=moment.minute // 10 * 10)
    for number in range(2016):
        at = moment - datetime.timedelta(seconds=slot * number)
        if not is_missed(at, world["attack"]):
            rows.append(at)
    rows += [rows[-1] - datetime.timedelta(days=7 * week) for week in range(1, 40)]
    listed = [{"id": point_id(row, at), "protectionDateTime": text(at), "expirationDateTime": text(at + datetime.timedelta(days=14)),
               "tags": "fastRestore", "protectionUnit": {"@odata.type": "#microsoft.graph.driveProtectionUnit", "id": row["id"]}} for at in rows]
    time_terms = " and ".join(term for term in query.get("filter", "").split(" and ") if "protectionDateTime" in term)
    return page(listed, {"orderby": "protectionDateTime desc", **query, "filter": time_terms})


signals = [
    {"kind": "massRewrite", "value": 94, "usual": 1, "text": "94 % of files replaced within one hour; usual: 0.4 %"},
    {"kind": "newEnding", "value": 96, "usual": None, "text": "96 % of new names end in \".locked\", never seen before"},
    {"kind": "note", "value": 9310, "usual": None, "text": "\"READ_ME.txt\" appeared in 9,310 folders"}]


@route("GET", f"{holdfast}/incidents")
def incidents(world, query, **_):
    return page([incident(world, "7")] if world["hit"] else [], query)


@route("GET", f"{holdfast}/incidents/{{id}}")
def incident(world, id, **_):
    attack, now = world["attack"], datetime.datetime.now(utc)
    if id != "7" or not world["hit"]:
        raise Refusal(404, "IncidentNotFound", "There is no such incident.")
    status = world.get("incidentStatus", "open")
    return {"id": "7", "status": status, "severity": "critical", "score": 0.97, "beganAfter": text(attack),
            "beganBefore": text(attack + datetime.timedelta(minutes=10)), "detectedDateTime": text(attack + datetime.timedelta(minutes=31)),
            "lastActivityDateTime": text(now - datetime.timedelta(minutes=6)), "unitCount": len(world["hit"]), "signals": signals,
            "sentence": f"Files of {len(world['hit'])} accounts look encrypted. It began between 09:40 and 09:50 UTC on {attack:%-d %B}.",
            "closedDateTime": text(now) if status == "dismissed" else None, "dismissedReason": world.get("dismissedReason")}


@route("POST", f"{holdfast}/incidents/{{id}}/dismiss")
def dismiss(world, id, body, **_):
    if not (body or {}).get("reason", "").strip():
        raise Refusal(400, "BadRequest", "Give a reason.")
    world["incidentStatus"], world["dismissedReason"] = "dismissed", body["reason"]
    return incident(world, id)


@route("GET", f"{holdfast}/incidents/{{id}}/units")
def incident_units(world, id, query, **_):
    attack, rows = world["attack"], []
    for ids, number in world["hit"].items():
        row = world["byId"][ids]
        files, began = row["fileCount"], attack + datetime.timedelta(minutes=number % 3 * 10)
        rows.append({
            "id": ids, "unitId": ids, "displayName": row["displayName"], "beganAfter": text(began), "beganBefore": text(began + datetime.timedelta(minutes=10)),
            "lastActivityDateTime": text(datetime.datetime.now(utc) - datetime.timedelta(minutes=6 + number * 30)),
            "lastCleanPointId": point_id(row, began) if number != 1 else None, "lastCleanDateTime": text(began) if number != 1 else None,
            "replaced": int(files * .94), "removed": 12 + number, "added": int(files * .94) + 12, "signals": signals[:2 + number % 2],
            "samples": [{"path": f"Documents/Budget/Report {n}.xlsx.locked", "pathBefore": f"Documents/Budget/Report {n}.xlsx",
                         "pointAfter": point_id(row, began + datetime.timedelta(minutes=10)), "pointBefore": point_id(row, began)} for n in range(1, 6)],
            "restoredDateTime": None})
    return page(rows, query)


@route("GET", f"{holdfast}/incidents/{{id}}/units/{{unit}}")
def incident_unit(world, id, unit, **_):
    found = [row for row in incident_units(world, id, {})["value"] if row["id"] == unit]
    if not found:
        raise Refusal(404, "ProtectionUnitNotFound", "The unit does not belong to the incident.")
    return found[0]
