/**
 * The capabilities that faults, planned operations, bulk exports and checkers may need of a system, by their names in
 * `System`. No system need have all of them. The text completes the sentence "it needs a system …".
 */
export const CAPABILITIES = {
  content: "whose content can be read at the end",
  hapi: "whose FHIR servers can be reached individually",
  lag: "that reports its replication lag",
  postgres: "whose databases can be reached as administrator",
  replication: "whose sites can be fenced, promoted and made to follow",
  proxy: "whose clients can be routed to a site",
  links: "whose links can be slowed, cut and redirected",
  netfilter: "in whose network packets can be dropped and names changed",
  site: "whose sites can be lost as a whole",
  failover: "that fails over by itself and can switch over on request",
  exports: "whose bulk exports can be followed in its databases, and whose operator handles the jobs of a lost server",
  dcs: "that keeps its primary's lock in a store of several members (DCS)",
  component: "whose components can be killed, frozen and started again",
  processor: "whose components can be limited in processor time",
  clocks: "whose FHIR servers have clocks that can be set",
  disks: "whose databases have disks that can be filled up",
  devices: "that has a broker and a bridge for devices in each region",
  privateLink: "whose clients are in two private networks, one in each region",
  vault: "whose databases or FHIR servers depend on a vault",
  target: "whose description names the containers or pods that may be broken",
  container:
    "whose targets are containers (a pod cannot be frozen, slowed or kept down: its controller would replace it)",
  pod: "whose targets are pods of Kubernetes",
  hook: "whose description names programs that break it",
} as const;

export type Capability = keyof typeof CAPABILITIES;

export const CAPABILITY_NAMES = Object.keys(CAPABILITIES) as Capability[];
export const ALL_CAPABILITIES: ReadonlySet<Capability> = new Set(CAPABILITY_NAMES);

/** What a system lacks, without a subject: "needs a system …; this is not one". `null` when it lacks nothing. */
export function lackOf(needs: readonly Capability[], has: ReadonlySet<Capability>): string | null {
  const lacking = needs.filter((each) => !has.has(each)).map((each) => CAPABILITIES[each]);
  return lacking.length === 0 ? null : `needs a system ${lacking.join(" and ")}; this is not one`;
}
