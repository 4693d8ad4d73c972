import { expect, test } from "vitest";
import { fakeRun } from "../check/testing/fake-run.ts";
import type { BridgeLine, HeldLine } from "../model/record/device.ts";
import { bareDatabase, queryBy } from "../system/testing/bare-system.ts";
import { recordMessages, settled } from "./device-drill.ts";

/** A clock that each read of the count advances. */
function settling(counts: (number | null)[], most: number) {
  let [ms, looks] = [0, 0];
  const count = async () => {
    ms += 5000;
    looks += 1;
    return counts[Math.min(looks, counts.length) - 1] ?? null;
  };
  return settled({ most, count, now: () => ms, wait: async () => {} }).then(() => looks);
}

test("waits until all messages are there, none has come for a while, or the time is up", async () => {
  expect(await settling([3, 7, 10, 11], 10)).toBe(5);
  expect(await settling([3, 7], 10)).toBe(5);
  expect(await settling([null], 10)).toBe(3);
  expect(
    await settling(
      Array.from({ length: 99 }, (_, i) => i),
      1000,
    ),
  ).toBe(24);
  expect(await settling([0], 0)).toBe(2);
});

const received = { type: "received", side: "a", device: "d1", seq: 1, dup: false, epochMs: 5 };

async function recorded(ledger: (side: "a" | "b") => Promise<string>) {
  const bridges: BridgeLine[] = [];
  const held: HeldLine[] = [];
  const database = (side: "a" | "b") => bareDatabase(side, { query: queryBy(() => []) });
  await recordMessages(
    {
      devices: { brokerAt: async () => "", bridgeLedger: ledger },
      postgres: { a: database("a"), b: database("b") },
    },
    { bridges: (lines) => void bridges.push(...lines), held: (lines) => void held.push(...lines) },
    "b",
  );
  return { bridges, held };
}

test("the ledgers of both bridges and what the serving site holds are recorded, each with an end line", async () => {
  const { bridges, held } = await recorded(async (side) => (side === "a" ? `${JSON.stringify(received)}\n` : ""));
  expect(bridges).toEqual([
    received,
    { type: "bridge-end", side: "a", lines: 1 },
    { type: "bridge-end", side: "b", lines: 0 },
  ]);
  expect(held).toEqual([{ type: "held-end", side: "b", rows: 0 }]);
});

test("a ledger with a malformed line, or that cannot be fetched, is recorded as unreadable", async () => {
  const { bridges } = await recorded(async (side) => {
    if (side === "a") return `${JSON.stringify(received)}\nSegmentation fault\n`;
    throw new Error("no such container");
  });
  expect(bridges).toEqual([
    { type: "unreadable", side: "a", why: expect.stringContaining("JSON") },
    { type: "unreadable", side: "b", why: "no such container" },
  ]);
});

test("a system without devices leaves no lines", async () => {
  const refuse = () => {
    throw new Error("nothing is to be recorded");
  };
  const { postgres } = { postgres: { a: bareDatabase("a"), b: bareDatabase("b") } };
  await recordMessages({ devices: null, postgres }, { bridges: refuse, held: refuse }, "a");
  expect(fakeRun().devices).toEqual({ sent: [], bridged: [], held: [] });
});
