/** Parses the ledgers of devices, of bridges, and of what the serving site holds. */
import { BridgeSchema, DeviceSchema, HeldSchema } from "../model/record/device.ts";
import type { Legibility, RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { devicesInPlace, heldInPlace } from "./in-place.ts";
import type { InTime } from "./in-time.ts";
import type { Text } from "./lines.ts";
import { linesOf } from "./typed-lines.ts";

interface Read {
  devices: RunRecord["devices"];
  legibility: Record<"devices" | "bridges" | "held", Legibility>;
}

export function readDevices(
  texts: Record<"devices" | "bridges" | "held", Text>,
  { clock }: Pick<Run, "clock">,
  inTime: InTime,
): Read {
  const sent = linesOf(texts.devices, DeviceSchema, ({ atMs }) => inTime("atMs", atMs), devicesInPlace());
  // Not checked for order: a bridge uses the containers' clock, and messages may be delivered again.
  const bridged = linesOf(texts.bridges, BridgeSchema, (line) => {
    if ("epochMs" in line && clock !== null) inTime("epochMs", line.epochMs - clock.offsetMs);
  });
  const held = linesOf(texts.held, HeldSchema, () => {}, heldInPlace());
  return {
    devices: { sent: sent.values, bridged: bridged.values, held: held.values },
    legibility: { devices: sent.legibility, bridges: bridged.legibility, held: held.legibility },
  };
}
