import { expect, test } from "vitest";
import { FaultSchema } from "./fault.ts";

const isValid = (fault: Record<string, unknown>) => FaultSchema.safeParse({ afterSeconds: 0, ...fault }).success;

test("a region that was lost before there were two ways of it was lost by refusal", () => {
  const old = { kind: "region-loss", side: "a", afterSeconds: 5 };
  expect(FaultSchema.parse(old)).toEqual({ ...old, how: "refusal" });
  expect(isValid({ kind: "region-loss", side: "b", how: "silence" })).toBe(true);
  expect(isValid({ kind: "region-loss", side: "b", how: "fire" })).toBe(false);
});

test("what is broken must be there", () => {
  expect(isValid({ kind: "process-kill", part: "pg-b" })).toBe(true);
  expect(isValid({ kind: "process-kill", part: "pg-c" })).toBe(false);
  expect(isValid({ kind: "freeze", part: "nginx" })).toBe(true);
  expect(isValid({ kind: "freeze" })).toBe(false);
  expect(isValid({ kind: "disk-full", side: "c" })).toBe(false);
});

test("no less of a core is given out than the kernel can", () => {
  const starved = (cores: number) => isValid({ kind: "cpu-starvation", part: "hapi-a", cores });
  expect([starved(0.1), starved(0.01), starved(0.009), starved(0)]).toEqual([true, true, false, false]);
});
