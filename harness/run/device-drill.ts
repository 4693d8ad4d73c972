/**
 * The devices of a drill, from their first connection to what FHIR holds of their messages: they publish from the first
 * write of the load to its end, and then bridges get time to pass on what brokers still hold.
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
const LOOK_MS = 1000;
/** A bridge that was started again, or whose region serves again, has something to pass on within this time. */
const STILL_MS = 15_000;
/** With as many there as were handed over: some may be there twice, and others still on their way. */
const ENOUGH_STILL_MS = 3000;
/** Bridges pass on some 20 messages a second: as many as brokers can have collected in such a drill. */
const MOST_MS = 120_000;

export interface DeviceDrill {
  connect: () => Promise<void>;
  begin: () => void;
  /** Resolves when the serving site holds all that was handed over, or nothing more has come for a while. */
  drained: (serving: () => SiteName, signal: AbortSignal) => Promise<void>;
  end: () => Promise<void>;
}

/** `null` where the scenario has none. */
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
      await settled({ most: handedOver, count, now, wait: () => sleep(LOOK_MS, undefined, { signal }) });
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

/** The ledgers of both bridges, and what the serving site holds of it all. */
export async function recordMessages(
  { devices, postgres }: Pick<System, "devices" | "postgres">,
  recorder: Pick<Recorder, "bridges" | "held">,
  serving: SiteName,
): Promise<void> {
  if (devices === null) return;
  for (const side of SITES) recorder.bridges(await bridgeLines(devices, side));
  await auditMessages(postgres[serving], recorder.held);
}

/** A bridge writes each line at once and whole: one that is none of its lines makes the ledger worth nothing. */
async function bridgeLines({ bridgeLedger }: Devices, side: SiteName): Promise<BridgeLine[]> {
  try {
    const texts = (await bridgeLedger(side)).split("\n").filter((text) => text !== "");
    const lines = texts.map((text) => BridgeSchema.parse(JSON.parse(text)));
    return [...lines, { type: "bridge-end", side, lines: lines.length }];
  } catch (error) {
    return [{ type: "unreadable", side, why: reasonOf(error) }];
  }
}
