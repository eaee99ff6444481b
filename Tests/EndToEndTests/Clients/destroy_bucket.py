"""Does with the server's own credentials whatever these allow to destroy the backups in a bucket, and
prints what was refused and what was not, as one line of JSON.

usage: destroy_bucket.py <endpoint> <bucket> <key id> <secret key>
"""
import datetime
import json
import os
import sys

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

endpoint, bucket, key, secret = sys.argv[1:]
s3 = boto3.client(
    "s3", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1",
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}))

counts = {"hidden": 0, "shadowed": 0, "garbage": 0, "shortened": 0, "destroyed": 0, "refused": 0}


def attempt(outcome, call, **arguments):
    try:
        answer = call(Bucket=bucket, **arguments)
        if answer.get("Errors"):
            counts["refused"] += len(answer["Errors"])
        else:
            counts[outcome] += 1
    except ClientError:
        counts["refused"] += 1


def versions():
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        yield from page.get("Versions", [])


locked = []
for version in versions():
    try:
        s3.get_object_retention(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        locked.append(version)
    except ClientError:
        pass

soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=5)
for version in locked:
    which = {"Key": version["Key"], "VersionId": version["VersionId"]}
    for mode in ("GOVERNANCE", "COMPLIANCE"):
        attempt(
            "shortened", s3.put_object_retention, **which, BypassGovernanceRetention=True,
            Retention={"Mode": mode, "RetainUntilDate": soon})
    attempt("destroyed", s3.delete_object, **which)
    attempt("destroyed", s3.delete_object, **which, BypassGovernanceRetention=True)
    attempt("destroyed", s3.delete_objects, Delete={"Objects": [which]}, BypassGovernanceRetention=True)

names = sorted({version["Key"] for version in locked})
# Half of the objects are hidden behind garbage, and then all of them are deleted.
for name in names[::2]:
    attempt("shadowed", s3.put_object, Key=name, Body=os.urandom(4096))
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
    for item in page.get("Contents", []):
        attempt("hidden", s3.delete_object, Key=item["Key"])
for name in names[1::2]:
    attempt("shadowed", s3.put_object, Key=name, Body=os.urandom(64))

repositories = sorted({name.rsplit("/", 1)[0] for name in names if name.endswith("/config") and "/opening/" not in name})
for number in range(1000):
    digits = os.urandom(32).hex()
    folder = ["data/" + digits[:2], "index", "snapshots", "keys"][number % 4]
    attempt("garbage", s3.put_object, Key=f"{repositories[0]}/{folder}/{digits}", Body=os.urandom(100))
for repository in repositories:
    for _ in range(20):
        attempt("garbage", s3.put_object, Key=f"{repository}/locks/{os.urandom(32).hex()}", Body=os.urandom(100))
print(json.dumps({**counts, "locked": len(locked), "names": len(names), "repositories": len(repositories)}))
