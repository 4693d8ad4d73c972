import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SiteName } from "../../model/plan/site.ts";
import type { DeviceLine } from "../../model/record/device.ts";
import type { Connection } from "./connection.ts";
import { Device } from "./device.ts";
import { DeviceFeed } from "./feed.ts";

/** Fake brokers that accept messages, acknowledge on command, and can be killed. */
function brokers({ answers = true } = {}) {
  const lines: DeviceLine[] = [];
  const got: Record<SiteName, number[]> = { a: [], b: [] };
  const down = new Set<SiteName>();
  const waiting: (() => void)[] = [];
  const open: { side: SiteName; lose: () => void }[] = [];
  let ms = 0;
  const connect = async (address: string): Promise<Connection> => {
    const side = address as SiteName;
    if (down.has(side)) throw new Error("connection refused");
    let lose = () => {};
    let isOpen = true;
    const closed = new Promise<void>((resolve) => {
      lose = () => {
        isOpen = false;
        resolve();
      };
    });
    open.push({ side, lose });
    return {
      publish: (_, text, handedOver) => {
        got[side].push(JSON.parse(text).seq);
        waiting.push(() => isOpen && handedOver(0));
        if (answers) waiting.pop()?.();
      },
      closed,
      end: lose,
    };
  };
  const means = {
    ...{ connect, brokerAt: async (side: SiteName) => side, retryMs: 1 },
    tell: (line: DeviceLine) => void lines.push(line),
    now: () => (ms += 1),
  };
  const kill = async (side: SiteName) => {
    down.add(side);
    for (const each of open) if (each.side === side) each.lose();
    await turn();
  };
  return { lines, got, down, means, kill, acknowledge: () => waiting.splice(0).map((each) => each()) };
}

const told = (lines: readonly DeviceLine[]) =>
  lines.map((line) =>
    "seq" in line ? `${line.type} ${line.seq}` : "side" in line ? `${line.type} ${line.side}` : line.type,
  );

async function begun({ means }: ReturnType<typeof brokers>) {
  const device = new Device("d1", means);
  const connections: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => void connections.push(resolve));
  const first = next();
  const run = device.run("a", () => connections.shift()?.());
  await first;
  const end = () => {
    device.end();
    return run;
  };
  return { device, next, end };
}

test("each message is numbered, sent at once, and handed over when its broker acknowledges it", async () => {
  const around = brokers({ answers: false });
  const { device, end } = await begun(around);
  device.measure();
  device.measure();
  expect(device.counts).toEqual({ made: 2, handedOver: 0, lost: 0 });
  around.acknowledge();
  expect(device.counts).toEqual({ made: 2, handedOver: 2, lost: 0 });
  await end();
  expect(told(around.lines)).toEqual(["connected a", "sent 1", "sent 2", "handed-over 1", "handed-over 2"]);
});

test("a lost connection is recorded, the next goes to the other broker, and unacknowledged messages are resent in order", async () => {
  const around = brokers({ answers: false });
  const { device, next, end } = await begun(around);
  device.measure();
  device.measure();
  around.acknowledge();
  device.measure();
  const again = next();
  await around.kill("a");
  device.measure();
  await again;
  expect(around.got).toEqual({ a: [1, 2, 3], b: [3, 4] });
  around.acknowledge();
  await end();
  expect(told(around.lines).slice(5)).toEqual([
    ...["sent 3", "disconnected a", "connected b", "sent 3", "sent 4", "handed-over 3", "handed-over 4"],
  ]);
  expect(around.lines.flatMap((line) => (line.type === "sent" ? [line.again] : []))).toEqual([
    ...[false, false, false, true, false],
  ]);
});

test("it stays with its broker when the other comes back, and tries both while neither is up", async () => {
  const around = brokers();
  const { device, next, end } = await begun(around);
  const toB = next();
  await around.kill("a");
  await toB;
  around.down.delete("a");
  device.measure();
  expect(around.got).toEqual({ a: [], b: [1] });
  const toAny = next();
  around.down.add("a");
  await around.kill("b");
  device.measure();
  around.down.delete("b");
  await toAny;
  await end();
  expect(device.counts).toEqual({ made: 2, handedOver: 2, lost: 2 });
  expect(around.got).toEqual({ a: [], b: [1, 2] });
});

test("ending the device is no loss, even while it looks for a broker", async () => {
  const around = brokers();
  const { end } = await begun(around);
  await end();
  expect(told(around.lines)).toEqual(["connected a"]);
  const lonely = brokers();
  lonely.down.add("a").add("b");
  const device = new Device("d1", lonely.means);
  const run = device.run("a");
  device.end();
  await run;
  expect(lonely.lines).toEqual([]);
});

test("a feed counts what was handed over, and its ledger ends with each device's counts", async () => {
  const around = brokers();
  const feed = new DeviceFeed({ count: 3, ratePerSecond: 50 }, around.means);
  await feed.connect();
  feed.begin();
  while (around.lines.filter(({ type }) => type === "handed-over").length < 9) await turn();
  const handedOver = await feed.stop();
  await feed.end();
  const end = around.lines.at(-1);
  expect(end?.type).toBe("devices-end");
  const counts = end?.type === "devices-end" ? end.counts : {};
  expect(Object.keys(counts)).toEqual(["d1", "d2", "d3"]);
  expect(Object.values(counts).reduce((sum, { made }) => sum + made, 0)).toBe(handedOver);
  expect(around.lines.filter(({ type }) => type === "handed-over")).toHaveLength(handedOver);
});
