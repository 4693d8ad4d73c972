import { expect, test } from "vitest";
import type { DeviceLine } from "../model/record/device.ts";
import { whyNotSent } from "./device-sendings.ts";

type Of<Type extends DeviceLine["type"]> = Extract<DeviceLine, { type: Type }>;
const connected = (side: "a" | "b", atMs = 0): DeviceLine => ({ type: "connected", device: "d1", side, atMs });
const disconnected = (side: "a" | "b", atMs: number): DeviceLine => ({
  type: "disconnected",
  device: "d1",
  side,
  atMs,
});
const sent = (seq: number, side: "a" | "b", atMs: number, again = false): Of<"sent"> => ({
  ...{ type: "sent", device: "d1", seq, side, again, atMs },
});
const handedOver = (seq: number, side: "a" | "b", atMs: number): DeviceLine => ({
  ...{ type: "handed-over", device: "d1", seq, side, reason: 0, atMs },
});
const end = (made: number): DeviceLine => ({
  ...{ type: "devices-end", counts: { d1: { made, handedOver: 2, lost: 1 } }, atMs: 99 },
});

/** The device makes three messages: the second is sent over a dead connection, the third is made without one. */
const MOVED = [
  ...[connected("a"), sent(1, "a", 1), handedOver(1, "a", 2), sent(2, "a", 3), disconnected("a", 4)],
  ...[connected("b", 6), sent(2, "b", 6, true), sent(3, "b", 6), handedOver(2, "b", 7), handedOver(3, "b", 8)],
];

test("everything that a device sends goes over a recorded connection", () => {
  expect(whyNotSent([...MOVED, end(3)])).toBeNull();
  // An acknowledgement may come at the moment in which its connection dies.
  const late = handedOver(2, "a", 5);
  expect(whyNotSent([...MOVED.slice(0, 5), late, ...MOVED.slice(5, 6), sent(3, "b", 6), end(3)])).toBeNull();
});

test("a device has one connection at a time, and loses only that", () => {
  expect(whyNotSent([connected("a"), connected("b", 1)])).toBe("d1 made a connection to broker B while it had one");
  expect(whyNotSent([connected("a"), connected("a", 1)])).toBe("d1 made a connection to broker A while it had one");
  const unknown = "d1 lost a connection to broker B that it did not have";
  expect(whyNotSent([connected("a"), disconnected("b", 1)])).toBe(unknown);
  expect(whyNotSent([connected("b"), disconnected("b", 1), disconnected("b", 2)])).toBe(unknown);
});

test.each<[string, DeviceLine[], string]>([
  [
    "no connection",
    MOVED.filter(({ type }) => type !== "connected"),
    "d1 sent message 1 to broker A without a connection",
  ],
  [
    "one to the other broker alone",
    [connected("b"), ...MOVED.slice(1)],
    "d1 sent message 1 to broker A without a connection",
  ],
  ["no new one", MOVED.filter((_, i) => i !== 5), "d1 sent message 2 to broker B without a connection"],
  [
    "an acknowledgement of a broker that it never connected to",
    [connected("a"), sent(1, "a", 1), handedOver(1, "b", 2)],
    "d1 handed over message 1 to broker B without a connection",
  ],
])("%s contradicts the sendings", (_, lines, why) => {
  expect(whyNotSent([...lines, end(3)])).toBe(why);
});

test("a connected device has sent everything that it made, and one without a connection may have kept some", () => {
  expect(whyNotSent([...MOVED, end(4)])).toBe("d1 made 4 messages, and its ledger has 3");
  expect(whyNotSent([...MOVED, disconnected("b", 9), end(4)])).toBeNull();
});
