/**
 * Scripts that isolate a container from its network and end that, for a container beside it. The rules are in a chain of our
 * own and touch no others. They disappear with the network namespace when the container stops.
 */
const CHAIN = "FHIRDRILL";

/** IPv6 only if there is more than loopback: a kernel without IPv6 may lack its tables as well. */
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

/** Exits with 0 when the container is isolated, at one instant; else nothing is left of the attempt. */
export const ISOLATE = `${COMMON}
if cut_off; then echo 'it is already isolated' >&2; exit 1; fi
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

/** Exits with 0 when the container is not isolated any more, or never was. */
export const REJOIN = `${COMMON}
rejoin`;

/** The same for people, in one line; it complains about missing rules. */
export const REJOIN_BY_HAND = `for t in iptables ip6tables; do $t -w -D INPUT ! -i lo -j ${CHAIN}; $t -w -D OUTPUT ! -o lo -j ${CHAIN}; $t -w -F ${CHAIN}; $t -w -X ${CHAIN}; done`;

/** Exits with 0 if the container is isolated, 1 if not, and 2 if that is unknown. */
export const IS_CUT_OFF = `${COMMON}
cut_off`;

/** Prints the rules, for `droppedIn`. */
export const RULES = `${COMMON}
saved`;

/** How many packets were dropped; `null` if the container is not isolated. */
export function droppedIn(rules: string): number | null {
  const counts = [...rules.matchAll(new RegExp(`^\\[(\\d+):\\d+\\] -A ${CHAIN} -j DROP\\s*$`, "gm"))];
  return counts.length === 0 ? null : counts.reduce((sum, [, packets]) => sum + Number(packets), 0);
}
