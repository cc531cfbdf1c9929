#!/bin/sh
# Starts redis-server on the files beside this one: 'start.sh primary' or 'start.sh replica', with further arguments of redis-server if need be ('--maxmemory 8gb'). The password is a file, and goes to Redis in a file: neither the environment nor the
# process's arguments show it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
password=$(cat "${REDIS_PASSWORD_FILE:?names the file with the password}")
umask 077
auth=$(mktemp)
printf 'requirepass "%s"\nmasterauth "%s"\n' "$password" "$password" > "$auth"
role=${1:-primary}
[ $# -eq 0 ] || shift
case "$role" in
  primary) ;;
  replica) set -- --include "$here/replica.conf" "$@" ;;
  *) echo "start.sh: neither 'primary' nor 'replica': $role" >&2; exit 2 ;;
esac
exec redis-server "$here/redis.conf" --include "$auth" "$@"
