#!/bin/bash
# The install stage, the end of the user data of web nodes and app nodes: what an instance of Amazon
# Linux 2023 runs when it boots for the first time. Before it come the settings, as lines that export
# ARGUS_...; its own are ARGUS_INSTALL_RELEASE_URI (s3://BUCKET/KEY), ARGUS_INSTALL_RELEASE_SHA256 (in
# hex) and ARGUS_INSTALL_ROLE (worker, the default, or web).
# Java, unzip and the CloudWatch agent come from the distribution, the release from its bucket;
# nothing else is fetched. No braces around variables: CloudFormation would take them for its own.
set -euo pipefail
umask 022

now() { date +%s%3N; }
say() { echo "argus: install: $*" >&2; } # cloud-init shows it in the journal and on the console
fail() {
  say "$*"
  exit 1
}

# A machine without Argus must not cost money: shutting down terminates it (shutdown behaviour
# terminate), and what launched it launches another. One that hangs is ended by the timer, long
# after the controller would have ended it (scaling.boot-timeout).
trap '[ $? = 0 ] || { say "failed; the machine is switched off"; shutdown -h now; }' EXIT
started=$(now)
shutdown -h +15 "Argus was not installed in time"

setting() { printenv "$1" || fail "expected $1 among the settings before this script, found none"; }
uri=$(setting ARGUS_INSTALL_RELEASE_URI)
sha256=$(setting ARGUS_INSTALL_RELEASE_SHA256)
role=$(printenv ARGUS_INSTALL_ROLE || echo worker)
case $role in worker | web) ;; *) fail "expected ARGUS_INSTALL_ROLE worker or web, found $role" ;; esac

# A mirror or the metadata service may be late on a machine that has just come up.
patiently() {
  for pause in 2 5 15; do
    "$@" && return
    say "tries again in $pause s: $1 $2"
    sleep "$pause"
  done
  "$@"
}

metadata=$(printenv AWS_EC2_METADATA_SERVICE_ENDPOINT || echo http://169.254.169.254)
ask() { curl --silent --show-error --fail --max-time 5 "$@"; }
token=$(patiently ask --request PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 300" \
  "$metadata/latest/api/token") || fail "the metadata service gives no token"
AWS_REGION=$(patiently ask --header "X-aws-ec2-metadata-token: $token" \
  "$metadata/latest/meta-data/placement/region") || fail "the metadata service tells no region"
export AWS_REGION

# Side by side: both wait for the network more than for anything else.
zip=/var/tmp/argus-release.zip
patiently aws s3 cp --region "$AWS_REGION" --only-show-errors "$uri" "$zip" &
fetching=$!
patiently dnf install --assumeyes --quiet --setopt=install_weak_deps=False \
  java-17-amazon-corretto-headless amazon-cloudwatch-agent unzip ||
  fail "the distribution's packages cannot be installed"
packages=$(now)

wait "$fetching" || fail "the release cannot be fetched from $uri"
found=$(sha256sum "$zip" | cut -d ' ' -f 1)
[ "$found" = "$sha256" ] || fail "expected SHA-256 $sha256 of $uri, found $found: nothing is installed"
unzip -q "$zip" -d /opt/argus || fail "the release cannot be unpacked"
rm "$zip"

ARGUS_BOOT_STAGES="user-data=$started packages=$packages release=$(now)"
export ARGUS_BOOT_STAGES
/opt/argus/deploy/install.sh "$role" || fail "deploy/install.sh of the release failed"
shutdown -c
say "done: $role"
