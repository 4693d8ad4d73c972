/** Names as codes: each name has one, and no two share one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Names } from "./names.ts";

const SEED = 77;
const UUID = "734836b1-ad50-4bcb-b0d2-59aa7227669e";

const NAMES = [
  ...[
    "Patient/w25-0",
    "Patient/w25-12",
    "Patient/r25-7",
    "Patient/0",
    "Patient/12",
    "Observation/12",
    "Patient/w26-12",
  ],
  ...[`Patient/${UUID}`, `Observation/${UUID}`, `Patient/${UUID.toUpperCase()}`, `Patient/w25-${UUID}`, UUID],
  ...[
    "Patient/012",
    "Patient/w25-012",
    "Patient/-1",
    "Patient/1.5",
    "Patient/1e3",
    "Patient/ 1",
    "Patient/",
    "Patient",
  ],
  ...["", "Patient/a/1", "/1", "/", "12", "Patient/w25-", "Patient/x-12", `${UUID}/1`, `Patient/${UUID}/1`],
  ...[2 ** 44 - 1, 2 ** 44, 2 ** 53, "9".repeat(30)].map((id) => `Patient/${id}`),
  ...["ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"].map((id) => `Patient/${id}`),
  ...[UUID.replace("7", "g"), UUID.replaceAll("-", ""), UUID.slice(1), `0${UUID}`].map((id) => `Patient/${id}`),
];

test("names map to codes and back, in any order, repeatedly", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...NAMES), { maxLength: 80 }), (list) => {
      const names = new Names(SEED);
      const codes = list.map((name) => names.code(name));
      expect(codes.map((code) => names.name(code))).toEqual(list);
      expect(list.map((name) => names.code(name))).toEqual(codes);
      expect(new Set(codes).size).toBe(new Set(list).size);
    }),
    { seed: 51 },
  );
});

test("the table of UUIDs grows, and UUIDs that differ only in their last digits are distinguished", () => {
  const names = new Names(SEED);
  const list = Array.from({ length: 200_000 }, (_, i) => {
    const digits = (Math.imul(i, 0x2545f491) >>> 0).toString(16).padStart(8, "0");
    return `Patient/734836b1-0000-4000-8000-0000${digits}`;
  });
  const codes = list.map((name) => names.code(name));
  expect(new Set(codes).size).toBe(list.length);
  const some = (_: unknown, i: number) => i % 97 === 0;
  expect(list.filter(some).map((name) => names.code(name))).toEqual(codes.filter(some));
  expect(codes.filter(some).map((code) => names.name(code))).toEqual(list.filter(some));
});

test("more types than kinds are still distinguished", () => {
  const names = new Names(SEED);
  const list = Array.from({ length: 300 }, (_, i) => [`Type${i}/7`, `Type${i}/${UUID}`]).flat();
  const codes = list.map((name) => names.code(name));
  expect(new Set(codes).size).toBe(list.length);
  expect(codes.map((code) => names.name(code))).toEqual(list);
  expect(names.kindOf("Type299/")).toBeNull();
  expect(names.kindOf("")).toBeNull();
});

test("a name has the same code from its parts as from its text", () => {
  const names = new Names(SEED);
  const patient = names.kindOf("Patient/") as number;
  const words = Int32Array.of(0x734836b1, 0xad504bcb, 0xb0d259aa, 0x7227669e);
  expect(names.ofNumber(patient, 12)).toBe(names.code("Patient/12"));
  expect(names.ofUuid(patient, words)).toBe(names.code(`Patient/${UUID}`));
  expect(names.stored("Patient/12/3")).toEqual({ name: names.code("Patient/12"), version: 3 });
});
