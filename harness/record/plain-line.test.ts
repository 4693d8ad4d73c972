/** Plain lines are read as the JSON parser would read them, and all others are left to it. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { CompleteLine, InvokeLine, LedgerLine, ReadLine } from "../model/load/ledger.ts";
import { Names } from "../model/load/names.ts";
import { kindOfWrite, WRITE_LIMIT, writeId } from "../model/load/write.ts";
import { parseJson } from "../model/record/json.ts";
import { type Entries, enterLine, type WritePlan } from "./ledger-line.ts";
import { PlainLines } from "./plain-line.ts";
import { readLedger } from "./read-ledger.ts";

const PLAN = { seed: 77, mix: { put: 5, post: 3, bundle: 1, update: 1 }, runners: ["k6-1", "k6-10", '"é\\'] };
const OLDER = { ...PLAN, runners: null };
const UUID = "734836b1-ad50-4bcb-b0d2-59aa7227669e";
const MS = 1_790_000_000_000;
const PLACE = 5;

const invoke = (n: number): InvokeLine => {
  return { type: "invoke", write: writeId(77, n), n, kind: kindOfWrite(77, n, PLAN.mix), epochMs: MS + n, r: "k6-1" };
};
const read = (n: number, changes: Partial<ReadLine> = {}): ReadLine => {
  const times = { sentEpochMs: MS + n, epochMs: MS + n + 1 };
  const found = { status: 200, version: 4, writer: null, servedBy: "a", r: "k6-1" };
  return { type: "read", write: writeId(77, n), ...times, ...found, ...changes };
};
const complete = (n: number, changes: Partial<CompleteLine> = {}): CompleteLine => {
  const answer = { status: 201, errorCode: 0, error: "", stored: [`Patient/${writeId(77, n)}/1`], servedBy: "b" };
  return { type: "complete", write: writeId(77, n), epochMs: MS + n + 9, ...answer, r: "k6-1", ...changes };
};

/** Both parsers in turn, as the ledger's reader uses them. Entries have names, not codes. */
class Readers {
  readonly #names: Names;
  readonly #entered: unknown[] = [];
  readonly #entries: Entries = {
    look: () => {},
    invoke: (...what) => this.#entered.push(["invoke", ...what]),
    read: (n, epochMs, { sentEpochMs, status, version, writer }, runner) =>
      this.#entered.push(["read", n, epochMs, sentEpochMs, status, version, writer, runner]),
    complete: (n, epochMs, { stored, status, errorCode, servedBy, unsent, attempts }, runner, line) => {
      const held = stored.map(({ name, version }) => `${this.#names.name(name)}/${version}`);
      this.#entered.push(["complete", n, epochMs, held, status, errorCode, servedBy, unsent, attempts, runner, line]);
    },
    mark: (...what) => this.#entered.push(["mark", ...what]),
  };
  readonly #plain: PlainLines;
  readonly #plan: WritePlan;

  constructor(plan: WritePlan = PLAN, names = new Names(PLAN.seed)) {
    this.#plan = plan;
    this.#names = names;
    this.#plain = new PlainLines(plan, names, this.#entries);
  }

  /** What is entered from the line between these places; `null` when it is not plain. */
  plainly(text: string, from = 0, to = text.length): unknown {
    const isPlain = this.#plain.enter(text, from, to, PLACE);
    if (this.#entered.length !== (isPlain ? 1 : 0)) throw new Error(`entered ${this.#entered.length} times: ${text}`);
    return this.#entered.pop() ?? null;
  }

  byJson(line: string): unknown {
    enterLine(parseJson(line), PLACE, this.#plan, this.#names, this.#entries);
    return this.#entered.pop();
  }
}

const PLAIN = [
  ...[0, 1, 7, 10, 123_456, WRITE_LIMIT - 1].map(invoke),
  ...[read(4), read(5, { writer: writeId(77, 3), servedBy: "b" }), read(6, { status: 500 }), read(7, { version: 12 })],
  ...[read(4, { writer: "w26-1" }), read(4, { servedBy: "10.0.0.9:8080" })],
  ...[complete(3), complete(3, { servedBy: "" }), complete(3, { servedBy: "10.0.0.9:8080" })],
  ...[0, 1, 99, 1e12].map((id) => complete(3, { stored: [`Patient/${id}/1`] })),
  complete(3, { stored: [`Patient/${UUID}/12`], servedBy: "a" }),
  complete(3, { stored: ["Patient/00000000-0000-0000-0000-000000000000/1"] }),
  complete(3, { stored: ["Patient/r25-9/40"], status: 200 }),
  complete(3, { stored: [`Patient/${UUID}/1`, "Observation/5/1", `Observation/${UUID}/1`] }),
  ...[{ ...invoke(7), r: "k6-10" }, read(4, { r: "k6-10" }), complete(3, { r: "k6-10" })],
].map((line) => JSON.stringify(line));

test.each(PLAIN)("plain: %s", (line) => {
  const readers = new Readers();
  expect(readers.plainly(line)).toEqual(readers.byJson(line));
  const amongOthers = `{"type":"noise"}\n${line}\n${line}\n`;
  expect(readers.plainly(amongOthers, 17, 17 + line.length)).toEqual(readers.byJson(line));
});

const unsaid = (line: string) => line.replace(/,"r":"[^"]*"}$/, "}");

test.each([0, 10, 20])("plain in an older record, whose lines do not name their runner", (at) => {
  const readers = new Readers(OLDER);
  const line = unsaid(PLAIN[at] as string);
  expect(line).not.toContain("k6");
  expect(readers.plainly(line)).not.toBeNull();
  expect(readers.plainly(line)).toEqual(readers.byJson(line));
  expect(readers.plainly(PLAIN[at] as string)).toBeNull();
});

const spliced = (text: string, at: number, cut: number, put: string) => text.slice(0, at) + put + text.slice(at + cut);
const wrong = (line: LedgerLine, was: string | RegExp, is: string) => JSON.stringify(line).replace(was, is);

describe("left to JSON", () => {
  const IDS = [
    "/5",
    "5/1/1",
    "/5/1",
    "5",
    "5/",
    "5/x",
    "05/1",
    "5/01",
    "x5/1",
    "w25-/1",
    "w26-1/1",
    "12345678901234/1",
  ];
  const UUIDS = [UUID.toUpperCase(), `${UUID}0`, UUID.slice(1), UUID.replace("-b", "_b"), UUID.replace("4b", "g0")];
  const NAMES = ["", "/5", "/5/1", "Encounter/5/1", ...IDS.map((id) => `Patient/${id}`), `Patient/${UUID}`];
  test.each<[string, string]>([
    ["another number", wrong(invoke(7), '"n":7', '"n":8')],
    ["another kind", wrong(invoke(7), /"kind":"\w+"/, `"kind":"${invoke(7).kind === "put" ? "post" : "put"}"`)],
    ["another seed", wrong(invoke(7), "w25-", "w26-")],
    ["a number with a leading zero", wrong(invoke(7), /-7","n":7/, '-07","n":07')],
    ["no number", wrong(invoke(7), /-7","n":7/, '-","n":')],
    ["an impossible number", JSON.stringify(invoke(WRITE_LIMIT))],
    ["a time before 1970", wrong(invoke(7), `${MS + 7}`, "-1")],
    ["half a millisecond", wrong(invoke(7), `${MS + 7}`, "1790000000007.5")],
    ["a time of too many digits", wrong(invoke(7), `${MS + 7}`, "12345678901234")],
    ["a space", wrong(invoke(7), ",", ", ")],
    ["something after it", `${JSON.stringify(invoke(7))} `],
    ["an additional field", wrong(invoke(7), "}", ',"more":1}')],
    ["fields in another order", JSON.stringify(Object.fromEntries(Object.entries(invoke(7)).reverse()))],
    ["nothing but a brace", "{"],
    ["another type", wrong(invoke(7), "invoke", "involve")],
    ["a read without a version", JSON.stringify(read(4, { version: null }))],
    ["a read of version 0", JSON.stringify(read(4, { version: 0 }))],
    ["an error", JSON.stringify(complete(3, { errorCode: 1050 }))],
    ["an error message", JSON.stringify(complete(3, { error: "EOF" }))],
    ["nothing stored", JSON.stringify(complete(3, { stored: [] }))],
    ["more than one attempt", JSON.stringify(complete(3, { attempts: 2 }))],
    ["an update that was not sent", JSON.stringify(complete(3, { unsent: true }))],
    ["an answer to an impossible number", JSON.stringify(complete(WRITE_LIMIT))],
    ["a read of an impossible number", JSON.stringify(read(WRITE_LIMIT))],
    ["two names without a separator", wrong(complete(3), '/1"]', '/1""Patient/4/1"]')],
    ["a trailing comma", wrong(complete(3), '/1"]', '/1","]')],
    ["no runner", unsaid(JSON.stringify(complete(3)))],
    ...["k6-2", "k6-1 ", "k6-", "K6-1", "", "k6-1k6-1", '"é\\'].map((r): [string, string] => {
      return [`the runner ${r}`, JSON.stringify(complete(3, { r }))];
    }),
    ["a runner in another place", JSON.stringify({ r: "k6-1", ...complete(3) })],
    ["two runners", wrong(complete(3), /}$/, ',"r":"k6-1"}')],
    ["non-ASCII letters", JSON.stringify(complete(3, { servedBy: "ä" }))],
    ["a quote in a word", JSON.stringify(complete(3, { servedBy: '"' }))],
    ...[...NAMES, ...UUIDS.map((uuid) => `Patient/${uuid}/1`)].map((name) => {
      return [`the name ${name}`, JSON.stringify(complete(3, { stored: [name] }))] as [string, string];
    }),
  ])("%s", (_, line) => {
    expect(new Readers().plainly(line)).toBeNull();
  });

  test("a plain line among non-ASCII letters, where byte and character offsets differ", () => {
    const line = JSON.stringify(complete(3));
    expect(new Readers().plainly(`a\n${line}`, 2)).not.toBeNull();
    expect(new Readers().plainly(`ä\n${line}`, 2)).toBeNull();
    // The line begins at a byte offset that equals its character offset.
    expect(new Readers().plainly(`é${line}\n`, 2, 2 + line.length)).toBeNull();
  });

  test("a name of a kind beyond the limit", () => {
    const names = new Names(PLAN.seed);
    for (let i = 0; i < 200; i += 1) names.kindOf(`Type${i}/`);
    expect(new Readers(PLAN, names).plainly(JSON.stringify(complete(3)))).toBeNull();
  });
});

test("a line is read exactly to its end, whatever was read before", () => {
  const readers = new Readers();
  for (const line of PLAIN) {
    for (let length = 1; length < line.length; length += 1) {
      expect(readers.plainly(line)).not.toBeNull();
      expect(readers.plainly(line.slice(0, length))).toBeNull();
      expect(readers.plainly(line, 0, length)).toBeNull();
    }
  }
});

test("remains of a longer text are not reached", () => {
  const readers = new Readers();
  const [spaces, cut] = [" ".repeat(4000), '{"type":"invoke","write":"w25-1'];
  expect(readers.plainly("é".repeat(2000) + "1".repeat(3000))).toBeNull();
  expect(readers.plainly(spaces + cut, spaces.length)).toBeNull();
});

const LETTERS = [...'"\\/0129-+.eE,:;[]{} \t\n\0aAbfguw\u007fé\u2028\ud800'];

test("with any letter changed, inserted, removed or doubled, what is still plain reads the same as JSON", () => {
  const readers = new Readers();
  let plain = 0;
  for (const line of PLAIN) {
    for (let at = 0; at <= line.length; at += 1) {
      for (const letter of ["", line[at] ?? "", ...LETTERS]) {
        for (const edited of [spliced(line, at, 0, letter), spliced(line, at, 1, letter)]) {
          const entered = readers.plainly(edited);
          if (entered === null) continue;
          plain += 1;
          expect(entered, edited).toEqual(readers.byJson(edited));
        }
      }
    }
  }
  // Digits of times and names, and letters of words.
  expect(plain).toBeGreaterThan(5000);
});

/** The tokens of a line's JSON: `"n"` and `7`. */
type Field = [key: string, value: string];
/** `at` and `by` choose the places. */
type Change = (fields: Field[], at: number, by: number) => Field[];

const value = (change: (value: string, by: number) => string): Change => {
  return (fields, at, by) => fields.map(([key, was], i) => (i === at ? [key, change(was, by)] : [key, was]));
};
const CHANGES: Change[] = [
  ...["0", "-", "+", " ", '"', "[", "1", "99999999999999999999"].map((before) => value((was) => before + was)),
  ...["0", ".0", ".", ".5", "e0", "E+0", "e400", " ", '"', "99999999"].map((after) => value((was) => was + after)),
  ...["-0", "0", "1e3", "null", "true", "[]", "{}", '"1"', '""', "1e400"].map((other) => value(() => other)),
  // A letter as an escape, and an escape or multi-byte letters among the others.
  value((was, by) => {
    const at = by % was.length;
    return spliced(was, at, 1, `\\u${was.charCodeAt(at).toString(16).padStart(4, "0")}`);
  }),
  ...["\\n", "\\u0000", "\\/", "é", "😀", "\u2028"].map((put) =>
    value((was, by) => spliced(was, by % was.length, 0, put)),
  ),
  // A field removed, doubled, doubled with another's value, or moved.
  (fields, at) => fields.toSpliced(at, 1),
  (fields, at, by) => fields.toSpliced(by % fields.length, 0, fields[at] as Field),
  (fields, at, by) => [...fields, [(fields[at] as Field)[0], (fields[by % fields.length] as Field)[1]]],
  (fields, at, by) => fields.toSpliced(at, 1).toSpliced(by % fields.length, 0, fields[at] as Field),
  ...['"more"', '"__proto__"', '"attempts"', '"unsent"'].map(
    (key): Change =>
      (fields) => [...fields, [key, "1"]],
  ),
];

const someLine: fc.Arbitrary<string> = (() => {
  const number = fc.oneof(fc.nat({ max: 120 }), fc.constantFrom(-1, 0.5, 1e13, 1e21, MS, null, "1"));
  const ids = fc.constantFrom("w25-3", "r25-3", "7", UUID, "x");
  const name = fc.tuple(fc.constantFrom("Patient", "Observation", "Basic", ""), ids, number);
  const stored = fc.array(
    name.map((parts) => parts.join("/")),
    { maxLength: 3 },
  );
  const answered = fc.record({
    status: fc.oneof(fc.constantFrom(200, 201, 500, 0), number),
    version: number,
    writer: fc.oneof(fc.constantFrom(null, "w25-4", "w26-4"), number),
    servedBy: fc.constantFrom("a", "b", "", "ä", '"'),
    r: fc.constantFrom("k6-1", "k6-1", "k6-1", "k6-10", "k6-2", PLAN.runners[2] as string),
    ...{ stored, error: fc.constantFrom("", "", "", "EOF", '"\\') },
  });
  const line = fc
    .tuple(fc.nat({ max: 99 }), answered)
    .chain(([n, { status, version, writer, servedBy, stored, error, r }]) =>
      fc.constantFrom<object>(
        ...[invoke(n), complete(n), read(n)],
        ...[
          { ...read(n), status, version, writer, servedBy, r },
          { ...complete(n), status, stored, servedBy, error, r },
        ],
      ),
    );
  const change = fc.record({ how: fc.constantFrom(...CHANGES), at: fc.nat(), by: fc.nat() });
  const edit = fc.record({ at: fc.nat(), cut: fc.nat({ max: 2 }), put: fc.constantFrom("", ...LETTERS) });
  const some = <T>(of: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(of, { maxLength: 2 }));
  return fc.tuple(line, some(change), some(edit)).map(([json, changes, edits]) => {
    const fields = Object.entries(json).map(([key, is]): Field => [JSON.stringify(key), JSON.stringify(is)]);
    const changed = changes.reduce(
      (list, { how, at, by }) => (list.length === 0 ? list : how(list, at % list.length, by)),
      fields,
    );
    return edits.reduce(
      (text, { at, cut, put }) => spliced(text, at % (text.length + 1), cut, put),
      `{${changed.map((field) => field.join(":")).join(",")}}`,
    );
  });
})();

const CASES = 200 * (fc.readConfigureGlobal().numRuns ?? 100);

test("whatever is read as plain reads the same as JSON, checked against the plan", () => {
  const readers = new Readers();
  let plain = 0;
  fc.assert(
    fc.property(someLine, (line) => {
      const entered = readers.plainly(line);
      if (entered === null) return;
      plain += 1;
      expect(entered).toEqual(readers.byJson(line));
    }),
    { seed: 41, numRuns: CASES },
  );
  if (CASES >= 10_000) expect(plain).toBeGreaterThan(CASES / 10);
});

const CLOCK = { offsetMs: MS, errorMs: 1, samples: 9 };

test("a ledger reads the same when every line goes through JSON", () => {
  const readAll = (text: string) => {
    const { history, notes } = readLedger(text, CLOCK, PLAN, new Names(PLAN.seed), inTime);
    return { operations: [...history], notes };
  };
  fc.assert(
    fc.property(fc.array(someLine, { minLength: 1, maxLength: 30 }), (lines) => {
      const text = lines.map((line) => `${line}\n`).join("");
      const said = readAll(text);
      const enter = vi.spyOn(PlainLines.prototype, "enter").mockReturnValue(false);
      try {
        expect(said).toEqual(readAll(text));
        expect(enter).toHaveBeenCalled();
      } finally {
        enter.mockRestore();
      }
    }),
    { seed: 42 },
  );
});

function inTime(name: string, ms: number): void {
  if (ms > 60) throw new Error(`its ${name} is at no time of the drill`);
}
