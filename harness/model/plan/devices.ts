/** Devices: how many a scenario has, and how a configuration passes their messages on. */
import { z } from "zod";

/**
 * A broker (mosquitto) in each region receives what devices publish, and a bridge writes it to the FHIR service.
 */
export const DevicesSchema = z.object({
  /**
   * `defaults`: the broker keeps nothing on disk and queues 1000 messages for an absent bridge, as Debian's does.
   * `each-change`: it writes to disk at each change, and its queue is limited by bytes only.
   */
  broker: z.enum(["defaults", "each-change"]),
  /** 0: sent once. 1: sent until acknowledged by a PUBACK. Applies from device to broker and from broker to bridge. */
  qos: z.union([z.literal(0), z.literal(1)]),
  /** `put`: under an id made of device and number; `conditional-create`: by POST, unless the identifier exists. */
  write: z.enum(["put", "conditional-create"]),
  /** When the bridge acknowledges a message to the broker: once FHIR has acknowledged it, or on arrival. */
  acknowledge: z.enum(["after-fhir", "at-once"]),
});
export type DevicesSettings = z.infer<typeof DevicesSchema>;

export const FeedSchema = z.object({
  count: z.number().int().min(1).max(99),
  /** Per device. */
  ratePerSecond: z.number().positive().max(50),
});
export type Feed = z.infer<typeof FeedSchema>;
