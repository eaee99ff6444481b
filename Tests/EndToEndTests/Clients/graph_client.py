"""The official SDK pointed at a server of ours, for the scripts beside it."""
import importlib

from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator, BaseBearerTokenAuthenticationProvider


class FixedToken(AccessTokenProvider):
    def __init__(self, token):
        self.token, self.hosts = token, AllowedHostsValidator([])

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return self.token

    def get_allowed_hosts_validator(self):
        return self.hosts


def package(version):
    return "msgraph_beta" if version == "beta" else "msgraph"


def model(version, name):
    """The class of a Graph type: oneDriveForBusinessRestoreSession -> its module and class in the SDK."""
    snake = "".join("_" + c.lower() if c.isupper() else c for c in name[0].lower() + name[1:])
    return getattr(importlib.import_module(f"{package(version)}.generated.models.{snake}"), name[0].upper() + name[1:])


def client(version, base, token):
    sdk = importlib.import_module(package(version))
    adapter = sdk.GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(FixedToken(token)))
    adapter.base_url = f"{base}/{version}"
    return sdk.GraphServiceClient(request_adapter=adapter), adapter
