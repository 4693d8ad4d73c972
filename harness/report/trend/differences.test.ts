import { expect, test } from "vitest";
import { differences } from "./differences.ts";

test.each([
  [{ a: 1, b: { c: "x", d: [1, 2] } }, { a: 1, b: { c: "x", d: [1, 2] } }, []],
  [{ a: 1, b: { c: "x" } }, { a: 2, b: { c: "y" } }, ["a 1 → 2", "b.c x → y"]],
  [{ d: [1, 2] }, { d: [1, 3, 4] }, ["d.1 2 → 3", "d.2 – → 4"]],
  [{ a: 1 }, { b: true }, ["a 1 → –", "b – → true"]],
  [{ a: null }, { a: { b: 1 } }, ['a – → {"b":1}']],
])("between %j and %j", (before, after, texts) => expect(differences(before, after)).toEqual(texts));
