import { expect, test } from "vitest";
import { Lateness } from "./lateness.ts";
import type { Seen } from "./question.ts";

const resource = "Patient/x";
const wanted = { reads: [{ write: "w1-1", resource, version: 2 }], searches: [] };
const version = { resource, version: 1, write: "", content: 1, refersTo: null, updatedMs: null, isTagged: true };
const seen = (versions: readonly number[], of: Partial<Seen> = {}): Seen => ({
  ...{ question: { asks: "read", resource }, status: 200, why: null },
  versions: versions.map((number) => ({ ...version, version: number })),
  ...of,
});
function lateAfter(...answers: [Seen, number][]): number | undefined {
  const lateness = new Lateness(wanted);
  for (const [answer, atMs] of answers) lateness.note(answer, atMs);
  return lateness.ms.get(resource);
}
const [nothing, older, there, newer] = [seen([]), seen([1]), seen([2]), seen([3])];

test("a resource missing or older at first is late until it is there", () => {
  expect(lateAfter([nothing, 10], [older, 15], [there, 30], [there, 50])).toBe(20);
  expect(lateAfter([older, 10], [newer, 30])).toBe(20);
  expect(lateAfter([there, 10], [there, 30])).toBeUndefined();
  expect(lateAfter([nothing, 10], [older, 30])).toBeUndefined();
});

test("a resource that disappears again is not there yet", () => {
  expect(lateAfter([nothing, 10], [there, 20], [nothing, 30])).toBeUndefined();
  expect(lateAfter([nothing, 10], [there, 20], [nothing, 30], [there, 50])).toBe(40);
});

test("no answer does not count as missing, and a search does not count as a read", () => {
  expect(lateAfter([seen([], { status: 503, why: "it answered 503" }), 10], [there, 20])).toBeUndefined();
  const question = { asks: "history", resource } as const;
  expect(lateAfter([seen([], { question }), 10], [there, 20])).toBeUndefined();
});
