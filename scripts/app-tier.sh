#!/usr/bin/env bash
# What an app node runs when it boots: the end of its user data, after the settings. On AWS an
# install stage comes before it; on a laptop the embedded EC2 runs it as a process.
set -u
argus=${ARGUS_HOME:-/opt/argus}/scripts/argus
if [ "${ARGUS_PROFILE:-}" = local ]; then
  exec "$argus" worker # the embedded EC2 ends the instance with its process
fi
"$argus" worker &
node=$!
# What tells this shell to stop means the node, which then gives back what it holds.
trap 'kill -TERM "$node" 2> /dev/null' TERM
until wait "$node" || ! kill -0 "$node" 2> /dev/null; do :; done
# The node terminates its instance itself. If it could not, or died, the machine must not go on
# costing money: shutting down terminates it (InstanceInitiatedShutdownBehavior).
shutdown -h now
