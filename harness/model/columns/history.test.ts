import { expect, test } from "vitest";
import { Names } from "../load/names.ts";
import { History } from "./history.ts";
import type { Operation } from "./operation.ts";

const SEED = 77;
const READ = { sentMs: 1, doneMs: 2, version: 3, writer: null };
const UNANSWERED = { completedMs: null, outcome: "info", stored: [], reason: "pending", servedBy: "" } as const;
const BUNDLE = { kind: "bundle", stored: ["Patient/1/1", "Observation/7/1", "Observation/x/1"] } as const;

const write = (n: number, changes: object = {}): Operation => ({
  ...{ write: `w25-${n}`, n, kind: "put", invokedMs: n, completedMs: n + 1, outcome: "ok", reason: "acknowledged" },
  ...{
    status: 201,
    stored: [`Patient/w25-${n}/1`],
    servedBy: "a",
    runner: `k6-${n % 3}`,
    line: n + 1,
    read: null,
    ...changes,
  },
});
const MANY = Array.from({ length: 3000 }, (_, n) => write(n, [UNANSWERED, { read: READ }, BUNDLE][n % 4]));

test("what is added can be read", () => {
  expect([...History.of(SEED, new Names(SEED), MANY)]).toEqual(MANY);
});

test("arranged, it has the writes of those places, in that order", () => {
  for (const places of [[], [2], [2999, 0, 1, 2, 3, 1025], MANY.map((_, i) => MANY.length - 1 - i)]) {
    const history = History.of(SEED, new Names(SEED), MANY);
    history.arrange(Uint32Array.from(places));
    expect([...history]).toEqual(places.map((i) => MANY[i]));
    expect(history.length).toBe(places.length);
    history.push(write(5000));
    expect([...history]).toEqual([...places.map((i) => MANY[i]), write(5000)]);
  }
});

test("with too many sites, the write by one too many is left out, and later ones are complete", () => {
  const history = new History(SEED, new Names(SEED));
  for (let n = 0; n < 255; n += 1) history.push(write(n, { servedBy: `10.0.0.${n}` }));
  expect(() => history.push(write(255, { servedBy: "one too many" }))).toThrow("too many different words");
  history.push(write(256, UNANSWERED));
  expect(history.length).toBe(256);
  expect(history.at(255)).toEqual(write(256, UNANSWERED));
  expect(history.at(254)).toEqual(write(254, { servedBy: "10.0.0.254" }));
});
