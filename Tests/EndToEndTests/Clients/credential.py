"""A program signs in with azure-identity over TLS and reads with the official Graph SDK.

Usage: credential.py <base url, https> <tenant id> <client id> <client secret> <CA certificate>
"""
import asyncio
import importlib
import json
import sys
from urllib.parse import urlsplit

BASE, TENANT, CLIENT, SECRET, CA = sys.argv[1:6]

import httpx  # noqa: E402
from azure.identity.aio import ClientSecretCredential  # noqa: E402
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider  # noqa: E402
from msgraph import GraphRequestAdapter, GraphServiceClient  # noqa: E402
from msgraph_core import GraphClientFactory  # noqa: E402


async def main():
    credential = ClientSecretCredential(
        TENANT, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True, connection_verify=CA)
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[f"{BASE}/.default"], allowed_hosts=[urlsplit(BASE).hostname])
    http = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient(verify=CA))
    adapter = GraphRequestAdapter(provider, client=http)
    adapter.base_url = f"{BASE}/v1.0"
    client = GraphServiceClient(request_adapter=adapter)
    root = await client.solutions.backup_restore.get()
    print(json.dumps({"type": type(root).__name__, "status": root.service_status.status.value}))
    await credential.close()


asyncio.run(main())


def synchronous():
    """msal's own way: with discovery first."""
    from azure.identity import ClientSecretCredential as Synchronous
    token = Synchronous(
        TENANT, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True, connection_verify=CA,
    ).get_token("https://graph.microsoft.com/.default")
    print(json.dumps({"token": token.token.count(".") == 2}))


synchronous()
