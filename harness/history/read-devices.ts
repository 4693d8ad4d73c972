/** The ledgers of devices, of their bridges, and of what the serving site holds of them: as text → lines. */
import type { ZodType } from "zod";
import { BridgeSchema, DeviceSchema, HeldSchema } from "../model/record/device.ts";
import type { Legibility, RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { devicesInPlace, heldInPlace, type InPlace } from "./in-place.ts";
import type { InTime } from "./in-time.ts";
import { readLines, type Text } from "./lines.ts";
import { parsedLine } from "./parsed-line.ts";

interface Read {
  devices: RunRecord["devices"];
  legibility: Record<"devices" | "bridges" | "held", Legibility>;
}

export function readDevices(
  texts: Record<"devices" | "bridges" | "held", Text>,
  { clock }: Pick<Run, "clock">,
  inTime: InTime,
): Read {
  const sent = linesOf(texts.devices, DeviceSchema, devicesInPlace(), ({ atMs }) => inTime("atMs", atMs));
  // A bridge writes by the containers' clock, and delivers what comes twice once more: no order can be asked of it.
  const bridged = linesOf(
    texts.bridges,
    BridgeSchema,
    () => {},
    (line) => {
      if ("epochMs" in line && clock !== null) inTime("epochMs", line.epochMs - clock.offsetMs);
    },
  );
  const held = linesOf(texts.held, HeldSchema, heldInPlace(), () => {});
  return {
    devices: { sent: sent.values, bridged: bridged.values, held: held.values },
    legibility: { devices: sent.legibility, bridges: bridged.legibility, held: held.legibility },
  };
}

/** What has no form or no time is left out; what only stands in a wrong place is taken, and counted all the same. */
function linesOf<T>(text: Text, schema: ZodType<T>, inPlace: InPlace<T>, checkTime: (line: T) => void) {
  const values: T[] = [];
  const legibility = readLines(text, (json) => {
    const line = parsedLine(schema, json);
    checkTime(line);
    values.push(line);
    inPlace(line);
  });
  return { values, legibility };
}
