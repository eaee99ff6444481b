"""The main job, driven with the official Graph SDK for Python: v1.0 (`msgraph`) or beta (`msgraph_beta`).

Usage: main_job.py <version: v1.0|beta> <base url> <token> <user principal name> <inPlace|new>

Protects the user's drive unless it is protected already, prints one line `POINT <id>` when a restore point exists, waits for
a line on standard input (the caller damages the drive meanwhile), restores, and prints a JSON summary as its last line.
"""
import asyncio
import datetime
import importlib
import json
import sys

VERSION, BASE, TOKEN, USER, DESTINATION = sys.argv[1:6]
PACKAGE = "msgraph_beta" if VERSION == "beta" else "msgraph"
SDK = importlib.import_module(PACKAGE)

from kiota_abstractions.authentication import (  # noqa: E402
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)


def model(name, module=None):
    """The class of a Graph type: oneDriveForBusinessRestoreSession -> its module and class in the SDK."""
    snake = module or "".join("_" + c.lower() if c.isupper() else c for c in name)
    return getattr(importlib.import_module(f"{PACKAGE}.generated.models.{snake}"), name[0].upper() + name[1:])


class FixedToken(AccessTokenProvider):
    def __init__(self, token):
        self.token, self.hosts = token, AllowedHostsValidator([])

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return self.token

    def get_allowed_hosts_validator(self):
        return self.hosts


async def until(what, probe, seconds=120):
    for _ in range(seconds * 10):
        result = await probe()
        if result:
            return result
        await asyncio.sleep(0.1)
    raise SystemExit(f"timed out: {what}")


async def protect(backup, user):
    units = await backup.drive_protection_units.get()
    for unit in units.value:
        if unit.directory_object_id == user.id and unit.status.value == "protected":
            return unit.id
    unit = model("driveProtectionUnit")(directory_object_id=user.id)
    retention = model("retentionSetting")(interval="R/P1W")
    retention.additional_data = {"period": "P365D"}
    policy = model("oneDriveForBusinessProtectionPolicy")(display_name="SDK policy", drive_protection_units=[unit], retention_settings=[retention])
    created = await backup.one_drive_for_business_protection_policies.post(policy)
    assert type(created).__name__ == "OneDriveForBusinessProtectionPolicy", type(created)
    assert created.status.value == "inactive", created.status
    activated = await backup.protection_policies.by_protection_policy_base_id(created.id).activate.post()
    assert activated.status.value in ("updating", "active"), activated.status

    async def is_protected():
        units = await backup.drive_protection_units.get()
        return next((u.id for u in units.value if u.directory_object_id == user.id and u.status.value == "protected"), None)

    return await until("the unit is protected", is_protected)


async def search(backup, unit):
    body_class = getattr(
        importlib.import_module(f"{PACKAGE}.generated.solutions.backup_restore.restore_points.search.search_post_request_body"),
        "SearchPostRequestBody",
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    period = model("timePeriod")(start_date_time=now - datetime.timedelta(days=1), end_date_time=now)
    preference = model("restorePointPreference").Latest
    body = body_class(protection_unit_ids=[unit], protection_time_period=period, restore_point_preference=preference)
    answer = await backup.restore_points.search.post(body)
    return answer.search_results[0].restore_point if answer.search_results else None


async def restore(backup, point):
    artifact = model("driveRestoreArtifact")(
        restore_point=model("restorePoint")(id=point.id),
        destination_type=model("destinationType").InPlace if DESTINATION == "inPlace" else model("destinationType").New,
    )
    session = model("oneDriveForBusinessRestoreSession")(drive_restore_artifacts=[artifact])
    created = await backup.one_drive_for_business_restore_sessions.post(session)
    assert type(created).__name__ == "OneDriveForBusinessRestoreSession", type(created)
    assert created.status.value == "draft" and created.restore_session_artifact_count.total == 1
    builder = backup.one_drive_for_business_restore_sessions.by_one_drive_for_business_restore_session_id(created.id)
    activated = await backup.restore_sessions.by_restore_session_base_id(created.id).activate.post()
    assert activated.status.value in ("activating", "active", "completed"), activated.status

    async def is_done():
        current = await builder.get()
        return current if current.status.value not in ("draft", "activating", "active") else None

    done = await until("the session ends", is_done)
    artifacts = await builder.drive_restore_artifacts.get()
    return done, artifacts.value[0]


async def main():
    adapter = SDK.GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(FixedToken(TOKEN)))
    adapter.base_url = f"{BASE}/{VERSION}"
    graph = SDK.GraphServiceClient(request_adapter=adapter)
    backup = graph.solutions.backup_restore
    root = await backup.get()
    user = await graph.users.by_user_id(USER).get()
    unit = await protect(backup, user)
    point = await until("a restore point exists", lambda: search(backup, unit))
    print(f"POINT {point.id}", flush=True)
    sys.stdin.readline()
    done, artifact = await restore(backup, point)
    print(json.dumps({
        "serviceStatus": root.service_status.status.value,
        "userId": user.id,
        "pointUnitType": type(point.protection_unit).__name__,
        "sessionStatus": done.status.value,
        "completed": done.restore_session_artifact_count.completed,
        "artifactStatus": artifact.status.value,
        "restoredSiteName": artifact.restored_site_name,
        "restoredSiteWebUrl": artifact.restored_site_web_url,
    }), flush=True)


asyncio.run(main())
