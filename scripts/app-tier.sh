#!/usr/bin/env bash
# What an app node runs when it boots: the end of its user data, after the settings. On AWS an
# install stage comes before it; on a laptop the embedded EC2 runs it as a process.
set -u
argus=${ARGUS_HOME:-/opt/argus}/scripts/argus
if [ "${ARGUS_PROFILE:-}" = local ]; then
  exec "$argus" worker # the embedded EC2 ends the instance with its process
fi
"$argus" worker
# The node terminates its instance itself. If it could not, or died, the machine must not go on
# costing money: shutting down terminates it (InstanceInitiatedShutdownBehavior).
shutdown -h now
