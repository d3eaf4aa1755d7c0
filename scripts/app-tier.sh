#!/usr/bin/env bash
# What an app node runs when it boots: the end of its user data, after the settings. On AWS an
# install stage comes before it; on a laptop the embedded EC2 runs it as a process.
set -eu
exec "${ARGUS_HOME:-/opt/argus}/scripts/argus" worker
