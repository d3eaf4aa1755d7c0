#!/usr/bin/env bash
# Has this machine replaced by its Auto Scaling group if the web node on it has not answered /livez
# for a minute. /livez speaks of the process alone: an outage of SQS or S3 replaces no machine.
set -euo pipefail

host=${ARGUS_WEB_HOST:-127.0.0.1}
case $host in
  0.0.0.0 | ::) host=127.0.0.1 ;;
  *:*) host="[$host]" ;;
esac
scheme=http
if [ -n "${ARGUS_WEB_TLS_CERTIFICATE:-}" ]; then scheme=https; fi
url=$scheme://$host:${ARGUS_WEB_PORT:-8000}/livez

for _ in 1 2 3 4 5 6; do
  # The certificate is for the name that clients call.
  if curl --silent --fail --insecure --max-time 5 --output /dev/null "$url"; then
    echo "argus: the web node answers" # what the alarm on having no web node counts
    exit 0
  fi
  echo "argus: $url does not answer" >&2
  sleep 10
done

metadata=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
ask() { curl --silent --show-error --fail --max-time 5 "$@"; }
token=$(ask --request PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 60" "$metadata/latest/api/token")
instance=$(ask --header "X-aws-ec2-metadata-token: $token" "$metadata/latest/meta-data/instance-id")
echo "argus: the web node is dead; its Auto Scaling group is told to replace $instance" >&2
aws autoscaling set-instance-health --instance-id "$instance" --health-status Unhealthy
