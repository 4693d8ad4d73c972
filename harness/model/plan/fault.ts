/** The kinds of faults: plain data, stored with the run. `harness/faults` injects them. */
import { z } from "zod";
import { COMPONENTS, DEVICE_COMPONENTS, LINKS, SITES, type SiteName } from "./site.ts";

const times = {
  /** Seconds after the end of the baseline. */
  afterSeconds: z.number().nonnegative(),
  /** Seconds from the injection to the healing; without it, the fault stays active to the end of the drill. */
  healAfterSeconds: z.number().positive().optional(),
};

const onTarget = { target: z.string(), side: z.enum(SITES).optional(), ...times };
const link = z.enum(LINKS);
const milliseconds = z.number().int().positive();

export const FaultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("link-cut"), link, ...times }),
  z.object({ kind: z.literal("packet-drop"), link, direction: z.enum(["both", "request", "answer"]), ...times }),
  z.object({ kind: z.literal("dns-failure"), part: z.enum(COMPONENTS), ...times }),
  z.object({ kind: z.literal("dns-stale"), part: z.enum(COMPONENTS), ...times }),
  z
    .object({
      kind: z.literal("link-latency"),
      link,
      /** Each way: a round trip takes twice as long. Less looks like a busy machine. */
      latencyMs: milliseconds.min(20),
      /** Each piece is delayed by `latencyMs` plus or minus up to this. */
      jitterMs: z.number().int().nonnegative(),
      ...times,
    })
    .refine(({ latencyMs, jitterMs }) => jitterMs <= latencyMs / 2, "jitterMs must be at most half of latencyMs"),
  z.object({
    kind: z.literal("link-bandwidth"),
    link,
    /** Kilobytes of 1000 bytes, each way and per connection. More looks like a link without a limit. */
    kilobytesPerSecond: z.number().int().positive().max(1000),
    ...times,
  }),
  /** A reset under way cannot be cancelled: a later one would delay the healing. */
  z.object({ kind: z.literal("link-reset"), link, afterMs: z.number().int().nonnegative().max(2000), ...times }),
  /** A shorter delay looks like a busy machine. */
  z.object({ kind: z.literal("link-slow-close"), link, delayMs: milliseconds.min(50), ...times }),
  z.object({ kind: z.literal("message-loss"), link, lost: z.enum(["request", "acknowledgement"]), ...times }),
  /** `refusal`: connections to the region are refused at once; `silence`: they hang. */
  z.object({
    kind: z.literal("region-loss"),
    side: z.enum(SITES),
    how: z.enum(["refusal", "silence"]).default("refusal"),
    /**
     * Its client network is lost as well: the resolver, the private endpoint, and the peering with the other network.
     */
    network: z.literal(true).optional(),
    ...times,
  }),
  z.object({ kind: z.literal("process-kill"), part: z.enum([...COMPONENTS, ...DEVICE_COMPONENTS]), ...times }),
  z.object({ kind: z.literal("freeze"), part: z.enum(COMPONENTS), ...times }),
  /** `cores`: how much of a core the component may use. The kernel's minimum is a hundredth. */
  z.object({ kind: z.literal("cpu-starvation"), part: z.enum(COMPONENTS), cores: z.number().min(0.01), ...times }),
  /** How far the server's clock is ahead; negative: behind. Less looks like a slow answer. */
  z.object({
    kind: z.literal("clock-skew"),
    side: z.enum(SITES),
    offsetSeconds: z
      .number()
      .int()
      .refine((seconds) => Math.abs(seconds) >= 10, "a clock must be off by at least 10 s, or it cannot be detected"),
    ...times,
  }),
  z.object({ kind: z.literal("database-crash"), side: z.enum(SITES), ...times }),
  z.object({ kind: z.literal("connection-exhaustion"), side: z.enum(SITES), ...times }),
  z.object({ kind: z.literal("disk-full"), side: z.enum(SITES), ...times }),
  /** All of Patroni's lock store (DCS); and one site's connection to it. */
  z.object({ kind: z.literal("dcs-loss"), ...times }),
  z.object({ kind: z.literal("dcs-partition"), side: z.enum(SITES), ...times }),
  /** Private link: one client network's resolver; the zone's link to that network; the peering between the networks. */
  z.object({ kind: z.literal("resolver-loss"), side: z.enum(SITES), ...times }),
  z.object({ kind: z.literal("zone-unlinked"), side: z.enum(SITES), ...times }),
  z.object({ kind: z.literal("peering-loss"), ...times }),
  /** The vault is unreachable; killed; no longer allowed to release the customer's key or to issue certificates. */
  z.object({ kind: z.literal("vault-partition"), ...times }),
  z.object({ kind: z.literal("vault-loss"), ...times }),
  z.object({ kind: z.literal("key-revocation"), ...times }),
  /**
   * On a container or a pod that the description of an own system names; `side`: its site, if the description names
   * one.
   */
  z.object({ kind: z.literal("target-loss"), ...onTarget }),
  z.object({ kind: z.literal("target-crash"), ...onTarget }),
  z.object({ kind: z.literal("target-freeze"), ...onTarget }),
  z.object({ kind: z.literal("target-isolation"), ...onTarget }),
  /** `cores`: how much of a core it may use. The kernel's minimum is a hundredth. */
  z.object({ kind: z.literal("target-starvation"), cores: z.number().min(0.01), ...onTarget }),
  /** For pods only: the pod is deleted; its node is drained of the pods in its namespace. */
  z.object({ kind: z.literal("pod-kill"), ...onTarget }),
  z.object({ kind: z.literal("node-drain"), ...onTarget }),
  /** Injected by programs that the description names. */
  z.object({ kind: z.literal("hook"), hook: z.string(), side: z.enum(SITES).optional(), ...times }),
]);

export type FaultSpec = z.infer<typeof FaultSchema>;
export type FaultOf<Kind extends FaultSpec["kind"]> = Extract<FaultSpec, { kind: Kind }>;

/** Faults of the client networks only: they touch neither the sites nor the links between them. */
export const NETWORK_FAULTS = ["resolver-loss", "zone-unlinked", "peering-loss"] as const satisfies FaultSpec["kind"][];

export function isOfNetworks(fault: FaultSpec): fault is FaultOf<(typeof NETWORK_FAULTS)[number]> {
  return (NETWORK_FAULTS as readonly string[]).includes(fault.kind);
}

/** Whether it takes the names from the clients of that network, and nothing else. */
export function takesNames(fault: FaultSpec, network: SiteName): boolean {
  return (fault.kind === "resolver-loss" || fault.kind === "zone-unlinked") && fault.side === network;
}

/** Faults of the vault, which belongs to neither site. */
export type VaultFault = FaultOf<"vault-partition" | "vault-loss" | "key-revocation">;

export function isVaultFault(fault: FaultSpec): fault is VaultFault {
  return fault.kind === "vault-partition" || fault.kind === "vault-loss" || fault.kind === "key-revocation";
}

/** A short name of a fault: `region-loss of A`, `link-cut of replication`. */
export function faultName(fault: FaultSpec): string {
  if (fault.kind === "dcs-loss" || fault.kind === "peering-loss" || isVaultFault(fault)) return fault.kind;
  if (fault.kind === "hook") return `hook ${fault.hook}`;
  if ("target" in fault) return `${fault.kind} of ${fault.target}`;
  const what = "link" in fault ? fault.link : "part" in fault ? fault.part : fault.side.toUpperCase();
  return `${fault.kind} of ${what}`;
}
