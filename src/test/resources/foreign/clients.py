"""What boto3 and the AWS CLI make of the embedded EC2, S3 and SQS.

Usage: clients.py PART, with the environment that DATA/aws.env has. Each function named after a part
and an underscore is one check; the first assertion that does not hold ends the run.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile

import boto3
import botocore.auth
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})
SOON = {"Delay": 1, "MaxAttempts": 30}


def ec2(**more):
    return boto3.client("ec2", config=ONCE, **more)


def s3(**more):
    return boto3.client("s3", config=ONCE, **more)


def sqs():
    return boto3.client("sqs", config=Config(signature_version=UNSIGNED))


def expect(found, expected, what):
    assert found == expected, f"{what}: expected {expected!r}, found {found!r}"


def refused(code, call, **arguments):
    try:
        answer = call(**arguments)
    except ClientError as e:
        expect(e.response["Error"]["Code"], code, f"the error of {e.operation_name}")
        return e.response
    raise AssertionError(f"expected {code}, found the answer {answer!r}")


def named(name, kind="instance"):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def run(client, name, count=1, **more):
    launched = client.run_instances(
        ImageId="ami-argus",
        InstanceType="t3.small",
        MinCount=count,
        MaxCount=count,
        TagSpecifications=named(name),
        **more,
    )
    return [i["InstanceId"] for i in launched["Instances"]]


def ids(pages):
    return [i["InstanceId"] for p in pages for r in p["Reservations"] for i in r["Instances"]]


def by_name(pattern):
    return [{"Name": "tag:Name", "Values": [pattern]}]


def ec2_describes_with_filters_wildcards_and_pages():
    client = ec2()
    many = run(client, "pages-many", count=11)
    other = run(client, "pages-other")
    pages = list(
        client.get_paginator("describe_instances").paginate(
            Filters=by_name("pages-*"), PaginationConfig={"PageSize": 5}
        )
    )
    expect(len(pages), 3, "pages of five of twelve instances")
    expect(sorted(ids(pages)), sorted(many + other), "the instances of all pages")
    one = client.describe_instances(Filters=by_name("pages-o?her"))
    expect(ids([one]), other, "a wildcard for one character")
    both = [*by_name("pages-*"), {"Name": "instance-id", "Values": many[:2]}]
    expect(ids([client.describe_instances(Filters=both)]), many[:2], "two filters")
    client.terminate_instances(InstanceIds=many + other)


def ec2_waits_tags_and_terminates():
    client = ec2()
    (instance,) = run(client, "waits")
    client.get_waiter("instance_exists").wait(InstanceIds=[instance], WaiterConfig=SOON)
    client.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig=SOON)
    client.create_tags(Resources=[instance], Tags=[{"Key": "colour", "Value": "<red> & blue"}])
    tags = client.get_paginator("describe_tags").paginate(
        Filters=[{"Name": "resource-id", "Values": [instance]}]
    )
    found = {t["Key"]: t["Value"] for page in tags for t in page["Tags"]}
    expect(found, {"Name": "waits", "colour": "<red> & blue"}, "the tags")
    seen = boto3.resource("ec2").Instance(instance)
    expect(seen.state["Name"], "running", "the state by way of a resource")
    expect(seen.launch_time.tzinfo is not None, True, "that the launch time is one")
    ended = client.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]
    expect(ended["PreviousState"], {"Code": 16, "Name": "running"}, "the state before")
    client.get_waiter("instance_terminated").wait(InstanceIds=[instance], WaiterConfig=SOON)
    seen.reload()
    expect(seen.state_reason["Code"], "Client.UserInitiatedShutdown", "why it ended")


def ec2_launches_once_for_one_token():
    client = ec2()
    first = run(client, "token", ClientToken="one")
    expect(run(client, "token", ClientToken="one"), first, "the second launch with one token")
    refused(
        "IdempotentParameterMismatch",
        client.run_instances,
        ImageId="ami-argus",
        InstanceType="m6i.large",
        MinCount=1,
        MaxCount=1,
        ClientToken="one",
    )
    (spot,) = run(client, "token", InstanceMarketOptions={"MarketType": "spot"})
    shown = client.describe_instances(InstanceIds=[spot])["Reservations"][0]["Instances"][0]
    expect(shown["InstanceLifecycle"], "spot", "the lifecycle")
    client.terminate_instances(InstanceIds=[*first, spot])


def ec2_refuses_with_the_codes_of_aws():
    client = ec2()
    unknown = ["i-0123456789abcdef0"]
    answer = refused("InvalidInstanceID.NotFound", client.describe_instances, InstanceIds=unknown)
    expect(answer["ResponseMetadata"]["HTTPStatusCode"], 400, "the status")
    expect(len(answer["ResponseMetadata"]["RequestId"]), 36, "the length of the request id")
    refused("InvalidInstanceID.NotFound", client.terminate_instances, InstanceIds=unknown)
    refused("InvalidInstanceID.Malformed", client.describe_instances, InstanceIds=["i-x"])
    refused("InvalidParameterValue", client.describe_instances, MaxResults=1)
    refused(
        "InvalidParameterValue",
        client.describe_instances,
        Filters=[{"Name": "colour", "Values": ["red"]}],
    )
    refused("InvalidNextToken", client.describe_instances, NextToken="x")
    refused("InvalidAction", client.describe_vpcs)
    refused("MissingParameter", client.run_instances, MinCount=1, MaxCount=1)
    refused(
        "DryRunOperation",
        client.run_instances,
        ImageId="ami-argus",
        MinCount=1,
        MaxCount=1,
        DryRun=True,
    )


def templates_are_made_listed_used_and_removed():
    client = ec2()
    for name in ("foreign-1", "foreign-2", "foreign-3"):
        client.create_launch_template(
            LaunchTemplateName=name,
            TagSpecifications=named(name, "launch-template"),
            LaunchTemplateData={
                "ImageId": "ami-argus",
                "InstanceType": "c7i.large",
                "SecurityGroupIds": ["sg-1"],
                "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
                "TagSpecifications": named("from-template"),
            },
        )
    pages = list(
        client.get_paginator("describe_launch_templates").paginate(
            PaginationConfig={"PageSize": 2}
        )
    )
    expect(len(pages), 2, "pages of two of three templates")
    found = [t["LaunchTemplateName"] for page in pages for t in page["LaunchTemplates"]]
    expect(found, ["foreign-1", "foreign-2", "foreign-3"], "the templates")
    template = pages[0]["LaunchTemplates"][0]
    expect(template["Tags"], [{"Key": "Name", "Value": "foreign-1"}], "the tags of a template")

    client.create_launch_template_version(
        LaunchTemplateName="foreign-1",
        SourceVersion="1",
        LaunchTemplateData={"ImageId": "ami-newer"},
    )
    versions = client.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
    )["LaunchTemplateVersions"]
    expect([v["VersionNumber"] for v in versions], [2], "the latest version")
    data = versions[0]["LaunchTemplateData"]
    expect(data["ImageId"], "ami-newer", "the image of the latest version")
    expect(data["SecurityGroupIds"], ["sg-1"], "what it has from its source")

    launched = client.run_instances(
        LaunchTemplate={"LaunchTemplateName": "foreign-1", "Version": "$Default"},
        InstanceType="m6i.large",
        SubnetId="subnet-1",
        MinCount=1,
        MaxCount=1,
    )["Instances"][0]
    expect(launched["ImageId"], "ami-argus", "the image of the template's default")
    expect(launched["InstanceType"], "m6i.large", "the type that the launch asked for")
    expect(launched["Tags"], [{"Key": "Name", "Value": "from-template"}], "the tags")
    client.terminate_instances(InstanceIds=[launched["InstanceId"]])

    for name in found:
        client.delete_launch_template(LaunchTemplateName=name)
    expect(client.describe_launch_templates()["LaunchTemplates"], [], "the templates in the end")


def templates_are_refused_with_the_codes_of_aws():
    client = ec2()
    data = {"ImageId": "ami-argus"}
    client.create_launch_template(LaunchTemplateName="twice", LaunchTemplateData=data)
    refused(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        client.create_launch_template,
        LaunchTemplateName="twice",
        LaunchTemplateData=data,
    )
    refused(
        "InvalidLaunchTemplateId.VersionNotFound",
        client.run_instances,
        LaunchTemplate={"LaunchTemplateName": "twice", "Version": "7"},
        MinCount=1,
        MaxCount=1,
    )
    client.delete_launch_template(LaunchTemplateName="twice")
    refused(
        "InvalidLaunchTemplateName.NotFoundException",
        client.describe_launch_templates,
        LaunchTemplateNames=["twice"],
    )
    refused(
        "InvalidLaunchTemplateId.NotFound",
        client.delete_launch_template,
        LaunchTemplateId="lt-0123456789abcdef0",
    )
    refused(
        "InvalidLaunchTemplateId.Malformed",
        client.delete_launch_template,
        LaunchTemplateId="twice",
    )


class Skew:
    """The clock that requests are signed by is wrong."""

    def __init__(self, **by):
        self.by = datetime.timedelta(**by)
        self.right = botocore.auth.get_current_datetime

    def __enter__(self):
        botocore.auth.get_current_datetime = lambda *a, **k: self.right(*a, **k) + self.by

    def __exit__(self, *_):
        botocore.auth.get_current_datetime = self.right


def signatures_must_be_made_with_the_key():
    wrong = {"aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "x"}
    unknown = {"aws_access_key_id": "AKIAUNKNOWN", "aws_secret_access_key": "x"}
    refused("SignatureDoesNotMatch", ec2(**wrong).describe_instances)
    refused("AuthFailure", ec2(**unknown).describe_instances)
    refused("SignatureDoesNotMatch", s3(**wrong).list_buckets)
    refused("InvalidAccessKeyId", s3(**unknown).list_buckets)
    refused("SignatureDoesNotMatch", ec2(region_name="eu-central-1").describe_instances)


def signatures_must_be_fresh():
    for hours in (-1, 1):
        with Skew(hours=hours):
            refused("RequestExpired", ec2().describe_instances)
            refused("RequestTimeTooSkewed", s3().list_buckets)
    with Skew(minutes=-4):
        ec2().describe_instances()
        s3().list_buckets()


def s3_puts_gets_lists_and_deletes():
    client = s3()
    client.create_bucket(Bucket="foreign-objects")
    client.get_waiter("bucket_exists").wait(Bucket="foreign-objects", WaiterConfig=SOON)
    for i in range(5):
        client.put_object(
            Bucket="foreign-objects",
            Key=f"a/{i}",
            Body=b"photo %d" % i,
            ContentType="image/jpeg",
            Metadata={"name": f"cat-{i}.jpg"},
        )
    client.get_waiter("object_exists").wait(
        Bucket="foreign-objects", Key="a/4", WaiterConfig=SOON
    )
    got = client.get_object(Bucket="foreign-objects", Key="a/3")
    expect(got["Body"].read(), b"photo 3", "the body")
    expect(got["ContentType"], "image/jpeg", "the type")
    expect(got["Metadata"], {"name": "cat-3.jpg"}, "the metadata")
    part = client.get_object(Bucket="foreign-objects", Key="a/3", Range="bytes=0-4")
    expect(part["Body"].read(), b"photo", "a part of the body")
    pages = list(
        client.get_paginator("list_objects_v2").paginate(
            Bucket="foreign-objects", Prefix="a/", PaginationConfig={"PageSize": 2}
        )
    )
    expect([len(page["Contents"]) for page in pages], [2, 2, 1], "the sizes of the pages")
    later = client.list_objects_v2(Bucket="foreign-objects", StartAfter="a/2")
    expect([o["Key"] for o in later["Contents"]], ["a/3", "a/4"], "the keys after one")
    folders = client.list_objects_v2(Bucket="foreign-objects", Delimiter="/")
    expect(folders["CommonPrefixes"], [{"Prefix": "a/"}], "the folders")
    client.delete_objects(
        Bucket="foreign-objects", Delete={"Objects": [{"Key": f"a/{i}"} for i in range(5)]}
    )
    expect(client.list_objects_v2(Bucket="foreign-objects")["KeyCount"], 0, "what is left")
    client.delete_bucket(Bucket="foreign-objects")


def s3_puts_on_conditions():
    client = s3()
    client.create_bucket(Bucket="foreign-conditions")
    key = {"Bucket": "foreign-conditions", "Key": "lease"}
    first = client.put_object(**key, Body=b"one", IfNoneMatch="*")["ETag"]
    refused("PreconditionFailed", client.put_object, **key, Body=b"two", IfNoneMatch="*")
    second = client.put_object(**key, Body=b"two", IfMatch=first)["ETag"]
    refused("PreconditionFailed", client.put_object, **key, Body=b"three", IfMatch=first)
    found = client.get_object(**key)
    expect(found["Body"].read(), b"two", "the body")
    expect(found["ETag"], second, "the tag")


def s3_refuses_with_the_codes_of_aws():
    client = s3()
    client.create_bucket(Bucket="foreign-errors")
    refused("NoSuchKey", client.get_object, Bucket="foreign-errors", Key="none")
    refused("404", client.head_object, Bucket="foreign-errors", Key="none")
    refused("NoSuchBucket", client.list_objects_v2, Bucket="foreign-none")


def sqs_sends_receives_and_deletes_unsigned():
    client = sqs()
    url = client.create_queue(QueueName="foreign", Attributes={"VisibilityTimeout": "30"})[
        "QueueUrl"
    ]
    expect(client.get_queue_url(QueueName="foreign")["QueueUrl"], url, "the address by name")
    client.send_message(
        QueueUrl=url,
        MessageBody="one <&> é",
        MessageAttributes={"id": {"DataType": "String", "StringValue": "17"}},
    )
    (message,) = client.receive_message(
        QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"], AttributeNames=["All"]
    )["Messages"]
    expect(message["Body"], "one <&> é", "the body")
    expect(message["MessageAttributes"]["id"]["StringValue"], "17", "the attribute")
    expect(message["Attributes"]["ApproximateReceiveCount"], "1", "the count of receives")
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    expect(counts["ApproximateNumberOfMessagesNotVisible"], "1", "messages in flight")
    client.change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
    (again,) = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    expect(again["MessageId"], message["MessageId"], "the message that was given back")
    client.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])

    sent = client.send_message_batch(
        QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": f"m{i}"} for i in range(10)]
    )
    expect(len(sent["Successful"]), 10, "messages sent at once")
    bodies = set()
    while len(bodies) < 10:
        messages = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5
        ).get("Messages", [])
        assert messages, f"expected ten messages, found {sorted(bodies)}"
        bodies.update(m["Body"] for m in messages)
        client.delete_message_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]}
                for i, m in enumerate(messages)
            ],
        )
    expect(url in client.list_queues(QueueNamePrefix="fore")["QueueUrls"], True, "the listing")
    client.delete_queue(QueueUrl=url)
    try:
        client.get_queue_url(QueueName="foreign")
    except client.exceptions.QueueDoesNotExist:
        return
    raise AssertionError("expected that the queue is gone")


def aws(service, *arguments, fails=None):
    """Runs the AWS CLI; returns what it prints, or checks the code of the error it must end in."""
    cli = os.path.join(os.path.dirname(sys.executable), "aws")
    endpoint = os.environ["AWS_ENDPOINT_URL_" + service.replace("s3api", "s3").upper()]
    unsigned = ["--no-sign-request"] if service == "sqs" else []
    done = subprocess.run(
        [sys.executable, cli, service, *arguments, "--endpoint-url", endpoint, *unsigned],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if fails:
        assert done.returncode != 0 and f"({fails})" in done.stderr, (
            f"aws {service} {arguments}: expected {fails}, found {done.returncode}: {done.stderr}"
        )
        return ""
    assert done.returncode == 0, f"aws {service} {arguments}: {done.stderr}"
    return done.stdout.strip()


def cli_works_with_ec2():
    template = aws(
        "ec2",
        "create-launch-template",
        "--launch-template-name=cli",
        '--launch-template-data={"ImageId": "ami-argus", "InstanceType": "t3.small"}',
        "--query=LaunchTemplate.LaunchTemplateId",
        "--output=text",
    )
    launch = [
        "run-instances",
        f"--launch-template=LaunchTemplateId={template},Version=$Latest",
        "--count=6",
        "--tag-specifications=ResourceType=instance,Tags=[{Key=Name,Value=cli-node}]",
    ]
    aws("ec2", *launch, "--dry-run", fails="DryRunOperation")
    launched = json.loads(aws("ec2", *launch, "--client-token=cli"))["Instances"]
    expect(len(launched), 6, "instances launched")
    some = [i["InstanceId"] for i in launched]
    aws("ec2", "wait", "instance-running", "--instance-ids", *some)
    listed = aws(
        "ec2",
        "describe-instances",
        "--filters=Name=tag:Name,Values=cli-*",
        "--page-size=5",
        "--query=Reservations[].Instances[].InstanceId",
        "--output=text",
    )
    expect(sorted(listed.split()), sorted(some), "instances listed in pages")
    aws("ec2", "create-tags", "--resources", some[0], "--tags", "Key=colour,Value=red")
    tagged = aws(
        "ec2", "describe-tags", "--filters", "Name=key,Values=colour", "--query=Tags[].ResourceId",
        "--output=text",
    )
    expect(tagged, some[0], "the instance with the tag")
    aws("ec2", "terminate-instances", "--instance-ids", *some)
    aws("ec2", "wait", "instance-terminated", "--instance-ids", *some)
    aws(
        "ec2",
        "terminate-instances",
        "--instance-ids=i-0123456789abcdef0",
        fails="InvalidInstanceID.NotFound",
    )
    aws("ec2", "delete-launch-template", "--launch-template-id", template)


def cli_works_with_s3_and_sqs():
    aws("s3", "mb", "s3://cli-bucket")
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "photo.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("a photo")
        aws("s3", "cp", path, "s3://cli-bucket/photo.txt")
        put = ["put-object", "--bucket=cli-bucket", "--key=once", f"--body={path}"]
        aws("s3api", *put, "--if-none-match=*")
        aws("s3api", *put, "--if-none-match=*", fails="PreconditionFailed")
        back = os.path.join(directory, "back.txt")
        aws("s3", "cp", "s3://cli-bucket/photo.txt", back)
        with open(back, encoding="utf-8") as file:
            expect(file.read(), "a photo", "the photo that came back")
    listed = aws("s3", "ls", "s3://cli-bucket")
    expect([line.split()[-1] for line in listed.splitlines()], ["once", "photo.txt"], "the keys")
    url = aws("sqs", "create-queue", "--queue-name=cli", "--query=QueueUrl", "--output=text")
    aws("sqs", "send-message", "--queue-url", url, "--message-body=hello")
    body = aws(
        "sqs", "receive-message", "--queue-url", url, "--query=Messages[].Body", "--output=text"
    )
    expect(body, "hello", "the message")


def main(part):
    checks = [f for name, f in globals().items() if name.startswith(part + "_") and callable(f)]
    assert checks, f"there is no part {part}"
    for check in checks:
        print(check.__name__, flush=True)
        check()


if __name__ == "__main__":
    main(sys.argv[1])
