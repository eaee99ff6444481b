"""An OpenID Connect issuer of another maker (oidc-provider-mock, on Authlib), and the way of a browser through it.

Prints the issuer's address, reads the portal's from standard input, then signs in as each person and prints a line of JSON for each: the status of the
last page, what the door says of the person, and the same for a session whose page key is wrong.
"""
import json, re, sys

import requests
from oidc_provider_mock import User, run_server_in_thread

PEOPLE = [
    User(sub="ada", claims={"name": "Ada Lovelace", "email": "ada@contoso.example", "groups": ["backup-admins"]}),
    User(sub="sam", claims={"name": "Sam", "groups": ["support", "others"]}),
    User(sub="eve", claims={"name": "Eve", "groups": ["others"]}),
]


def sign_in(portal, issuer, sub):
    browser = requests.Session()
    sent = browser.get(f"{portal}/portal/sign-in?to=/portal/health", allow_redirects=False)
    place = sent.headers["Location"]
    assert place.startswith(issuer + "/"), place
    allowed = browser.post(place, data={"sub": sub}, allow_redirects=False)
    page = browser.get(allowed.headers["Location"], allow_redirects=False)
    key = re.search(r'name="holdfast-page-key" content="([^"]+)"', page.text)
    told = {"sub": sub, "status": page.status_code, "isKnown": key is not None}
    again = browser.get(allowed.headers["Location"], allow_redirects=False)
    told["statusOfSecondUse"] = again.status_code
    if key:
        me = f"{portal}/portal/api/holdfast/v1.0/me"
        fields = {"X-Holdfast-Portal": key.group(1), "Sec-Fetch-Site": "same-origin"}
        answer = browser.get(me, headers=fields)
        told |= {"me": answer.status_code, "name": answer.json()["name"], "roles": answer.json()["roles"], "issuer": answer.json()["issuer"]}
        told["withoutKey"] = browser.get(me, headers={**fields, "X-Holdfast-Portal": "x" * 43}).status_code
    return told


with run_server_in_thread(user_claims=PEOPLE) as server:
    issuer = f"http://localhost:{server.server_port}"
    print(issuer, flush=True)
    portal = sys.stdin.readline().strip()
    for person in PEOPLE:
        print(json.dumps(sign_in(portal, issuer, person.sub)), flush=True)
