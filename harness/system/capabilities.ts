/**
 * What a fault or a planned operation may need of a system, each by its name in `System`. Not every system has all of
 * them. The text ends the sentence "it needs a system …".
 */
export const CAPABILITIES = {
  hapi: "whose FHIR servers can be asked one by one",
  postgres: "whose databases can be asked and acted on by their administrator",
  replication: "whose sites are fenced, promoted and made to follow by order",
  proxy: "whose clients are sent to a site by order",
  links: "whose links can be slowed, cut and led elsewhere",
  netfilter: "in whose network packets can be dropped and names changed",
  site: "whose sites can be lost with all that stands there",
  failover: "that fails over by itself, and is asked and told to change sides",
  dcs: "that keeps the lock of its primary in a store of several members",
  component: "whose components can be killed, frozen and started again",
  processor: "whose components can be given less of a processor",
  clocks: "whose FHIR servers have clocks that can be set",
  disks: "whose databases have disks that can be filled up",
} as const;

export type Capability = keyof typeof CAPABILITIES;

export const ALL_CAPABILITIES: ReadonlySet<Capability> = new Set(Object.keys(CAPABILITIES) as Capability[]);
