import { expect, test } from "vitest";
import type { HeldLine } from "../model/record/device.ts";
import { bareDatabase, queryBy, type Row } from "../system/testing/bare-system.ts";
import { auditMessages, countMessages } from "./held-messages.ts";

const body = (value: string) =>
  JSON.stringify({
    identifier: [
      { system: "urn:other", value: "x" },
      { system: "urn:fhirdrill:device-message", value },
    ],
  });
const row = { resource: "Observation/d1-1", version: 1, deleted: false, pid: 7, updatedMs: 1000 };

async function heldBy(answer: () => Row[]): Promise<HeldLine[]> {
  const lines: HeldLine[] = [];
  await auditMessages(bareDatabase("b", { query: queryBy(answer) }), (more) => lines.push(...more));
  return lines;
}

test("each version that a bridge has written is named by the identifier in its body", async () => {
  const rows = [
    { ...row, body: body("d1:1") },
    { ...row, pid: 8, body: '{"identifier":[]}' },
    { ...row, pid: 9, body: null },
  ];
  expect(await heldBy(() => rows)).toEqual([
    { type: "held", side: "b", message: "d1:1", ...row },
    { type: "held", side: "b", message: null, ...row, pid: 8 },
    { type: "held", side: "b", message: null, ...row, pid: 9 },
    { type: "held-end", side: "b", rows: 3 },
  ]);
});

test("a database that does not answer is recorded as unreadable, and its count is unknown", async () => {
  const refuse = () => {
    throw new Error("connection refused");
  };
  expect(await heldBy(refuse)).toEqual([{ type: "unreadable", side: "b", why: "connection refused" }]);
  expect(await countMessages(bareDatabase("b", { query: queryBy(refuse) }))).toBeNull();
  expect(await countMessages(bareDatabase("b", { query: queryBy(() => [{ held: 4 }]) }))).toBe(4);
});
