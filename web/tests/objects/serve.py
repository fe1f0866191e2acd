"""An object store for tests: moto's server on a free port of this machine, with two buckets in it.

Writes its port to standard output and ends when its standard input does, that is with whoever started it.
"""

import os
import sys

# moto wants some credentials in its own environment; it believes any.
os.environ.update(AWS_ACCESS_KEY_ID="tests", AWS_SECRET_ACCESS_KEY="tests", AWS_DEFAULT_REGION="eu-north-1")

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
s3 = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
for bucket in ("varde", "versioned"):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
print(port, flush=True)
sys.stdin.read()
server.stop()
