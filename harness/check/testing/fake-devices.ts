/** A made-up run with devices: what each of them sent, what bridges passed on, and what FHIR holds of it. Pure. */
import { deviceName, messageName } from "../../model/load/device-message.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../../model/record/device.ts";
import type { Parts } from "./fake-run.ts";

export interface DevicePlan {
  count: number;
  /** Messages of each device. */
  messages: number;
  /** When the first of each is sent, by the drill's clock; then one each period. */
  fromMs: number;
  periodMs: number;
  /** Names of messages that were lost with the broker, with the bridge, or with a site. */
  lost: Partial<Record<"withBroker" | "withBridge" | "withSite", readonly string[]>>;
  /** Never acknowledged to the device, but stored. */
  unacknowledged: readonly string[];
  /** Stored a second time, as another resource. */
  duplicated: readonly string[];
  /** How much later they are stored than the others, which are stored 50 ms after they were handed over. */
  lateMs: Readonly<Record<string, number>>;
  /** The site whose database is read. */
  serving: SiteName;
}

export const DEVICE_PLAN: DevicePlan = {
  ...{ count: 2, messages: 10, fromMs: 3000, periodMs: 500 },
  ...{ lost: {}, unacknowledged: [], duplicated: [], lateMs: {}, serving: "b" },
};

const ACK_MS = 5;
const STORE_MS = 50;

/** Adds devices that are connected to A's broker from the beginning to the end. */
export function withDevices(parts: Parts, changes: Partial<DevicePlan> = {}): Parts {
  const plan = { ...DEVICE_PLAN, ...changes };
  const { lost, serving } = plan;
  const offsetMs = parts.run.clock?.offsetMs ?? 0;
  const names = Array.from({ length: plan.count }, (_, place) => deviceName(place));
  const devices: DeviceLine[] = names.map((device) => ({ type: "connected", device, side: "a", atMs: 0 }));
  const bridges: BridgeLine[] = [{ type: "subscribed", side: "a", resumed: false, epochMs: offsetMs }];
  const held: Omit<Extract<HeldLine, { type: "held" }>, "pid">[] = [];
  for (const device of names)
    for (let seq = 1; seq <= plan.messages; seq += 1) {
      const message = { device, seq };
      const name = messageName(message);
      const atMs = plan.fromMs + plan.periodMs * (seq - 1);
      const to = { ...message, side: "a" } as const;
      devices.push({ type: "sent", ...to, again: false, atMs });
      if (!plan.unacknowledged.includes(name))
        devices.push({ type: "handed-over", ...to, reason: 0, atMs: atMs + ACK_MS });
      if (lost.withBroker?.includes(name)) continue;
      const storedMs = atMs + ACK_MS + STORE_MS + (plan.lateMs[name] ?? 0);
      const epochMs = offsetMs + storedMs;
      bridges.push({ type: "received", ...to, dup: false, epochMs: offsetMs + atMs });
      if (lost.withBridge?.includes(name)) continue;
      bridges.push({ type: "stored", ...to, status: 201, tries: 1, epochMs }, { type: "acknowledged", ...to, epochMs });
      if (lost.withSite?.includes(name)) continue;
      const row = {
        type: "held",
        side: serving,
        message: name,
        version: 1,
        deleted: false,
        updatedMs: epochMs,
      } as const;
      held.push({ ...row, resource: `Observation/${device}-${seq}` });
      if (plan.duplicated.includes(name)) held.push({ ...row, resource: `Observation/${device}-${seq}-again` });
    }
  const endMs = plan.fromMs + plan.periodMs * plan.messages;
  const rows = held
    .toSorted((x, y) => (x.updatedMs ?? 0) - (y.updatedMs ?? 0))
    .map((row, i) => ({ ...row, pid: 100 + i }));
  const scenario = { ...parts.run.scenario, devices: { count: plan.count, ratePerSecond: 1000 / plan.periodMs } };
  const { run } = parts;
  const settings = { broker: "each-change", qos: 1, write: "put", acknowledge: "after-fhir" } as const;
  return {
    ...parts,
    run: { ...run, scenario, config: { ...run.config, devices: settings } },
    devices: withEnd(devices, endMs),
    bridges: [
      ...bridges,
      { type: "bridge-end", side: "a", lines: bridges.length },
      { type: "bridge-end", side: "b", lines: 0 },
    ],
    held: [...rows, { type: "held-end", side: serving, rows: rows.length }],
  };
}

/** Sorts the lines by time and ends them with their counts; each device has sent all that it made. */
export function withEnd(lines: readonly DeviceLine[], atMs: number): DeviceLine[] {
  const own = lines.filter((line) => line.type !== "devices-end");
  const counts = Object.fromEntries(
    [...Map.groupBy(own, ({ device }) => device)].map(([name, each]) => {
      const countOf = (type: DeviceLine["type"]) => each.filter((line) => line.type === type).length;
      return [name, { made: countOf("sent"), handedOver: countOf("handed-over"), lost: countOf("disconnected") }];
    }),
  );
  return [...own.toSorted((x, y) => x.atMs - y.atMs), { type: "devices-end", counts, atMs }];
}
