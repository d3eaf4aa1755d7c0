#!/usr/bin/env bash
# Copies what Argus's units and the install stage say from the journal to LOGS_DIRECTORY/journal.log.
# The file is put aside when it is large, so that the two take 32 MiB at most.
set -euo pipefail
file=${LOGS_DIRECTORY:?expected where to write}/journal.log

# Once from the start of the journal, for the install stage; later from the second of the last line
# on: better a line twice than never.
since=()
for last in "$file" "$file.old"; do
  if [ -e "$last" ]; then
    since=(--since="@$(stat --format=%Y "$last")")
    break
  fi
done

# The units by their names: a pattern would only find those that have said something already.
journalctl --follow --lines=all "${since[@]}" --output=cat --unit=cloud-final.service \
  --unit=argus-web.service --unit=argus-worker.service --unit=argus-livez.service |
  awk -v file="$file" -v limit=16777216 '
    {
      print >> file
      fflush(file)
      size += length($0) + 1
      if (size >= limit) {
        close(file)
        system("mv -f \"" file "\" \"" file ".old\"")
        size = 0
      }
    }'
