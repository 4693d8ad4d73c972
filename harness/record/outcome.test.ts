import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompleteLine } from "../model/load/ledger.ts";
import { OUTCOMES, type OutcomeRow, outcomeOf, PENDING } from "./outcome.ts";

const ONE = ["Patient/1/1"];
const THREE = ["Patient/1/1", "Observation/2/1", "Observation/3/1"];

function answer(changes: Partial<CompleteLine>): CompleteLine {
  const nothing = { status: 0, errorCode: 0, error: "", stored: [], servedBy: "a" };
  return { type: "complete", write: "w1-0", epochMs: 0, ...nothing, ...changes };
}

const ROWS: [Partial<CompleteLine>, number, string, string][] = [
  [{ status: 0, unsent: true }, 1, "fail", "not-sent"],
  [{ status: 201, stored: ONE }, 1, "ok", "acknowledged"],
  [{ status: 200, stored: THREE }, 3, "ok", "acknowledged"],
  [{ status: 201 }, 1, "info", "acknowledged-without-version"],
  [{ status: 200, stored: THREE.slice(1) }, 3, "info", "acknowledged-without-version"],
  [{ status: 200, stored: THREE }, 1, "info", "acknowledged-without-version"],
  [{ status: 400 }, 1, "fail", "refused-by-validation"],
  [{ status: 422 }, 1, "fail", "refused-by-validation"],
  [{ status: 400, servedBy: "" }, 1, "info", "other"],
  [{ status: 400, attempts: 1 }, 1, "fail", "refused-by-validation"],
  [{ status: 400, attempts: 2 }, 1, "info", "failed-in-the-end"],
  [{ status: 422, attempts: 3 }, 1, "info", "failed-in-the-end"],
  [{ errorCode: 1212, attempts: 2 }, 1, "info", "failed-in-the-end"],
  [{ errorCode: 1101, attempts: 2 }, 1, "info", "failed-in-the-end"],
  [{ status: 429, attempts: 2 }, 1, "info", "failed-in-the-end"],
  [{ status: 401, attempts: 2 }, 1, "info", "failed-in-the-end"],
  [{ status: 403, attempts: 3 }, 1, "info", "failed-in-the-end"],
  [{ status: 400, attempts: 2, servedBy: "" }, 1, "info", "other"],
  [{ status: 200, stored: ONE, attempts: 2 }, 1, "ok", "acknowledged"],
  [{ status: 412, attempts: 2 }, 1, "info", "conflict"],
  [{ status: 502, attempts: 3 }, 1, "info", "server-error"],
  [{ errorCode: 1050, attempts: 3 }, 1, "info", "timeout"],
  [{ status: 409 }, 1, "info", "conflict"],
  [{ status: 412 }, 1, "info", "conflict"],
  [{ status: 500 }, 1, "info", "server-error"],
  [{ status: 502, errorCode: 1502 }, 1, "info", "server-error"],
  [{ status: 504 }, 1, "info", "server-error"],
  [{ errorCode: 1212 }, 1, "fail", "connection-refused"],
  [{ errorCode: 1101 }, 1, "fail", "name-not-found"],
  [{ errorCode: 1050 }, 1, "info", "timeout"],
  [{ errorCode: 1211 }, 1, "info", "timeout"],
  [{ errorCode: 1220 }, 1, "info", "connection-lost"],
  [{ errorCode: 1000 }, 1, "info", "connection-lost"],
  [{}, 1, "info", "connection-lost"],
  [{ status: 199, stored: ONE }, 1, "info", "other"],
  [{ status: 300, stored: ONE }, 1, "info", "other"],
  [{ status: 600 }, 1, "info", "other"],
  [{ status: 299, stored: ONE }, 1, "ok", "acknowledged"],
  [{ status: 299 }, 1, "info", "acknowledged-without-version"],
  [{ status: 499 }, 1, "info", "other"],
  [{ status: 599 }, 1, "info", "server-error"],
  [{ status: 404, errorCode: 1212 }, 1, "info", "other"],
  [{ status: 404, errorCode: 1101 }, 1, "info", "other"],
  [{ errorCode: 1213 }, 1, "info", "connection-lost"],
  [{ errorCode: 1102 }, 1, "info", "connection-lost"],
  [{ status: 302 }, 1, "info", "other"],
  [{ status: 404 }, 1, "info", "other"],
  [{ status: 429 }, 1, "fail", "throttled"],
  [{ status: 429, servedBy: "" }, 1, "fail", "throttled"],
  [{ status: 401 }, 1, "fail", "unauthorized"],
  [{ status: 403, servedBy: "" }, 1, "fail", "unauthorized"],
  [{ status: 402 }, 1, "info", "other"],
  [{ status: 407 }, 1, "info", "other"],
  [{ status: 428 }, 1, "info", "other"],
  [{ status: 430 }, 1, "info", "other"],
];

test.each(ROWS)("%j with %i resources wanted is %s: %s", (changes, resources, outcome, name) => {
  expect(outcomeOf(answer(changes), resources)).toMatchObject({ outcome, name });
});

test("exactly the rows of the table are tested above", () => {
  expect(new Set(ROWS.map(([, , , name]) => name))).toEqual(new Set(OUTCOMES.map((row) => row.name)));
});

describe("each row of the table matters: a case above would be judged differently", () => {
  const judgedBy = (table: readonly OutcomeRow[], [changes, resources]: (typeof ROWS)[number]) => {
    // An answer without a matching row is an error, which counts as different.
    const last = { ...(OUTCOMES.at(-1) as OutcomeRow), name: "none" };
    const { outcome, name } = outcomeOf(answer(changes), resources, [...table, last]);
    return `${outcome}: ${name}`;
  };
  const noticed = (table: readonly OutcomeRow[]) =>
    ROWS.filter((row) => judgedBy(table, row) !== `${row[2]}: ${row[3]}`).map(([, , , name]) => name);

  test("but not with the whole table", () => {
    expect(noticed(OUTCOMES)).toEqual([]);
  });

  test.each(OUTCOMES.map((row) => row.name))("without %s", (name) => {
    expect(noticed(OUTCOMES.filter((row) => row.name !== name))).toContain(name);
  });

  test.each(
    OUTCOMES.flatMap(({ name, outcome }) =>
      (["ok", "fail", "info"] as const).filter((other) => other !== outcome).map((other) => [name, other] as const),
    ),
  )("%s called %s", (name, outcome) => {
    expect(noticed(OUTCOMES.map((row) => (row.name === name ? { ...row, outcome } : row)))).toContain(name);
  });
});

test("a table without a matching row is an error", () => {
  expect(() => outcomeOf(answer({ status: 302 }), 1, OUTCOMES.slice(0, -1))).toThrow(/no last row/);
});

test("a write without an answer is unknown", () => {
  expect(PENDING.outcome).toBe("info");
});

describe("whatever else is in the answer", () => {
  const anyAnswer = fc
    .record({
      status: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 599 })),
      errorCode: fc.oneof(fc.constantFrom(0, 1050, 1101, 1211, 1212, 1220), fc.integer({ min: 1000, max: 1699 })),
      stored: fc.constantFrom([], ONE, THREE),
      servedBy: fc.constantFrom("a", "b", "", "10.0.0.9:8080"),
      attempts: fc.constantFrom(1, 2, 3),
    })
    .map(answer);
  const RUNS = { seed: 3 };

  test("only the server's refusal, 401, 403, 429 and a refused connection are failures, and only for a single attempt", () => {
    fc.assert(
      fc.property(anyAnswer, fc.constantFrom(1, 3), (line, resources) => {
        if (outcomeOf(line, resources).outcome !== "fail") return;
        expect(line.attempts).toBe(1);
        const refused = line.servedBy !== "" && [400, 422].includes(line.status);
        expect(
          [401, 403, 429].includes(line.status) ||
            refused ||
            (line.status === 0 && [1101, 1212].includes(line.errorCode)),
        ).toBe(true);
      }),
      RUNS,
    );
  });

  test("only a 2xx that names every resource is an acknowledgement", () => {
    fc.assert(
      fc.property(anyAnswer, fc.constantFrom(1, 3), (line, resources) => {
        const named = line.status >= 200 && line.status < 300 && line.stored.length === resources;
        expect(outcomeOf(line, resources).outcome === "ok").toBe(named);
      }),
      RUNS,
    );
  });
});
