/**
 * The three ledgers of what devices measured: their own (`devices.ndjson`), those of the bridges (`bridges.ndjson`), and what
 * the serving site holds of it in the end (`held.ndjson`). Each says where it ends, so that what was cut off is noticed.
 */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

const message = { device: z.string(), seq: z.number().int().positive() };
const side = { side: z.enum(SITES) };
/** By the drill's clock. */
const at = { atMs: z.number() };
/** By the clock of the containers. */
const epoch = { epochMs: z.number() };
const count = z.number().int().nonnegative();

export const DeviceSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("connected"), device: z.string(), ...side, ...at }),
  z.object({ type: z.literal("disconnected"), device: z.string(), ...side, ...at }),
  /** To that side's broker; `again` when it had been sent before, over a connection that was lost. */
  z.object({ type: z.literal("sent"), ...message, ...side, again: z.boolean(), ...at }),
  /**
   * The device has done with it: its broker has acknowledged it by a PUBACK or, with QoS 0, it was written to a connection.
   * `reason` is that of the PUBACK; 16 says that nobody had subscribed.
   */
  z.object({ type: z.literal("handed-over"), ...message, ...side, reason: count.nullable(), ...at }),
  /** Of each device, by its name: messages that it made, and handed over; connections that it lost. */
  z.object({
    type: z.literal("devices-end"),
    counts: z.record(z.string(), z.object({ made: count, handedOver: count, lost: count })),
    ...at,
  }),
]);
export type DeviceLine = z.infer<typeof DeviceSchema>;

export const BridgeSchema = z.discriminatedUnion("type", [
  /** `resumed`: its broker still had the session, with what had come for it meanwhile. */
  z.object({ type: z.literal("subscribed"), ...side, resumed: z.boolean(), ...epoch }),
  /** `dup`: its broker says that it was delivered before. */
  z.object({ type: z.literal("received"), ...message, ...side, dup: z.boolean(), ...epoch }),
  /** FHIR has acknowledged it, after so many tries, with that status. */
  z.object({ type: z.literal("stored"), ...message, ...side, status: count, tries: count, ...epoch }),
  /** Its broker is told that the bridge has it, by a PUBACK; with QoS 0 nobody is told. */
  z.object({ type: z.literal("acknowledged"), ...message, ...side, ...epoch }),
  /** FHIR did not acknowledge it in time: the connection is given up, so that the broker delivers it once more. */
  z.object({ type: z.literal("given-up"), ...message, ...side, status: count, tries: count, ...epoch }),
  z.object({ type: z.literal("bridge-end"), ...side, lines: count }),
  z.object({ type: z.literal("unreadable"), ...side, why: z.string() }),
]);
export type BridgeLine = z.infer<typeof BridgeSchema>;

export const HeldSchema = z.discriminatedUnion("type", [
  /** One version of one resource that a bridge has written. */
  z.object({
    type: z.literal("held"),
    ...side,
    /** By the identifier in its body; `null` when it has none. */
    message: z.string().nullable(),
    resource: z.string(),
    version: count,
    deleted: z.boolean(),
    /** The database's own number of the row: in the order in which they were made. */
    pid: z.number().int(),
    /** When it was made, ms since 1970, by the clock of the server that made it. */
    updatedMs: z.number().nullable(),
  }),
  z.object({ type: z.literal("held-end"), ...side, rows: count }),
  z.object({ type: z.literal("unreadable"), ...side, why: z.string() }),
]);
export type HeldLine = z.infer<typeof HeldSchema>;
