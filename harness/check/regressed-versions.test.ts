import { expect, test } from "vitest";
import { registerOf } from "../model/write.ts";
import { gatherFacts } from "./facts.ts";
import { type Parts, plantedParts, plantedRun } from "./planted-run.ts";
import { regressedVersions } from "./regressed-versions.ts";

const CALM = { outage: null, operator: null, afterSeconds: 60, seed: 3 } as const;
const { operations } = plantedParts(CALM);
const updates = operations.filter((op) => op.kind === "update");
const numbersOf = (register: number) => updates.filter((op) => registerOf(op.n) === register).map((op) => op.n);
const register = Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number;
const name = `Patient/r3-${register}`;

const checked = (lost: number[], edit?: (parts: Parts) => Partial<Parts>) => {
  const record = plantedRun({ ...CALM, lost }, edit);
  return regressedVersions.check(record, gatherFacts(record));
};

test("a register whose last updates were lost is older than it was acknowledged", () => {
  const numbers = numbersOf(register);
  const { verdict, evidence, measures } = checked(numbers.slice(-2));
  expect(verdict).toBe("unasked");
  expect(measures?.regressed).toEqual({ count: 1, resources: [name] });
  const [held, acknowledged] = [numbers.length - 1, numbers.length + 1];
  const last = operations[numbers.at(-1) as number]?.write;
  expect(evidence).toEqual([`${name}: version ${held}, after version ${acknowledged} was acknowledged to ${last}`]);
});

test("one that was lost on the way, and has a newer version, is not", () => {
  expect(checked([numbersOf(register)[0] as number]).measures?.regressed?.count).toBe(0);
  expect(checked([]).measures?.regressed).toEqual({ count: 0, resources: [] });
});

test("what is gone altogether, or had one version only, is lost and not regressed", () => {
  const put = operations.find((op) => op.kind === "put")?.n as number;
  expect(checked([...numbersOf(register), put]).measures?.regressed?.count).toBe(0);
});

test("what is there is not known without an audit", () => {
  expect(checked([], () => ({ audit: [] })).verdict).toBe("inconclusive");
});
