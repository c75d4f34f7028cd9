"""boto3's main verbs against an S3 server: boto3_smoke.py ENDPOINT. Exits non-zero on the first thing that is wrong."""
import hashlib
import io
import os
import sys
import urllib.request
import uuid

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
s3 = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 0}))
bucket = "boto3-" + uuid.uuid4().hex[:12]


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e.response
        return
    raise AssertionError("not refused: " + code)


s3.create_bucket(Bucket=bucket)
assert bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]
body = os.urandom(100_000)
put = s3.put_object(Bucket=bucket, Key="a/é 1", Body=body, Metadata={"colour": "blue"}, ContentType="text/x")
assert put["ETag"] == '"%s"' % hashlib.md5(body).hexdigest()
got = s3.get_object(Bucket=bucket, Key="a/é 1")
assert got["Body"].read() == body and got["Metadata"] == {"colour": "blue"} and got["ContentType"] == "text/x"
assert s3.get_object(Bucket=bucket, Key="a/é 1", Range="bytes=10-19")["Body"].read() == body[10:20]
refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="none")
refused("BucketNotEmpty", s3.delete_bucket, Bucket=bucket)

big = os.urandom(20_000_000)
s3.upload_fileobj(io.BytesIO(big), bucket, "big")
back = io.BytesIO()
s3.download_fileobj(bucket, "big", back)
assert back.getvalue() == big
s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "big copy")
assert s3.head_object(Bucket=bucket, Key="big copy")["ContentLength"] == len(big)

url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/é 1"}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == body

for i in range(25):
    s3.put_object(Bucket=bucket, Key="list/%03d" % i, Body=b"x")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="list/", PaginationConfig={"PageSize": 4})
assert [o["Key"] for p in pages for o in p["Contents"]] == ["list/%03d" % i for i in range(25)]
folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
assert [p["Prefix"] for p in folded["CommonPrefixes"]] == ["a/", "list/"]

s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
one = s3.put_object(Bucket=bucket, Key="v", Body=b"one")["VersionId"]
s3.put_object(Bucket=bucket, Key="v", Body=b"two")
marker = s3.delete_object(Bucket=bucket, Key="v")
assert marker["DeleteMarker"]
refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="v")
assert s3.get_object(Bucket=bucket, Key="v", VersionId=one)["Body"].read() == b"one"
s3.delete_object(Bucket=bucket, Key="v", VersionId=marker["VersionId"])
assert s3.get_object(Bucket=bucket, Key="v")["Body"].read() == b"two"

s3.put_object_tagging(Bucket=bucket, Key="v", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
assert s3.get_object_tagging(Bucket=bucket, Key="v")["TagSet"] == [{"Key": "k", "Value": "v"}]

versions = s3.list_object_versions(Bucket=bucket)
names = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions["Versions"] + versions.get("DeleteMarkers", [])]
assert "Errors" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": names})
s3.delete_bucket(Bucket=bucket)
refused("NoSuchBucket", s3.list_objects_v2, Bucket=bucket)
print("boto3", boto3.__version__, "is content")
