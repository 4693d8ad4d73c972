/**
 * Device sendings: a device has one connection at a time, and makes a new one when it has lost that. Each sending goes
 * over the connection that its device has at the time, to that site's broker, and an acknowledgement comes from a
 * broker that the device has been connected to. A connected device sends at once what it has made, and on connecting
 * all that it has kept: only a device without a connection in the end may have messages that it never sent.
 */
import type { SiteName } from "../model/plan/site.ts";
import type { DeviceLine } from "../model/record/device.ts";

/** The first contradiction between connections and sendings; `null` if there is none. */
export function whyNotSent(lines: readonly DeviceLine[]): string | null {
  const open = new Map<string, SiteName>();
  const ever = new Set<string>();
  const sent = new Map<string, number>();
  for (const line of lines) {
    switch (line.type) {
      case "connected":
        if (open.has(line.device)) return `${line.device} ${connectionTo(line)} while it had one`;
        open.set(line.device, line.side);
        ever.add(`${line.device} ${line.side}`);
        break;
      case "disconnected":
        if (open.get(line.device) !== line.side) return `${line.device} ${connectionTo(line)} that it did not have`;
        open.delete(line.device);
        break;
      case "sent":
        if (open.get(line.device) !== line.side) return `${line.device} sent ${messageTo(line)} without a connection`;
        if (!line.again) sent.set(line.device, (sent.get(line.device) ?? 0) + 1);
        break;
      case "handed-over":
        // It may come when the loss of the connection is already recorded.
        if (!ever.has(`${line.device} ${line.side}`))
          return `${line.device} handed over ${messageTo(line)} without a connection`;
        break;
      case "devices-end":
        for (const [name, { made }] of Object.entries(line.counts)) {
          const recorded = sent.get(name) ?? 0;
          if (open.has(name) && recorded < made) return `${name} made ${made} messages, and its ledger has ${recorded}`;
        }
    }
  }
  return null;
}

function connectionTo({ type, side }: Extract<DeviceLine, { type: "connected" | "disconnected" }>): string {
  return `${type === "connected" ? "made" : "lost"} a connection to broker ${side.toUpperCase()}`;
}

function messageTo({ seq, side }: Extract<DeviceLine, { type: "sent" | "handed-over" }>): string {
  return `message ${seq} to broker ${side.toUpperCase()}`;
}
