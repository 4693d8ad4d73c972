/**
 * The three ledgers of a run with devices, joined by message: what the device did, how far a bridge processed the
 * message, and what the serving site holds of it.
 *
 * A message is handed over when the device is done with it: its broker has acknowledged it (PUBACK) or, with QoS 0, it
 * was written to a connection, without any acknowledgement. It is stored when a resource with its identifier exists on
 * the serving site, and was stored when the first version of that was made.
 *
 * The devices' ledger is whole if it is legible and has its end, every device has as many lines there as it counts,
 * each of its sendings went over a connection that it recorded, and no other ledger has a message that it lacks. A
 * bridge's ledger is whole if it was read to its end, and both bridges' together if they record all that is stored.
 */
import { messageName, messageOf } from "../model/load/device-message.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../model/record/device.ts";
import type { RunRecord } from "../model/record/record.ts";
import { whyNotSent } from "./device-sendings.ts";
import type { Facts } from "./facts.ts";

/** How far a bridge processed a message, in this order unless it acknowledges at once. */
const STATES = ["received", "acknowledged", "stored"] as const;

export interface JoinedMessage {
  device: string;
  seq: number;
  handedOver: Extract<DeviceLine, { type: "handed-over" }> | null;
  /** States that any bridge recorded. */
  bridged: ReadonlySet<(typeof STATES)[number]>;
  /** Resources on the serving site with its identifier that are not deleted. */
  resources: readonly string[];
  /** When the first of them was made, ms since 1970, and its place in the order in which all were made. */
  updatedMs: number | null;
  place: number | null;
}

export interface Ledgers {
  /** One per device and number. */
  messages: JoinedMessage[];
  /** Why the losses are not known; `null` if they are. */
  unknown: string | null;
  /** Why it is not known how far the bridges processed messages; `null` if it is. */
  bridgesUnknown: string | null;
}

export function joinLedgers(record: RunRecord, facts: Pick<Facts, "serving">): Ledgers {
  const { sent, bridged, held } = record.devices;
  const messages = new Map<string, JoinedMessage & { bridged: Set<(typeof STATES)[number]>; resources: string[] }>();
  let unsent: string | null = null;
  for (const line of sent) {
    if (line.type === "sent" && !line.again)
      messages.set(messageName(line), {
        ...{ device: line.device, seq: line.seq, handedOver: null, bridged: new Set() },
        ...{ resources: [], updatedMs: null, place: null },
      });
    if (line.type !== "handed-over") continue;
    const message = messages.get(messageName(line));
    if (message === undefined) unsent ??= messageName(line);
    else message.handedOver = line;
  }
  for (const line of bridged) {
    if (!isState(line)) continue;
    const message = messages.get(messageName(line));
    if (message === undefined) unsent ??= messageName(line);
    else message.bridged.add(line.type);
  }
  for (const [place, row] of inOrder(held).entries()) {
    const message = messages.get(row.message ?? "");
    if (message === undefined) unsent ??= row.message ?? row.resource;
    else if (!row.deleted) {
      if (!message.resources.includes(row.resource)) message.resources.push(row.resource);
      message.updatedMs ??= row.updatedMs;
      message.place ??= place;
    }
  }
  return {
    messages: [...messages.values()],
    unknown: whyNotDevices(record, unsent) ?? whyNotHeld(record, facts.serving),
    bridgesUnknown: whyNotBridges(record) ?? whyUnbridged([...messages.values()]),
  };
}

function isState(line: BridgeLine): line is Extract<BridgeLine, { type: (typeof STATES)[number] }> {
  return (STATES as readonly string[]).includes(line.type);
}

type Row = Extract<HeldLine, { type: "held" }>;

/** In the order of creation: the sites number rows in ranges of their own, so the time comes first. */
function inOrder(held: readonly HeldLine[]): Row[] {
  const rows = held.filter((line) => line.type === "held");
  return rows.toSorted((x, y) => (x.updatedMs ?? 0) - (y.updatedMs ?? 0) || x.pid - y.pid);
}

function whyNotDevices({ run, devices: { sent }, legibility }: RunRecord, unsent: string | null): string | null {
  const { torn, unreadableCount } = legibility.devices;
  if (torn || unreadableCount > 0) return "the ledger of the devices is damaged";
  const end = sent.find((line) => line.type === "devices-end");
  if (end === undefined) return "the ledger of the devices has no end";
  const names = Object.keys(end.counts);
  if (names.length !== run.scenario.devices?.count)
    return `the devices' ledger has ${names.length} devices, and the scenario has ${run.scenario.devices?.count}`;
  for (const [name, { made, handedOver, lost }] of Object.entries(end.counts)) {
    const own = sent.filter((line) => "device" in line && line.device === name);
    const countOf = (type: DeviceLine["type"]) => own.filter((line) => line.type === type).length;
    if (own.some((line) => line.type === "sent" && line.seq > made)) return `${name} sent more messages than it made`;
    if (countOf("handed-over") !== handedOver)
      return `${name} handed over ${handedOver} messages, and its ledger has ${countOf("handed-over")}`;
    if (countOf("disconnected") !== lost)
      return `${name} lost ${lost} connections, and its ledger has ${countOf("disconnected")}`;
  }
  if (unsent === null) return whyNotSent(sent);
  return `${messageOf(unsent) === null ? "a resource" : `message ${unsent}`} exists that no device sent`;
}

function whyNotHeld({ devices: { held }, legibility }: RunRecord, serving: SiteName): string | null {
  const name = serving.toUpperCase();
  const unreadable = held.find((line) => line.type === "unreadable");
  if (unreadable?.type === "unreadable") return `what ${name} holds of the messages is not known: ${unreadable.why}`;
  const end = held.find((line) => line.type === "held-end");
  const rows = held.filter((line) => line.type === "held");
  const { torn, unreadableCount } = legibility.held;
  const isWhole = end?.rows === rows.length && end.side === serving && rows.every(({ side }) => side === serving);
  return isWhole && !torn && unreadableCount === 0
    ? null
    : `what ${name} holds of the messages was not read to its end`;
}

function whyNotBridges({ devices: { bridged }, legibility }: RunRecord): string | null {
  const { torn, unreadableCount } = legibility.bridges;
  if (torn || unreadableCount > 0) return "the ledger of the bridges is damaged";
  for (const site of SITES) {
    const own = bridged.filter((line) => line.side === site);
    const unreadable = own.find((line) => line.type === "unreadable");
    if (unreadable?.type === "unreadable")
      return `the ledger of bridge ${site.toUpperCase()} is not known: ${unreadable.why}`;
    const end = own.find((line) => line.type === "bridge-end");
    if (end?.type !== "bridge-end" || end.lines !== own.length - 1)
      return `the ledger of bridge ${site.toUpperCase()} is incomplete`;
  }
  return null;
}

/** A bridge records that it has received a message before it writes it. */
function whyUnbridged(messages: readonly JoinedMessage[]): string | null {
  const stray = messages.find(({ resources, bridged }) => resources.length > 0 && !bridged.has("received"));
  return stray === undefined
    ? null
    : `message ${messageName(stray)} is stored, but no bridge recorded that it received it`;
}
