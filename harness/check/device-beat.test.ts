import { describe, expect, test } from "vitest";
import type { BridgeLine, DeviceLine, HeldLine } from "../model/record/device.ts";
import { whyUneven } from "./device-beat.ts";
import { judge } from "./judge.ts";
import { type DevicePlan, withDevices, withEnd } from "./testing/fake-devices.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";

/** From 2 s until the drill goes quiet, at two messages a second. */
const [BEGAN_MS, QUIET_MS, PERIOD_MS] = [2000, 19_037, 500];
const WHOLE: Partial<DevicePlan> = { fromMs: BEGAN_MS + 100, messages: 34 };

const partsWith = (changes: Partial<DevicePlan> = {}) => withDevices(fakeParts(), { ...WHOLE, ...changes });
const whyOf = (changes: Partial<DevicePlan> = {}, edit: (parts: Parts) => Partial<Parts> = () => ({})) => {
  const parts = partsWith(changes);
  return whyUneven(recordOf({ ...parts, ...edit(parts) }));
};
const ofLines = (change: (lines: DeviceLine[]) => DeviceLine[]) => (parts: Parts) => ({
  devices: withEnd(change(parts.devices), 99_000),
});
/** Selects lines of any type by sequence number. */
const without = (gone: (seq: number) => boolean) => (line: DeviceLine) => !("seq" in line && gone(line.seq));

test("devices that measure from the beginning of the load until the drill goes quiet keep their beat", () => {
  const quiet = fakeParts().events.find((event) => event.type === "phase" && event.phase === "quiesce");
  expect(quiet?.atMs).toBe(QUIET_MS);
  expect(whyOf()).toBeNull();
  // Each device starts somewhere within a period, and a busy drill begins late.
  expect(whyOf({ fromMs: BEGAN_MS + PERIOD_MS + 1000 })).toBeNull();
});

test.each<[string, Partial<DevicePlan>, RegExp]>([
  [
    "made one message each",
    { messages: 1, fromMs: 3000 },
    /^d1 sent no message for 16\.0 s from 3\.0 s on, although it was conn/,
  ],
  ["began late", { fromMs: BEGAN_MS + PERIOD_MS + 2001 }, /^d1 sent no message for 2\.5 s from 2\.0 s on/],
  ["were cut off five messages before the end", { messages: 29 }, /^d1 sent no message for 2\.9 s from 16\.1 s on/],
  ["measured half as often", { periodMs: 1000, messages: 17 }, /^d1 made 17 messages, in a time for at least 30$/],
])("devices that %s do not", (_, changes, why) => {
  const slower = ({ run }: Parts) => ({
    run: { ...run, scenario: { ...run.scenario, devices: { count: 2, ratePerSecond: 2 } } },
  });
  expect(whyOf(changes, slower)).toMatch(why);
});

test("is unknown if the time of sending is not known", () => {
  const unknown = "it is not known for how long devices sent messages";
  for (const phase of ["baseline", "quiesce"])
    expect(
      whyOf({}, ({ events }) => ({
        events: events.filter((event) => event.type !== "phase" || event.phase !== phase),
      })),
    ).toBe(unknown);
});

describe("a pause", () => {
  const connection = (type: "connected" | "disconnected", atMs: number): DeviceLine[] =>
    ["d1", "d2"].map((device) => ({ type, device, side: "a", atMs }));
  /** Messages 10 to 15, of which the first is due at 6600. */
  const inOutage = (seq: number) => seq >= 10 && seq <= 15;
  const lateIn = (line: DeviceLine) => ("seq" in line && inOutage(line.seq) ? { ...line, atMs: 9200 } : line);

  test("is allowed while the device has no connection; it sends everything afterwards", () => {
    const away = [...connection("disconnected", 6300), ...connection("connected", 9150)];
    expect(
      whyOf(
        {},
        ofLines((lines) => [...away, ...lines.map(lateIn)]),
      ),
    ).toBeNull();
  });

  test("is not allowed while the device is connected", () => {
    expect(
      whyOf(
        {},
        ofLines((lines) => lines.map(lateIn)),
      ),
    ).toMatch(/^d1 sent no message for 3\.1 s from 6\.1 s on/);
  });

  test("may only end shortly after the device connects", () => {
    const away = [...connection("disconnected", 6300), ...connection("connected", 6400)];
    expect(
      whyOf(
        {},
        ofLines((lines) => [...away, ...lines.filter(without((seq) => seq >= 10))]),
      ),
    ).toMatch(/^d1 sent no message for 12\.6 s from 6\.4 s on/);
  });

  test("without a connection is no longer than its messages account for", () => {
    const away = [...connection("disconnected", 6300), ...connection("connected", 9150)];
    expect(
      whyOf(
        {},
        ofLines((lines) => [...away, ...lines.filter(without(inOutage))]),
      ),
    ).toBe("d1 made 28 messages, in a time for at least 30");
  });
});

test("removing lost messages from all ledgers does not hide them", () => {
  const last = ["d1:30", "d1:31", "d1:32", "d1:33", "d1:34"];
  const parts = partsWith({ lost: { withSite: last } });
  expect(judge(recordOf(parts)).checks).toContainEqual(
    expect.objectContaining({ name: "device-messages", verdict: "broken" }),
  );
  const stays = (line: BridgeLine | DeviceLine | HeldLine) =>
    !("device" in line && "seq" in line && last.includes(`${line.device}:${line.seq}`));
  const bridges = parts.bridges.filter(stays);
  const count = bridges.filter((line) => line.side === "a" && line.type !== "bridge-end").length;
  const edited = recordOf({
    ...parts,
    devices: withEnd(parts.devices.filter(stays), 99_000),
    bridges: bridges.map((line) =>
      line.type === "bridge-end" && line.side === "a" ? { ...line, lines: count } : line,
    ),
  });
  expect(judge(edited).checks).toContainEqual(
    expect.objectContaining({
      name: "device-messages",
      verdict: "inconclusive",
      reason: expect.stringMatching(/^d1 sent no message for 2\.9 s from 16\.1 s on/),
    }),
  );
});
