/**
 * The programs in a runner's keeper container, for bash and basic tools. The keeper stays when k6 has ended, even after
 * SIGTERM, until it is told that everything was fetched.
 */
import { RECORD } from "./options.ts";

const LEAVE_FILE = `${RECORD}/.fetched`;

export const KEEP = `trap '' TERM; until [ -e ${LEAVE_FILE} ]; do sleep 1; done`;

export const LEAVE = ["bash", "-c", `: > ${LEAVE_FILE}`];

/**
 * Prints a file from an offset on, and what is appended to it, in frames: a line "offset length", then so many bytes. A
 * frame of length 0 is a heartbeat. It ends when its input does. The file stays open, because seeking anew each time
 * would, with some versions of tail, read everything before the offset.
 */
const FOLLOW = `
at=$2; quiet=0
pause() { read -r -t 0.2; (( $? > 128 )) || exit 0; quiet=$(( quiet + 1 )); if (( quiet % 5 == 0 )); then echo "$at 0"; fi; }
echo "$at 0"
until [ -e "$1" ]; do pause; done
exec 3< "$1"
if (( at > 0 )); then dd bs=1 skip="$at" count=0 <&3 2> /dev/null || exit 1; fi
while :; do
  size=$(stat -c %s "$1" 2> /dev/null) || exit 1
  if (( size > at )); then
    n=$(( size - at )); if (( n > 1048576 )); then n=1048576; fi
    echo "$at $n"; dd bs="$n" count=1 <&3 2> /dev/null || exit 1
    at=$(( at + n )); quiet=0
  else pause; fi
done`;

export function followArgv(path: string, fromByte: number): string[] {
  return ["bash", "-c", FOLLOW, "follow", path, String(fromByte)];
}

/** Prints "size sha256", or nothing if there is no such file. */
const MEASURE = `[ -e "$1" ] || exit 0; sum=$(sha256sum < "$1") || exit 1; echo "$(stat -c %s "$1") \${sum%% *}"`;

export function measureArgv(path: string): string[] {
  return ["bash", "-c", MEASURE, "measure", path];
}

/** Answers each line with the time, in seconds since the epoch with six decimals, until its input ends. */
export const TELL_TIME = ["bash", "-c", 'LC_ALL=C; while read -r; do echo "$EPOCHREALTIME"; done'];
