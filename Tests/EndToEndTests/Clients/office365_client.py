"""A second client, of other authors: Office365-REST-Python-Client lists policies and restore sessions.

Usage: office365_client.py <base url> <token>
"""
import json
import sys

from office365.graph_client import GraphClient

BASE, TOKEN = sys.argv[1:3]

client = GraphClient(token_callback=lambda: {"access_token": TOKEN, "token_type": "Bearer"})
request = client.pending_request()
# The library knows Microsoft's addresses only; its requests go to ours.
type(request).service_root_url = property(lambda self: f"{BASE}/v1.0")

backup = client.solutions.backup_restore
policies = backup.protection_policies.get().execute_query()
sessions = backup.restore_sessions.get().execute_query()
print(json.dumps({
    "policies": [policy.id for policy in policies], "sessions": [session.id for session in sessions],
    "names": [policy.properties.get("displayName") for policy in policies],
}))
