import { describe, expect, test } from "vitest";
import { planWrite, WRITE_KINDS } from "../load/write.ts";
import { attemptsFor, CLIENT_RETRIES, demandOf, isUnacknowledged } from "./attempts.ts";

const MIX = { put: 1, post: 1, bundle: 1, update: 1 };
const planned = Array.from({ length: 40 }, (_, n) => planWrite(7, n, MIX));
const ofKind = (kind: string) => planned.filter((write) => write.kind === kind);

describe("how often a write is sent at most", () => {
  test.each([
    ["none", [1, 1, 1, 1]],
    ["same-id", [3, 3, 3, 3]],
    ["conditional-create", [3, 3, 1, 3]],
  ] as const)("%s", (retry, attempts) => {
    expect(WRITE_KINDS.map((kind) => attemptsFor(retry, kind))).toEqual(attempts);
  });
});

test("a create is conditional from its first attempt on, by the identifier in its body", () => {
  expect(ofKind("post").length).toBeGreaterThan(0);
  for (const write of ofKind("post")) {
    const { identifier } = write.body as { identifier: { system: string; value: string }[] };
    expect(identifier).toHaveLength(1);
    const condition = `identifier=${identifier[0]?.system}|${identifier[0]?.value}`;
    expect(demandOf("conditional-create", write)).toEqual({ "If-None-Exist": condition });
  }
});

test("nothing else is", () => {
  const conditional = CLIENT_RETRIES.flatMap((retry) =>
    planned.filter((write) => Object.keys(demandOf(retry, write)).length > 0).map(({ kind }) => `${retry} ${kind}`),
  );
  expect(new Set(conditional)).toEqual(new Set(["conditional-create post"]));
});

test("no answer and 5xx are unacknowledged; a refusal is an answer", () => {
  expect([0, 500, 502, 503, 504, 599].every(isUnacknowledged)).toBe(true);
  expect([200, 201, 400, 404, 409, 412, 422, 429, 499].some(isUnacknowledged)).toBe(false);
});
