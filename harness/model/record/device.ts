/**
 * The three ledgers of device messages: the devices' own (`devices.ndjson`), the bridges' (`bridges.ndjson`), and what
 * the serving site holds at the end (`held.ndjson`). Each has an end line, so that a truncated one is noticed.
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
/** An answer that acknowledges a write. */
const acknowledging = z.number().int().min(200).max(299);

export const DeviceSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("connected"), device: z.string(), ...side, ...at }),
  z.object({ type: z.literal("disconnected"), device: z.string(), ...side, ...at }),
  /** Sent to that site's broker; `again`: it had been sent before, over a lost connection. */
  z.object({ type: z.literal("sent"), ...message, ...side, again: z.boolean(), ...at }),
  /**
   * The message is out of the device's hands: acknowledged by a PUBACK or, with QoS 0, written to the connection.
   * `reason`: the PUBACK's reason code; 16 means that there was no subscriber.
   */
  z.object({ type: z.literal("handed-over"), ...message, ...side, reason: count.nullable(), ...at }),
  /** By device: messages made and handed over; connections lost. */
  z.object({
    type: z.literal("devices-end"),
    counts: z.record(z.string(), z.object({ made: count, handedOver: count, lost: count })),
    ...at,
  }),
]);
export type DeviceLine = z.infer<typeof DeviceSchema>;

export const BridgeSchema = z.discriminatedUnion("type", [
  /** `resumed`: the broker still had the session, with messages that had arrived meanwhile. */
  z.object({ type: z.literal("subscribed"), ...side, resumed: z.boolean(), ...epoch }),
  /** `dup`: the broker's flag that it was delivered before. */
  z.object({ type: z.literal("received"), ...message, ...side, dup: z.boolean(), ...epoch }),
  /** FHIR has acknowledged it, after so many attempts, with that status. */
  z.object({ type: z.literal("stored"), ...message, ...side, status: acknowledging, tries: count, ...epoch }),
  /** The bridge has acknowledged it to the broker by a PUBACK; not with QoS 0. */
  z.object({ type: z.literal("acknowledged"), ...message, ...side, ...epoch }),
  /** FHIR did not acknowledge it in time. The bridge drops the connection, so that the broker delivers it again. */
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
    /** From the identifier in its body; `null` when it has none. */
    message: z.string().nullable(),
    resource: z.string(),
    version: count,
    deleted: z.boolean(),
    /** The database's number of the row, in the order of creation. */
    pid: z.number().int(),
    /** When it was made, ms since 1970, by the clock of the server that made it. */
    updatedMs: z.number().nullable(),
  }),
  z.object({ type: z.literal("held-end"), ...side, rows: count }),
  z.object({ type: z.literal("unreadable"), ...side, why: z.string() }),
]);
export type HeldLine = z.infer<typeof HeldSchema>;
