/**
 * How a container is cut off from its network and let in again, as scripts for a container beside it: rules in a chain of
 * our own, so that no rule of theirs is touched. They go with the network when the container stops.
 */
const CHAIN = "FHIRDRILL";

/** IPv6 counts where it is more than the loopback: a kernel without it may lack its tables as well. */
const COMMON = `families() {
  echo iptables
  if grep -qsv ' lo$' /proc/net/if_inet6; then echo ip6tables; fi
}
saved() { for family in $(families); do $family-save -c -t filter || return 2; done; }
cut_off() { local all; all=$(saved) || return 2; [[ $all == *:${CHAIN}[[:space:]]* ]]; }
rejoin() {
  for family in $(families); do
    for direction in 'INPUT ! -i lo' 'OUTPUT ! -o lo'; do
      while $family -w -D $direction -j ${CHAIN} 2>/dev/null; do :; done
    done
    $family -w -F ${CHAIN} 2>/dev/null
    $family -w -X ${CHAIN} 2>/dev/null
  done
  cut_off
  [ $? = 1 ]
}`;

/** Ends with 0 when it is cut off, at one instant; else nothing is left of the attempt. */
export const ISOLATE = `${COMMON}
if cut_off; then echo 'it is isolated already' >&2; exit 1; fi
for family in $(families); do
  $family-restore -w --noflush <<'END' || { rejoin; exit 1; }
*filter
:${CHAIN} - [0:0]
-A ${CHAIN} -j DROP
-I INPUT 1 ! -i lo -j ${CHAIN}
-I OUTPUT 1 ! -o lo -j ${CHAIN}
COMMIT
END
done`;

/** Ends with 0 when it is not cut off any more, or never was. */
export const REJOIN = `${COMMON}
rejoin`;

/** The same for people, in one line; it complains of what is not there. */
export const REJOIN_BY_HAND = `for t in iptables ip6tables; do $t -w -D INPUT ! -i lo -j ${CHAIN}; $t -w -D OUTPUT ! -o lo -j ${CHAIN}; $t -w -F ${CHAIN}; $t -w -X ${CHAIN}; done`;

/** Ends with 0 when it is cut off, with 1 when it is not, and with 2 when nobody can tell. */
export const IS_CUT_OFF = `${COMMON}
cut_off`;

/** Prints the rules, for `droppedIn`. */
export const RULES = `${COMMON}
saved`;

/** How many packets were dropped; `null` where it is not cut off. */
export function droppedIn(rules: string): number | null {
  const counts = [...rules.matchAll(new RegExp(`^\\[(\\d+):\\d+\\] -A ${CHAIN} -j DROP\\s*$`, "gm"))];
  return counts.length === 0 ? null : counts.reduce((sum, [, packets]) => sum + Number(packets), 0);
}
