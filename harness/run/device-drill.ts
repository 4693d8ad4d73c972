/**
 * The devices of a drill, from their first connection to the audit of their messages in FHIR. They publish from the
 * first write of the load to its end; then the bridges get time to pass on what the brokers still hold.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connectBy } from "../load/devices/connection.ts";
import { DeviceFeed } from "../load/devices/feed.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import { type BridgeLine, BridgeSchema } from "../model/record/device.ts";
import { auditMessages, countMessages } from "../probes/held-messages.ts";
import type { Devices } from "../system/devices.ts";
import type { System } from "../system/system.ts";
import type { Recorder } from "./recorder.ts";

const RETRY_MS = 500;
const CHECK_EVERY_MS = 1000;
/** A bridge that was restarted, or whose region serves again, passes something on within this time. */
const STILL_MS = 15_000;
/** Applies once as many are there as were handed over: some may be there twice, and others still on their way. */
const ENOUGH_STILL_MS = 3000;
/** Bridges pass on about 20 messages a second, so this covers what brokers can collect in such a drill. */
const MOST_MS = 120_000;

export interface DeviceDrill {
  connect: () => Promise<void>;
  begin: () => void;
  /** Resolves when the serving site holds all that was handed over, or nothing more has come for a while. */
  drained: (serving: () => SiteName, signal: AbortSignal) => Promise<void>;
  end: () => Promise<void>;
}

/** `null` if the scenario has no devices. */
export function deviceDrill(system: Pick<System, "devices" | "postgres">, recorder: Recorder): DeviceDrill | null {
  const { now, device: tell, run } = recorder;
  const { scenario, config } = run;
  const { devices } = system;
  if (scenario.devices === null) return null;
  if (devices === null || config.devices === null) throw new Error("the system has no broker for devices");
  const means = { connect: connectBy(config.devices), brokerAt: devices.brokerAt, now, tell, retryMs: RETRY_MS };
  const feed = new DeviceFeed(scenario.devices, means);
  return {
    connect: () => feed.connect(),
    begin: () => feed.begin(),
    drained: async (serving, signal) => {
      const handedOver = await feed.stop();
      const count = () => countMessages(system.postgres[serving()]);
      await settled({ most: handedOver, count, now, wait: () => sleep(CHECK_EVERY_MS, undefined, { signal }) });
    },
    end: () => feed.end(),
  };
}

interface Settling {
  most: number;
  count: () => Promise<number | null>;
  now: () => number;
  wait: () => Promise<unknown>;
}

export async function settled({ most, count, now, wait }: Settling): Promise<void> {
  const endMs = now() + MOST_MS;
  let [last, changedMs] = [-1, now()];
  for (;;) {
    const held = (await count()) ?? last;
    if (held !== last) [last, changedMs] = [held, now()];
    const stillMs = held >= most ? ENOUGH_STILL_MS : STILL_MS;
    if (now() >= endMs || now() - changedMs >= stillMs) return;
    await wait();
  }
}

/** Records the ledgers of both bridges and what the serving site holds of the messages. */
export async function recordMessages(
  { devices, postgres }: Pick<System, "devices" | "postgres">,
  recorder: Pick<Recorder, "bridges" | "held">,
  serving: SiteName,
): Promise<void> {
  if (devices === null) return;
  for (const side of SITES) recorder.bridges(await bridgeLines(devices, side));
  await auditMessages(postgres[serving], recorder.held);
}

/** A bridge writes each line whole and at once, so a single malformed line discredits the whole ledger. */
async function bridgeLines({ bridgeLedger }: Devices, side: SiteName): Promise<BridgeLine[]> {
  try {
    const texts = (await bridgeLedger(side)).split("\n").filter((text) => text !== "");
    const lines = texts.map((text) => BridgeSchema.parse(JSON.parse(text)));
    return [...lines, { type: "bridge-end", side, lines: lines.length }];
  } catch (error) {
    return [{ type: "unreadable", side, why: reasonOf(error) }];
  }
}
