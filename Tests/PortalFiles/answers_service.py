"""Policies, directory, activity, health, people of the made-up tenant."""
import datetime
import uuid

from answers import page, part, route
from answers_core import graph, holdfast, text
from answers_restore import beta, now
from fake import Refusal

groups = [{"id": "0a1b2c3d-0002-4000-8000-000000000001", "displayName": "Finance", "memberCount": 4}, {"id": "0a1b2c3d-0002-4000-8000-000000000002", "displayName": "Research", "memberCount": 7}]


@part
def service(world, name):
    world["policies"] = [] if name == "empty" else [policy("policy-1", "Everyone", "oneDriveForBusiness"), policy("policy-2", "Team sites", "sharePoint", "activeWithErrors")]
    world["mail"] = {"isEnabled": True, "additionalEvents": "none", "recipients": {"role": "custom", "customRecipients": [{"email": "oncall@contoso.example"}]}}
    world["operators"] = [{"id": "ada", "name": "Ada", "roles": ["administrator"], "status": "active", "secondFactor": "totp", "createdDateTime": text(world["now"]), "lastSignInDateTime": text(world["now"])},
                          {"id": "hal", "name": "Hal", "roles": ["helpDesk"], "status": "active", "secondFactor": "none", "createdDateTime": text(world["now"]), "lastSignInDateTime": None}]
    world["programs"] = [{"id": "nightly-export", "name": "Nightly export", "scopes": ["BackupRestore-Restore.Read.All"], "createdDateTime": text(world["now"])}]


def policy(id, name, workload, status="active", mode="fullServiceBackup", period="P365D"):
    return {"@odata.type": f"#microsoft.graph.{workload}ProtectionPolicy", "id": id, "displayName": name, "status": status, "protectionMode": mode, "createdDateTime": "2026-02-01T08:00:00Z",
            "retentionSettings": [{"interval": "R/PT10M", "period": "P14D"}, {"interval": "R/P1W", "period": period}], "protectionPolicyArtifactCount": {"total": 10, "completed": 9 if status == "activeWithErrors" else 10, "inProgress": 0, "failed": 1 if status == "activeWithErrors" else 0}}


@route("GET", f"{graph}/protectionPolicies")
@route("GET", f"{beta}/protectionPolicies")
def policies(world, query, **_):
    return page(world["policies"], query)


def policy_of(world, id):
    for one in world["policies"]:
        if one["id"] == id:
            return one
    raise Refusal(404, "PolicyNotFound", "There is no such policy.")


@route("GET", f"{beta}/protectionPolicies/{{id}}")
def read_policy(world, id, **_):
    return policy_of(world, id)


def workload_of(kind):
    return kind.removesuffix("ProtectionPolicies")


@route("POST", f"{beta}/{{kind}}ProtectionPolicies")
def new_policy(world, kind, body, **_):
    if any(kind in one["@odata.type"] and one["status"] != "inactive" for one in world["policies"]):
        raise Refusal(409, "PolicyCreationNotAllowed", "There is an active policy of this workload.")
    made = policy(str(uuid.uuid4()), body["displayName"], kind, "inactive", body["protectionMode"], body["retentionSettings"][0]["period"])
    world["policies"].append(made)
    return 201, made


@route("PATCH", f"{graph}/{{kind}}ProtectionPolicies/{{id}}")
def change_policy(world, id, body, **_):
    policy_of(world, id)["displayName"] = body["displayName"]
    return policy_of(world, id)


@route("POST", f"{graph}/{{kind}}ProtectionPolicies/{{id}}/{{list}}")
@route("POST", f"{beta}/{{kind}}ProtectionPolicies/{{id}}/{{list}}")
def add_to_policy(world, id, list, body, **_):
    policy_of(world, id).setdefault(list, []).append({"id": str(uuid.uuid4()), "displayName": (body.get("drives") or ["?"])[0], **body})
    return 201, body


@route("GET", f"{beta}/{{kind}}ProtectionPolicies/{{id}}/{{list}}")
def read_list(world, id, list, **_):
    return {"value": policy_of(world, id).get(list, [])}


@route("POST", f"{graph}/protectionPolicies/{{id}}/{{act}}")
def policy_act(world, id, act, **_):
    policy_of(world, id)["status"] = {"activate": "active", "deactivate": "inactive"}[act]
    return 202, None


@route("DELETE", f"{graph}/protectionPolicies/{{id}}")
def delete_policy(world, id, **_):
    if policy_of(world, id)["status"] != "inactive":
        raise Refusal(403, "PolicyActionNotAllowed", "Pause the policy first.")
    world["policies"] = [one for one in world["policies"] if one["id"] != id]


@route("POST", f"{holdfast}/policyPreviews")
def preview(world, body, **_):
    is_site = body["workload"] == "sharePoint"
    total = {"empty": (412, 38), "large": (9167, 833)}.get(world["name"], (11, 1))
    count = total[1] if is_site else total[0]
    if body.get("expression"):
        count //= 3
    unknown = [{"name": one, "code": "EmailNotFound", "message": "The directory does not know it."} for one in body.get("addresses") or [] if "nobody" in one]
    if body.get("addresses") is not None:
        count = len(body["addresses"]) - len(unknown)
    rows = [row for row in world["units"] if (row["workload"] == "sharePoint") == is_site][:min(count, 50)]
    elsewhere = [] if world["name"] == "empty" or body.get("policyId") else [{"unitId": row["id"], "displayName": row["displayName"], "policyId": row["policyId"]} for row in rows[:2] if row["unitId"]]
    return {"matching": {"accounts": 0 if is_site else count, "sites": count if is_site else 0}, "alreadyElsewhere": elsewhere, "excludedByThis": 0, "unknown": unknown, "wouldLeave": [],
            "sample": [{"sourceId": row["sourceId"], "displayName": row["displayName"], "email": row["email"], "siteWebUrl": row["siteWebUrl"]} for row in rows]}


@route("GET", f"{holdfast}/directory/groups")
def directory_groups(world, query, **_):
    return page([] if world["name"] == "empty" else groups, query)


@route("GET", f"{graph}/serviceApps")
def apps(world, **_):
    return {"value": [{"id": "app-1" if "controller" in world else "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b001", "status": "active", "registrationDateTime": text(world["now"]), "application": {"id": "app-1", "displayName": world.get("controller", "Holdfast")}}]}


@route("GET", graph)
@route("GET", f"{graph}/")
def root(world, **_):
    return {"id": "root", "serviceStatus": {"status": "enabled", "disableReason": "none", "gracePeriodDateTime": None, "restoreAllowedTillDateTime": None}}


@route("GET", f"{graph}/emailNotificationsSetting")
def mail(world, **_):
    return world["mail"]


@route("PATCH", f"{graph}/emailNotificationsSetting")
def set_mail(world, body, **_):
    world["mail"].update(body)
    return world["mail"]


@route("GET", f"{holdfast}/auditRecords")
def audit(world, query, **_):
    unit = world["units"][0]["id"] if world["units"] else None
    acts = [("people.signIn", None, None, "succeeded"), ("protectionUnits.backup", "protectionUnits", unit, "succeeded"), ("downloads.create", "downloads", "x", "succeeded"),
            ("people.signIn", None, None, "SignInFailed"), ("protectionPolicies.activate", "protectionPolicies", "policy-1", "succeeded")]
    rows = [] if world["name"] == "empty" else [
        {"id": str(number), "sequence": number, "dateTime": text(now() - datetime.timedelta(minutes=17 * number)), "actor": {"id": "ada", "name": "Ada" if number % 3 else None, "kind": "operator"},
         "applicationId": "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b001", "address": "192.0.2.7", "action": acts[number % 5][0], "target": {"kind": acts[number % 5][1], "id": acts[number % 5][2]},
         "outcome": acts[number % 5][3], "requestId": str(uuid.uuid4()), "previousHash": "0", "hash": "1"} for number in range(240)]
    return page(rows, {"orderby": "dateTime desc", **query}) if not query.get("skiptoken") else page(rows, query)


@route("GET", f"{holdfast}/reports/protection")
def protection_report(world, **_):
    columns = ["unitId", "displayName", "email", "siteWebUrl", "workload", "state", "newestPointDateTime", "oldestPointDateTime", "pointCount", "sizeInBytes", "verifiedDateTime"]
    return report("Protection of accounts and sites", columns, world["units"])


@route("GET", f"{holdfast}/reports/access")
def access_report(world, **_):
    columns = ["kind", "id", "name", "rights", "isDisabled", "hasSecondFactor", "createdDateTime", "action", "outcome", "count", "firstDateTime", "lastDateTime"]
    at = text(now())
    return report("Access to backups", columns, [
        *({"kind": "account", "id": one["id"], "name": one["name"], "rights": " ".join(one["roles"]), "isDisabled": one["status"] != "active", "hasSecondFactor": one["secondFactor"] == "totp", "createdDateTime": at} for one in world["operators"]),
        {"kind": "act", "id": "ada", "name": "Ada", "action": "people.signIn", "outcome": "succeeded", "count": 12, "firstDateTime": at, "lastDateTime": at}])


def report(title, columns, rows):
    return {"kind": "x", "title": title, "createdDateTime": text(now()), "summary": [], "notCovered": ["States are those of the moment of the report."], "columns": columns,
            "rows": [{name: row[name] for name in columns if row.get(name) is not None} for row in rows]}


@route("POST", f"{holdfast}/sendTestMail")
def test_mail(world, **_):
    return {"recipients": ["oncall@contoso.example"]}


@route("GET", f"{holdfast}/health")
def health(world, **_):
    checks = [("storage", "failing", "/var/lib/holdfast has 4 % free (38 GB): about 2 days.", "Add space, or 'holdfast repository prune --all'."), ("catalog", "ok", "Read in full today 03:00, no errors.", None), ("points", "ok", "", None), ("queue", "ok", "", None),
              ("verification", "warning", "The oldest is 31 days old.", "It goes on by itself; look again tomorrow."), ("clock", "ok", "", None), ("certificate", "ok", "", None)]
    figures = {"points": {"units": 0, "dateTime": text(now() - datetime.timedelta(minutes=14))}, "certificate": {"dateTime": text(now() + datetime.timedelta(days=63))},
               "queue": {"jobs": 0, "seconds": 0}, "storage": {"freeBytes": 38_000_000_000, "capacityBytes": 950_000_000_000}}
    if world["name"] == "empty":
        checks = [(name, "ok", "", None) for name, *_ in checks]
    return {"status": "failing" if world["name"] != "empty" else "ok", "checks": [{"name": name, "status": status, "since": text(now() - datetime.timedelta(hours=3)), "message": message, "action": action, "figures": figures.get(name, {})} for name, status, message, action in checks]}


@route("GET", f"{holdfast}/configuration")
def configuration(world, **_):
    return {"value": [{"key": "server.listen", "value": "0.0.0.0:8443", "default": "127.0.0.1:8080", "source": {"kind": "file", "file": "/etc/holdfast/holdfast.yml", "line": 3}, "isSecret": False, "needsRestart": True},
                      {"key": "portal.confirm-units", "value": "10", "default": "10", "source": {"kind": "default"}, "isSecret": False, "needsRestart": False},
                      {"key": "mail.password", "value": "set", "default": "not set", "source": {"kind": "environment"}, "isSecret": True, "needsRestart": False}]}


@route("GET", f"{holdfast}/me/sessions")
def my_sessions(world, **_):
    return {"value": [{"id": "s1", "address": "192.0.2.7", "browser": "Chromium", "signedInDateTime": text(now()), "lastSeenDateTime": text(now()), "expirationDateTime": text(now()), "isThis": True}, {"id": "s2", "address": "198.51.100.4", "browser": "Firefox", "signedInDateTime": text(now()), "lastSeenDateTime": text(now()), "expirationDateTime": text(now()), "isThis": False}]}


@route("POST", f"{holdfast}/me/endOtherSessions")
@route("DELETE", f"{holdfast}/me/sessions/{{id}}")
def end_sessions(world, **_):
    return None


@route("POST", f"{holdfast}/me/changePassword")
def change_password(world, body, **_):
    if not body["oldPassword"].startswith("right"):
        raise Refusal(403, "SignInFailed", "The password until now is not right.")


@route("POST", f"{holdfast}/me/offerSecondFactor")
def offer_factor(world, **_):
    if world["me"]["secondFactor"] == "totp":
        raise Refusal(409, "SecondFactorConflict", "The account has a second factor. Turn it off first.")
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    return {"secret": secret, "address": f"otpauth://totp/Holdfast%3AAda?secret={secret}&issuer=Holdfast"}


@route("POST", f"{holdfast}/me/confirmSecondFactor")
def confirm_factor(world, body, **_):
    if body["code"] != "123456":
        raise Refusal(403, "SignInFailed", "The code is not the present one. Compare the clocks, and try again.")
    world["me"]["secondFactor"] = "totp"
    return {"recoveryCodes": [f"K7QM3-XNPR{letter}" for letter in "ABCDEFGHJK"]}


@route("POST", f"{holdfast}/me/removeSecondFactor")
def remove_factor(world, **_):
    world["me"]["secondFactor"] = "none"


@route("GET", f"{holdfast}/operators")
def operators(world, query, **_):
    return page(world["operators"], query)


@route("POST", f"{holdfast}/operators")
def new_operator(world, body, **_):
    if any(one["name"] == body["name"] for one in world["operators"]):
        raise Refusal(409, "NameTaken", "Somebody has this name.")
    if not set(body["roles"]) <= {"administrator", "helpDesk", "auditor"}:
        raise Refusal(400, "InvalidOperator", "The roles are administrator, helpDesk, auditor.")
    world["operators"].append({"id": str(uuid.uuid4()), "name": body["name"], "roles": body["roles"], "status": "active", "secondFactor": "none", "createdDateTime": text(now()), "lastSignInDateTime": None})
    return 201, world["operators"][-1]


@route("PATCH", f"{holdfast}/operators/{{id}}")
def change_operator(world, id, body, **_):
    one = next(one for one in world["operators"] if one["id"] == id)
    if id == "ada" and body.get("status") == "disabled":
        raise Refusal(409, "LastAdministrator", "One administrator must remain.")
    one.update(body)
    return one


@route("DELETE", f"{holdfast}/operators/{{id}}")
def delete_operator(world, id, **_):
    if id == "ada":
        raise Refusal(409, "LastAdministrator", "One administrator must remain.")
    world["operators"] = [one for one in world["operators"] if one["id"] != id]


@route("POST", f"{holdfast}/operators/{{id}}/resetPassword")
def reset(world, id, **_):
    return {"password": "correct-horse-battery"}


@route("GET", f"{holdfast}/programs")
def programs(world, query, **_):
    return page(world["programs"], query)


@route("POST", f"{holdfast}/programs")
def new_program(world, body, **_):
    if bad := [scope for scope in body["scopes"] if not scope.startswith("BackupRestore-")]:
        raise Refusal(400, "InvalidOperator", f"There is no permission '{bad[0]}'.")
    world["programs"].append({"id": str(uuid.uuid4()), "name": body["name"], "scopes": body["scopes"], "createdDateTime": text(now())})
    return 201, {**world["programs"][-1], "secret": "s3cr3t-shown-once"}


@route("DELETE", f"{holdfast}/programs/{{id}}")
def delete_program(world, id, **_):
    world["programs"] = [one for one in world["programs"] if one["id"] != id]
