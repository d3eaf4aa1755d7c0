#!/usr/bin/env bash
# Tells CloudFormation whether the web node on this machine answers /livez. An update of the stack
# waits for that (UpdatePolicy in deploy/argus.yaml), and is taken back if it does not answer.
set -euo pipefail

status=FAILURE
for _ in {1..36}; do
  if curl --silent --fail --max-time 5 --output /dev/null "http://127.0.0.1:${ARGUS_WEB_PORT:-8000}/livez"; then
    status=SUCCESS
    break
  fi
  sleep 5
done

metadata=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
ask() { curl --silent --show-error --fail --max-time 5 "$@"; }
token=$(ask --request PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 60" "$metadata/latest/api/token")
instance=$(ask --header "X-aws-ec2-metadata-token: $token" "$metadata/latest/meta-data/instance-id")
# While nothing is updated CloudFormation takes no signal, and nobody waits for one.
aws cloudformation signal-resource --region "$AWS_REGION" --stack-name "$ARGUS_INSTALL_STACK" \
  --logical-resource-id WebGroup --unique-id "$instance" --status "$status" ||
  echo "argus: install: CloudFormation takes no signal ($status) now" >&2
