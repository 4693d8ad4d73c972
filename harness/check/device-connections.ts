/**
 * Device connections: what became of the connections of devices to their brokers. An old connection dies with its
 * region; a new one, made after that, works and survives whatever comes later, such as a failback.
 *
 * Away: the longest time that a device was without a connection, from the loss of one to the next.
 * Lost again: new connections that were lost although nothing had been done to their own broker or its region: no fault
 * there was in force, or had been within the ten seconds before.
 *
 * Unit: connections; seconds.
 * Broken: a device is without a connection when the load has ended; or a new connection was lost again.
 * Inconclusive: the ledger of the devices is missing, damaged or incomplete.
 * No objective: the run has no devices; or no connection was lost.
 */
import type { FaultSpec } from "../model/plan/fault.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DeviceLine } from "../model/record/device.ts";
import type { FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Checker } from "./checker.ts";
import { joinLedgers } from "./device-ledgers.ts";
import { NO_DEVICES } from "./device-messages.ts";
import { statesOf } from "./facts.ts";

const WEARS_OFF_MS = 10_000;

type Connection = Extract<DeviceLine, { type: "connected" | "disconnected" }>;
type Loss = Connection & { isNew: boolean; awayMs: number | null };

export const deviceConnections: Checker = {
  name: "device-connections",
  check: (record, facts) => {
    if (record.run.scenario.devices === null) return NO_DEVICES;
    const { unknown } = joinLedgers(record, facts);
    if (unknown !== null) return { verdict: "inconclusive", reason: unknown };
    const losses = lossesIn(record.devices.sent);
    const without = losses.filter(({ awayMs }) => awayMs === null);
    const again = losses.filter((loss) => loss.isNew && !isBroken(loss, record));
    const longestMs = losses.reduce((most, { awayMs }) => Math.max(most, awayMs ?? 0), 0);
    const awaySeconds = losses.length === 0 || without.length > 0 ? null : longestMs / 1000;
    const measures = {
      deviceConnections: { lost: losses.length, lostAgain: again.length, without: without.length, awaySeconds },
    };
    if (losses.length === 0) return { verdict: "no-objective", reason: "no connection was lost", measures };
    const evidence = [...without, ...again].map(
      ({ device, side, atMs }) =>
        `${device}: lost its connection to broker ${side.toUpperCase()} at ${(atMs / 1000).toFixed(3)} s`,
    );
    const what = [
      `${losses.length} connections were lost`,
      without.length > 0
        ? `${without.length} devices had none in the end`
        : `each had a new one after ${awaySeconds?.toFixed(2)} s at most`,
      `${again.length} of the new ones were lost again`,
    ].join("; ");
    const verdict = without.length + again.length > 0 ? "broken" : "holds";
    return { verdict, reason: what, evidence, measures };
  },
};

function lossesIn(lines: readonly DeviceLine[]): Loss[] {
  const connections = lines.filter((line) => line.type === "connected" || line.type === "disconnected");
  return [...Map.groupBy(connections, ({ device }) => device).values()].flatMap((own) =>
    own.flatMap((line, i): Loss[] => {
      if (line.type === "connected") return [];
      const next = own[i + 1];
      const isNew = own.slice(0, i).some(({ type }) => type === "disconnected");
      return [{ ...line, isNew, awayMs: next === undefined ? null : next.atMs - line.atMs }];
    }),
  );
}

/** Whether a fault explains the loss: one at its broker was in force, or had been shortly before. */
function isBroken({ side, atMs }: Connection, { run, events }: RunRecord): boolean {
  return run.scenario.faults.some((fault, index) => {
    if (!isAtBroker(fault, side)) return false;
    const states = statesOf(events, index);
    const whenMs = (is: FaultEvent["state"]) =>
      states.find(({ state }) => state === is)?.atMs ?? Number.POSITIVE_INFINITY;
    const [fromMs, healedMs] = [whenMs("injecting"), whenMs("healed")];
    return fromMs <= atMs && atMs <= healedMs + WEARS_OFF_MS;
  });
}

function isAtBroker(fault: FaultSpec, site: SiteName): boolean {
  if (fault.kind === "region-loss") return fault.side === site;
  return fault.kind === "process-kill" && fault.part === `broker-${site}`;
}
