#!/usr/bin/env bash
# Makes this machine a web node or an app node of the release beside this script, which lies in
# /opt/argus: user, settings, units, shipping of the journal; then starts it.
# deploy/user-data.sh runs it as root, with all settings in its environment.
set -euo pipefail
umask 077

say() { echo "argus: install: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

role=${1:-}
case $role in
  worker) units=(argus-worker.service) logs=app ;;
  web) units=(argus-web.service argus-livez.timer) logs=web ;;
  *) fail "expected the role worker or web, found \"$role\"" ;;
esac
prefix=${ARGUS_NAMES_PREFIX:-argus}
region=${AWS_REGION:?expected the region in the environment}
home=/opt/argus
etc=/etc/argus

id argus > /dev/null 2>&1 ||
  useradd --system --user-group --home-dir /var/lib/argus --no-create-home --shell /sbin/nologin argus
install --directory --mode=0750 --owner=root --group=argus "$etc"

# Secrets lie in files that only Argus can read; its settings say where.
secret() { # its name, and the setting for its file
  aws ssm get-parameter --region "$region" --with-decryption --name "/argus/$prefix/$1" \
    --query Parameter.Value --output text > "$etc/$1" ||
    fail "the parameter /argus/$prefix/$1 cannot be read; argus provision creates it"
  chown argus:argus "$etc/$1"
  export "$2=$etc/$1"
}
if [ "$role" = web ]; then
  secret user-token ARGUS_WEB_USER_TOKEN_FILE
  secret operator-token ARGUS_WEB_OPERATOR_TOKEN_FILE
  secret webhook-secret ARGUS_WEB_CALLBACKS_SECRET_FILE
fi

# What the units, and whoever sources it, read: each value as systemd and a shell quote it alike.
compgen -A export | while IFS= read -r name; do
  case $name in
    ARGUS_INSTALL_ROLE | ARGUS_INSTALL_STACK | ARGUS_BOOT_STAGES) ;;
    ARGUS_* | AWS_* | OTEL_*) printf '%s="%s"\n' "$name" "$(printenv "$name" | sed 's/[\\"`$]/\\&/g')" ;;
  esac
done > "$etc/argus.env"

(umask 022 && cp -R "$home"/systemd/. /etc/systemd/system/)
systemctl daemon-reload
echo "ARGUS_BOOT_STAGES=\"${ARGUS_BOOT_STAGES:-} unit=$(date +%s%3N)\"" > /run/argus-boot.env
systemctl enable --now argus-journal.service "${units[@]}"

# After the node, which need not wait for it: the journal keeps what is said meanwhile. Every line
# of the log begins at the margin, but for those of an exception.
cat > "$etc/cloudwatch-agent.json" <<END
{
  "agent": {"region": "$region", "run_as_user": "cwagent"},
  "logs": {
    "force_flush_interval": 1,
    "logs_collected": {
      "files": {
        "collect_list": [
          {
            "file_path": "/var/log/argus/journal.log",
            "log_group_name": "/argus/$prefix/$logs",
            "log_stream_name": "{instance_id}",
            "multi_line_start_pattern": "^[^\\\\s]"
          }
        ]
      }
    }
  }
}
END
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl \
  -a fetch-config -m ec2 -s -c "file:$etc/cloudwatch-agent.json" > /dev/null ||
  say "the CloudWatch agent does not start: the journal stays on this machine"

if [ "$role" = web ] && [ -n "${ARGUS_INSTALL_STACK:-}" ]; then
  "$home/deploy/signal-update.sh" || say "CloudFormation cannot be told how the update went"
fi
