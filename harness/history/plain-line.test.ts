/** A line that is read without JSON is read as with it, and one that is not of the plain form is left to it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompleteLine, InvokeLine, LedgerLine, ReadLine } from "../model/ledger.ts";
import { Names } from "../model/names.ts";
import { kindOfWrite, WRITE_LIMIT, writeId } from "../model/write.ts";
import { type Entries, enterLine } from "./ledger-line.ts";
import { PlainLines } from "./plain-line.ts";
import { readLedger } from "./read-ledger.ts";

const PLAN = { seed: 77, mix: { put: 5, post: 3, bundle: 1, update: 1 } };
const CLOCK = { offsetMs: 0, errorMs: 1, samples: 9 };
const UUID = "734836b1-ad50-4bcb-b0d2-59aa7227669e";
const MS = 1_790_000_000_000;

const invoke = (n: number): InvokeLine => {
  return { type: "invoke", write: writeId(77, n), n, kind: kindOfWrite(77, n, PLAN.mix), epochMs: MS + n };
};
const read = (n: number, changes: Partial<ReadLine> = {}): ReadLine => {
  const times = { sentEpochMs: MS + n, epochMs: MS + n + 1 };
  const found = { status: 200, version: 4, writer: null, servedBy: "a" };
  return { type: "read", write: writeId(77, n), ...times, ...found, ...changes };
};
const complete = (n: number, changes: Partial<CompleteLine> = {}): CompleteLine => {
  const answer = { status: 201, errorCode: 0, error: "", stored: [`Patient/${writeId(77, n)}/1`], servedBy: "b" };
  return { type: "complete", write: writeId(77, n), epochMs: MS + n + 9, ...answer, ...changes };
};

/** What is entered, and the names by what they are, not by their numbers. */
function entriesOf(names: Names) {
  const entered: unknown[] = [];
  const entries: Entries = {
    invoke: (...what) => entered.push(["invoke", ...what]),
    read: (n, epochMs, { sentEpochMs, status, version, writer }) =>
      entered.push(["read", n, epochMs, sentEpochMs, status, version, writer]),
    complete: (n, epochMs, { stored, status, errorCode, servedBy, unsent, attempts }, line) => {
      const held = stored.map(({ name, version }) => `${names.name(name)}/${version}`);
      entered.push(["complete", n, epochMs, held, status, errorCode, servedBy, unsent, attempts, line]);
    },
  };
  return { entered, entries };
}

/** `null` for one that is not plain. */
function plainly(line: string, before = ""): unknown[] | null {
  const names = new Names(PLAN.seed);
  const { entered, entries } = entriesOf(names);
  const text = `${before}${line}`;
  const isPlain = new PlainLines(PLAN, names, entries).enter(text, before.length, text.length, 5);
  expect(entered).toHaveLength(isPlain ? 1 : 0);
  return isPlain ? entered : null;
}

function byJson(line: string): unknown[] {
  const names = new Names(PLAN.seed);
  const { entered, entries } = entriesOf(names);
  enterLine(JSON.parse(line), 5, PLAN, names, entries);
  return entered;
}

const PLAIN: LedgerLine[] = [
  ...[0, 1, 7, 10, 123_456, WRITE_LIMIT - 1].map(invoke),
  ...[read(4), read(5, { writer: writeId(77, 3), servedBy: "b" }), read(6, { status: 500 }), read(7, { version: 12 })],
  complete(3),
  ...[0, 1, 99, 1e12].map((id) => complete(3, { stored: [`Patient/${id}/1`] })),
  complete(3, { stored: [`Patient/${UUID}/12`], servedBy: "a" }),
  complete(3, { stored: ["Patient/00000000-0000-0000-0000-000000000000/1"] }),
  complete(3, { stored: ["Patient/r25-9/40"], status: 200 }),
  complete(3, { stored: [`Patient/${UUID}/1`, "Observation/5/1", `Observation/${UUID}/1`] }),
];

test.each(PLAIN.map((line) => JSON.stringify(line)))("plain: %s", (line) => {
  expect(plainly(line)).toEqual(byJson(line));
  expect(plainly(line, '{"type":"noise"}\n')).toEqual(byJson(line));
});

const wrong = (line: LedgerLine, was: string | RegExp, is: string) => JSON.stringify(line).replace(was, is);

describe("left to JSON", () => {
  const NAMES = [
    ...[
      "/5",
      "/5/1",
      "Patient//1",
      "Patient/5",
      "Patient/5/",
      "Patient/5/x",
      "Patient/05/1",
      "Patient/5/01",
      "Patient/x5/1",
    ],
    ...["Patient/w25-/1", "Patient/w26-1/1", "Encounter/5/1", "Patient/12345678901234/1", "Patient/5/1/1", ""],
    ...[`Patient/${UUID.toUpperCase()}/1`, `Patient/${UUID}0/1`, `Patient/${UUID.slice(1)}/1`, `Patient/${UUID}`],
    ...[UUID.replace("-b", "_b"), UUID.replace("4b", "g0"), `${UUID.slice(0, 9)}-${UUID.slice(10)}`].map(
      (id) => `Patient/${id}/1`,
    ),
  ];
  test.each([
    ["another number", wrong(invoke(7), '"n":7', '"n":8')],
    ["another kind", wrong(invoke(7), /"kind":"\w+"/, `"kind":"${invoke(7).kind === "put" ? "post" : "put"}"`)],
    ["another seed", wrong(invoke(7), "w25-", "w26-")],
    ["a number with a zero before it", wrong(invoke(7), /-7","n":7/, '-07","n":07')],
    ["no number", wrong(invoke(7), /-7","n":7/, '-","n":')],
    ["a number that no write has", JSON.stringify(invoke(WRITE_LIMIT))],
    ["a time before 1970", wrong(invoke(7), `${MS + 7}`, "-1")],
    ["half a millisecond", wrong(invoke(7), `${MS + 7}`, "1790000000007.5")],
    ["a colon for the last digit", wrong(invoke(7), `${MS + 7}`, "179000000000:")],
    ["a time of too many digits", wrong(invoke(7), `${MS + 7}`, "12345678901234")],
    ["a space", wrong(invoke(7), ",", ", ")],
    ["something behind it", `${JSON.stringify(invoke(7))} `],
    ["a field more", wrong(invoke(7), "}", ',"more":1}')],
    ["fields in another order", JSON.stringify(Object.fromEntries(Object.entries(invoke(7)).reverse()))],
    ["a cut", JSON.stringify(invoke(7)).slice(0, -1)],
    ["nothing but a brace", "{"],
    ["another type", wrong(invoke(7), "invoke", "involve")],
    ["a read without a version", JSON.stringify(read(4, { version: null }))],
    ["a read of version 0", JSON.stringify(read(4, { version: 0 }))],
    ["a read of another run's content", JSON.stringify(read(4, { writer: "w26-1" }))],
    ["a read by who knows whom", JSON.stringify(read(4, { servedBy: "10.0.0.9:8080" }))],
    ["an error", JSON.stringify(complete(3, { errorCode: 1050 }))],
    ["words of an error", JSON.stringify(complete(3, { error: "EOF" }))],
    ["nothing stored", JSON.stringify(complete(3, { stored: [] }))],
    ["an answer by nobody", JSON.stringify(complete(3, { servedBy: "" }))],
    ["more than one attempt", JSON.stringify(complete(3, { attempts: 2 }))],
    ["an update that was not sent", JSON.stringify(complete(3, { unsent: true }))],
    ["an answer to a number that no write has", JSON.stringify(complete(WRITE_LIMIT))],
    ["a read of a number that no write has", JSON.stringify(read(WRITE_LIMIT))],
    ["two names that nothing divides", wrong(complete(3), '/1"]', '/1""Patient/4/1"]')],
    ["a comma with nothing behind it", wrong(complete(3), '/1"]', '/1","]')],
    ["letters beyond ASCII", JSON.stringify(complete(3, { servedBy: "ä" }))],
    ...NAMES.map((name) => [`the name ${name}`, JSON.stringify(complete(3, { stored: [name] }))]),
  ])("%s", (_, line) => {
    expect(plainly(line)).toBeNull();
  });

  test("a plain line among letters beyond ASCII, where bytes are not counted as letters are", () => {
    expect(plainly(JSON.stringify(complete(3)), "ä\n")).toBeNull();
    expect(plainly(JSON.stringify(complete(3)), "a\n")).not.toBeNull();
    // Among the bytes the line begins one place later than among the letters.
    const line = JSON.stringify(complete(3));
    const { entered, entries } = entriesOf(new Names(PLAN.seed));
    const lines = new PlainLines(PLAN, new Names(PLAN.seed), entries);
    expect(lines.enter(`é${line}\n`, 2, 2 + line.length, 1)).toBe(false);
    expect(entered).toEqual([]);
  });

  test("a name of a kind that there was no room for", () => {
    const names = new Names(PLAN.seed);
    for (let i = 0; i < 200; i += 1) names.kindOf(`Type${i}/`);
    const { entered, entries } = entriesOf(names);
    const line = JSON.stringify(complete(3));
    expect(new PlainLines(PLAN, names, entries).enter(line, 0, line.length, 1)).toBe(false);
    expect(entered).toEqual([]);
  });
});

test("one text after the other, each by what stands in it", () => {
  const names = new Names(PLAN.seed);
  const { entered, entries } = entriesOf(names);
  const lines = new PlainLines(PLAN, names, entries);
  const texts = [complete(13), complete(3), invoke(14), complete(15)].map((line) => JSON.stringify(line));
  for (const text of texts) expect(lines.enter(text, 0, text.length, 5)).toBe(true);
  expect(entered).toEqual(texts.flatMap(byJson));
});

test("a line is read to its end and no further, whatever was read before it", () => {
  const names = new Names(PLAN.seed);
  const { entered, entries } = entriesOf(names);
  const lines = new PlainLines(PLAN, names, entries);
  const long = JSON.stringify(complete(3));
  for (let length = 1; length <= long.length; length += 1) {
    expect(lines.enter(long, 0, long.length, 1)).toBe(true);
    expect(lines.enter(long.slice(0, length), 0, length, 2)).toBe(length === long.length);
    expect(lines.enter(long, 0, length, 3)).toBe(length === long.length);
  }
  expect(entered).toHaveLength(long.length + 2);
});

/** Lines of the plain form and others, most of them with some letters changed. */
const someLine: fc.Arbitrary<string> = (() => {
  const number = fc.oneof(fc.nat({ max: 120 }), fc.constantFrom(-1, 0.5, 1e13, 1e21, MS, null, "1"));
  const ids = fc.constantFrom("w25-3", "r25-3", "7", UUID, "x");
  const name = fc.tuple(fc.constantFrom("Patient", "Observation", "Basic", ""), ids, number);
  const fields = fc.record({
    n: fc.nat({ max: 99 }),
    status: fc.oneof(fc.constantFrom(200, 201, 500, 0), number),
    version: number,
    writer: fc.oneof(fc.constantFrom(null, "w25-4", "w26-4"), number),
    servedBy: fc.constantFrom("a", "b", "", "ä", '"'),
    stored: fc.array(
      name.map((parts) => parts.join("/")),
      { maxLength: 3 },
    ),
    error: fc.constantFrom("", "", "", "EOF", '"\\'),
  });
  const line = fields.chain(({ n, status, version, writer, servedBy, stored, error }) =>
    fc.constantFrom<object>(
      ...[invoke(n), complete(n), read(n)],
      ...[
        { ...read(n), status, version, writer, servedBy },
        { ...complete(n), status, stored, servedBy, error },
      ],
    ),
  );
  const letters = ['"', "0", "1", "-", "/", ",", "}", "]", " ", "a", "é", "\\", ""];
  const edit = fc.record({ at: fc.nat(), cut: fc.nat({ max: 2 }), put: fc.constantFrom(...letters) });
  return fc.tuple(line, fc.array(edit, { maxLength: 2 })).map(([json, changes]) =>
    changes.reduce((text, { at, cut, put }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + cut);
    }, JSON.stringify(json)),
  );
})();

const CASES = 100 * (fc.readConfigureGlobal().numRuns ?? 100);

test("whatever is read as plain, JSON and the plan would say the same of it", () => {
  let plain = 0;
  fc.assert(
    fc.property(someLine, (line) => {
      const entered = plainly(line);
      if (entered === null) return;
      plain += 1;
      expect(entered).toEqual(byJson(line));
    }),
    { seed: 41, numRuns: CASES },
  );
  if (CASES >= 10_000) expect(plain).toBeGreaterThan(CASES / 10);
});

test("a ledger reads the same when none of its lines is plain, for there is a space before each", () => {
  const readAll = (lines: readonly string[], before: string) => {
    const text = lines.map((line) => `${before}${line}\n`).join("");
    const { history, notes } = readLedger(text, CLOCK, PLAN, new Names(PLAN.seed));
    // A parser of JSON tells where it gave up.
    const unreadable = notes.unreadable.map((why) => why.replace(/^(line \d+: ).*JSON.*$/, "$1no JSON"));
    return { operations: [...history], notes: { ...notes, unreadable } };
  };
  fc.assert(
    fc.property(fc.array(someLine, { maxLength: 30 }), (lines) => {
      expect(readAll(lines, "")).toEqual(readAll(lines, " "));
    }),
    { seed: 42 },
  );
});
