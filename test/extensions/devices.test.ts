/**
 * Brokers, bridges and devices on real components, beside the shared topology. A's bridge acknowledges a message when
 * FHIR has it. B's has a seeded defect: it acknowledges at once, so messages that it is handling when it is killed are
 * lost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type JoinedMessage, joinLedgers } from "../../harness/check/device-ledgers.ts";
import { withDevices } from "../../harness/check/testing/fake-devices.ts";
import { fakeParts, recordOf } from "../../harness/check/testing/fake-run.ts";
import { connectBy } from "../../harness/load/devices/connection.ts";
import { Device } from "../../harness/load/devices/device.ts";
import { messageName } from "../../harness/model/load/device-message.ts";
import type { DevicesSettings } from "../../harness/model/plan/devices.ts";
import { type DeviceComponent, SITES, type SiteName } from "../../harness/model/plan/site.ts";
import { startClock } from "../../harness/model/record/clock.ts";
import { type BridgeLine, BridgeSchema, type DeviceLine, type HeldLine } from "../../harness/model/record/device.ts";
import { recordMessages } from "../../harness/run/device-drill.ts";
import { until } from "../../harness/system/waiting.ts";
import { componentOf } from "../../harness/systems/lab/component.ts";
import { type Bridge, startBridge } from "../../harness/systems/lab/devices/bridge.ts";
import { type Broker, startBroker } from "../../harness/systems/lab/devices/broker.ts";
import { provideImages } from "../../harness/systems/lab/images.ts";
import type { Topology } from "../../harness/systems/lab/topology.ts";
import { configNamed, test } from "../shared-topology.ts";

const SETTINGS = configNamed("devices").devices as DevicesSettings;
const WAITING = 20;
/** By then a broker has written to disk what it acknowledged. */
const ON_DISK_MS = 1000;

const now = startClock();
const sent: DeviceLine[] = [];
const devices: Device[] = [];
const runs: Promise<void>[] = [];
let brokers: Record<SiteName, Broker>;
let bridges: Record<SiteName, Bridge>;

const within = (what: string) => ({ what, deadlineMs: 20_000, everyMs: 50 });

test.beforeAll(async ({ prerequisites: { engine }, topology: { run, network } }) => {
  const images = await provideImages(engine, { mode: "auto", named: {} }, console.log, ["mosquitto", "bridge"]);
  const brokerOf = (side: SiteName) =>
    startBroker(engine, { run, network, image: images.mosquitto.name }, side, SETTINGS);
  const bridgeOf = (side: SiteName, acknowledge: DevicesSettings["acknowledge"]) =>
    startBridge(engine, { run, network, image: images.bridge.name }, side, { ...SETTINGS, acknowledge });
  const [brokerA, brokerB] = await Promise.all([brokerOf("a"), brokerOf("b")]);
  brokers = { a: brokerA, b: brokerB };
  const [bridgeA, bridgeB] = await Promise.all([bridgeOf("a", "after-fhir"), bridgeOf("b", "at-once")]);
  bridges = { a: bridgeA, b: bridgeB };
});

test.afterAll(async () => {
  for (const device of devices) device.end();
  await Promise.all(runs);
  const all = SITES.flatMap((side) => [brokers?.[side], bridges?.[side]]);
  await Promise.all(all.map((one) => one?.container.stop({ timeout: 0 })));
});

/** A device that is connected to that site's broker. */
async function connected(side: SiteName): Promise<Device> {
  const means = { connect: connectBy(SETTINGS), brokerAt: (at: SiteName) => brokers[at].address(), now, retryMs: 100 };
  const device = new Device(`d${devices.length + 1}`, { ...means, tell: (line) => void sent.push(line) });
  devices.push(device);
  await new Promise<void>((resolve) => void runs.push(device.run(side, resolve)));
  return device;
}

async function handOver(device: Device, count = 1): Promise<void> {
  for (let n = 0; n < count; n += 1) device.measure();
  await until(within(`a broker to take what ${device.name} measured`), async () => device.kept === 0);
}

const partOf = ({ engine }: Topology, part: DeviceComponent) => {
  const [kind, side] = part.split("-") as ["broker" | "bridge", SiteName];
  return componentOf(engine, kind === "broker" ? brokers[side] : bridges[side]);
};
const kill = (topology: Topology, ...parts: DeviceComponent[]) =>
  Promise.all(parts.map((part) => partOf(topology, part).kill()));
const startAgain = (topology: Topology, ...parts: DeviceComponent[]) =>
  Promise.all(
    parts.map(async (part) => {
      await partOf(topology, part).startAgain();
      await until(within(`${part} to work again`), async () => (await partOf(topology, part).state()) === "works");
    }),
  );

/** What a bridge recorded about a message, in order. */
async function toldOf(side: SiteName, message: string): Promise<BridgeLine["type"][]> {
  const lines = (await bridges[side].ledger()).split("\n").filter((text) => text !== "");
  return lines.flatMap((text) => {
    const line = BridgeSchema.parse(JSON.parse(text));
    return "seq" in line && messageName(line) === message ? [line.type] : [];
  });
}
const untilTold = (side: SiteName, message: string, type: BridgeLine["type"]) =>
  until(within(`${message} to be ${type}`), async () => (await toldOf(side, message)).includes(type));

test("when bridges are killed, only the broker that had no early acknowledgement delivers waiting messages again", async ({
  topology,
}) => {
  const [d1, d2] = [await connected("a"), await connected("b")];
  await topology.links.setEnabled("edge", false);
  try {
    await Promise.all([handOver(d1), handOver(d2)]);
    await untilTold("a", "d1:1", "received");
    await untilTold("b", "d2:1", "acknowledged");
    // Its attempts have failed meanwhile.
    await sleep(1000);
    expect(await toldOf("a", "d1:1")).toEqual(["received"]);
    await kill(topology, "bridge-a", "bridge-b");
  } finally {
    await topology.links.setEnabled("edge", true);
  }
  await startAgain(topology, "bridge-a", "bridge-b");
  await untilTold("a", "d1:1", "acknowledged");
  expect(await toldOf("a", "d1:1")).toEqual(["received", "received", "stored", "acknowledged"]);
  // In order: messages that a broker had kept would have come before it.
  await handOver(d2);
  await untilTold("b", "d2:2", "stored");
  expect(await toldOf("b", "d2:1")).toEqual(["received", "acknowledged"]);
});

test("a killed broker still has what it had acknowledged, and accepts new connections", async ({ topology }) => {
  const [d1] = devices as [Device];
  await kill(topology, "bridge-a");
  await handOver(d1, WAITING);
  await sleep(ON_DISK_MS);
  await kill(topology, "broker-a");
  await until(within("d1 to notice it"), async () => d1.counts.lost === 1);
  await startAgain(topology, "broker-a");
  const d3 = await connected("a");
  await handOver(d3);
  await startAgain(topology, "bridge-a");
  await untilTold("a", "d3:1", "stored");
  for (let seq = 2; seq <= 1 + WAITING; seq += 1) await untilTold("a", `d1:${seq}`, "stored");
  expect((await bridges.a.ledger()).split("\n").filter((text) => text.includes('"resumed":true'))).toHaveLength(2);
});

test("the joined ledgers name the one lost message, and the component that lost it", async ({ topology }) => {
  for (const device of devices) device.end();
  await Promise.all(runs);
  const counts = Object.fromEntries(devices.map(({ name, counts }) => [name, counts]));
  sent.push({ type: "devices-end", counts, atMs: now() });
  const [bridged, held]: [BridgeLine[], HeldLine[]] = [[], []];
  const system = {
    devices: {
      brokerAt: (side: SiteName) => brokers[side].address(),
      bridgeLedger: (side: SiteName) => bridges[side].ledger(),
    },
    postgres: topology.postgres,
  };
  await recordMessages(
    system,
    { bridges: (lines) => void bridged.push(...lines), held: (lines) => void held.push(...lines) },
    "a",
  );
  const planned = recordOf(withDevices(fakeParts(), { count: devices.length }));
  const record = { ...planned, devices: { sent, bridged, held } };
  const { messages, unknown, bridgesUnknown } = joinLedgers(record, { serving: "a" });
  expect([unknown, bridgesUnknown]).toEqual([null, null]);
  expect(messages).toHaveLength(1 + WAITING + 2 + 1);
  const lost = messages.filter(({ handedOver, resources }) => handedOver !== null && resources.length === 0);
  expect(lost.map((message: JoinedMessage) => [messageName(message), [...message.bridged]])).toEqual([
    ["d2:1", ["received", "acknowledged"]],
  ]);
});
