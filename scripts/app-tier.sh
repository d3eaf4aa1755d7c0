#!/usr/bin/env bash
# What an app node runs, on a laptop and on AWS alike. `argus local` sends it as user data, and the
# embedded EC2 ends the instance with this process. On AWS the unit argus-worker runs it, and ends
# the machine with it.
set -u
exec "${ARGUS_HOME:-/opt/argus}/scripts/argus" worker
