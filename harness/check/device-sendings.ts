/**
 * Device sendings: each goes over the connection that its device has then, to that side's broker, and an acknowledgement comes
 * from a broker that it has been connected to. With a connection a device sends at once what it has made, and all that it has
 * kept when it gets one: a message that was made and never sent is one of a device that has none in the end.
 */
import type { SiteName } from "../model/plan/site.ts";
import type { DeviceLine } from "../model/record/device.ts";

/** What is not told of connections or of sendings, by the first thing that shows it; `null` when all is. */
export function whyNotSent(lines: readonly DeviceLine[]): string | null {
  const open = new Map<string, SiteName>();
  const ever = new Set<string>();
  const sent = new Map<string, number>();
  for (const line of lines) {
    switch (line.type) {
      case "connected":
        open.set(line.device, line.side);
        ever.add(`${line.device} ${line.side}`);
        break;
      case "disconnected":
        open.delete(line.device);
        break;
      case "sent":
        if (open.get(line.device) !== line.side) return `${line.device} sent ${messageTo(line)} without a connection`;
        if (!line.again) sent.set(line.device, (sent.get(line.device) ?? 0) + 1);
        break;
      case "handed-over":
        // It may come when the connection is told to be lost already.
        if (!ever.has(`${line.device} ${line.side}`))
          return `${line.device} handed over ${messageTo(line)} without a connection`;
        break;
      case "devices-end":
        for (const [name, { made }] of Object.entries(line.counts)) {
          const told = sent.get(name) ?? 0;
          if (open.has(name) && told < made) return `${name} made ${made} messages, and its ledger has ${told}`;
        }
    }
  }
  return null;
}

function messageTo({ seq, side }: Extract<DeviceLine, { type: "sent" | "handed-over" }>): string {
  return `message ${seq} to broker ${side.toUpperCase()}`;
}
