/** Devices: what a scenario lets them do, and how a configuration passes on what they measure. */
import { z } from "zod";

/**
 * A broker (mosquitto) in each region takes what devices publish, and a bridge writes it to the service. Without it there
 * are neither brokers nor bridges.
 */
export const DevicesSchema = z.object({
  /**
   * `defaults`: the broker keeps nothing on disk and queues 1000 messages for a bridge that is away, as Debian's does.
   * `each-change`: it writes to disk at each change, and its queue is bounded by bytes alone.
   */
  broker: z.enum(["defaults", "each-change"]),
  /** 0: sent once. 1: sent until it is acknowledged by a PUBACK. From the device to the broker and on to the bridge. */
  qos: z.union([z.literal(0), z.literal(1)]),
  /** `put`: under an id made of device and number; `conditional-create`: by POST, unless such an identifier is there. */
  write: z.enum(["put", "conditional-create"]),
  /** When the bridge tells the broker that it has a message: once FHIR has acknowledged it, or as soon as it has come. */
  acknowledge: z.enum(["after-fhir", "at-once"]),
});
export type DevicesSettings = z.infer<typeof DevicesSchema>;

export const FeedSchema = z.object({
  count: z.number().int().min(1).max(99),
  /** Of each device. */
  ratePerSecond: z.number().positive().max(50),
});
export type Feed = z.infer<typeof FeedSchema>;
