/**
 * Real runs that hold, altered afterwards: none of them may hold any more. The run `self-test` is judged with an
 * objective of no lost writes; in the run in `results/sample`, a site came back, was saved and overwritten.
 */
import { describe, expect, test } from "vitest";
import type { CompleteLine } from "../../harness/model/load/ledger.ts";
import { firstVersionOf, REGISTERS, registerOf, writeNumber } from "../../harness/model/load/write.ts";
import type { AuditLine, AuditRead, AuditRow } from "../../harness/model/record/audit.ts";
import type { Verdict } from "../../harness/model/verdict/verdict.ts";
import { type Kept, keptOf, type Saved, keptSample as sample, verdictOf, withCounts } from "./kept.ts";
import { readGolden } from "./read-golden.ts";

const GOLDEN = readGolden("self-test").files;
/** The run, fresh for each test, with an objective of no lost writes. */
function selfTest(): Kept {
  const kept = keptOf(GOLDEN);
  Object.assign(kept.run.config.objectives, { lostWrites: 0, rpoSeconds: 0 });
  return kept;
}
type Change<T> = (line: T) => T | T[] | null;
const isRow = (line: AuditLine): line is AuditRow => line.type === "row";
const each = <T>(lines: readonly T[], change: Change<T>) =>
  lines.flatMap((line) => {
    const changed = change(line);
    return changed === null ? [] : changed;
  });
const onB = (kept: Kept, change: Change<AuditRow>): Kept => ({
  ...kept,
  audit: withCounts(each<AuditLine>(kept.audit, (line) => (isRow(line) && line.side === "b" ? change(line) : line))),
});
const answers = (kept: Kept, change: (line: CompleteLine) => CompleteLine): Kept => ({
  ...kept,
  ledger: kept.ledger.map((line) => (line.type === "complete" ? change(line) : line)),
});
const reads = (kept: Kept, change: Change<AuditRead>): Kept => ({
  ...kept,
  audit: withCounts(each<AuditLine>(kept.audit, (line) => (line.type === "read" ? change(line) : line))),
});

const { audit, ledger, run } = selfTest();
const acknowledged = ledger.filter(
  (line): line is CompleteLine => line.type === "complete" && line.status >= 200 && line.status < 300,
);
const rowsOfB = audit.filter((line): line is AuditRow => isRow(line) && line.side === "b");
const read = new Set(audit.flatMap((line) => (line.type === "read" ? [line.resource] : [])));
const searched = new Set(audit.flatMap((line) => (line.type === "search" ? [line.write] : [])));
const kindOf = (write: string) => ledger.find((line) => line.type === "invoke" && line.write === write);
/** An acknowledged write that was not read by the API, so that only the altered line shows it. */
const unasked = (kind: string) =>
  acknowledged.find(({ write, stored }) => {
    const invoke = kindOf(write);
    const names = stored.map((name) => name.replace(/\/\d+$/, ""));
    const isOther = names.some((name) => read.has(name)) || searched.has(write);
    return invoke?.type === "invoke" && invoke.kind === kind && !isOther;
  }) as CompleteLine;
const [put, post, bundle] = [unasked("put"), unasked("post"), unasked("bundle")];
const otherBundle = acknowledged.find(
  ({ write, stored }) => stored.length === 3 && write !== bundle.write,
) as CompleteLine;
const nameOf = (stored: string | undefined) => (stored ?? "").replace(/\/\d+$/, "");
const ofWrite =
  ({ write }: CompleteLine, changes: Partial<AuditRow> | null) =>
  (row: AuditRow) =>
    row.write === write ? changes && { ...row, ...changes } : row;
/** A register with versions made by A and by B, and one without updates. */
const updated = "Patient/r16-2";
const versions = rowsOfB.filter((row) => row.resource === updated).map(({ version }) => version);
const newest = Math.max(...versions);
const used = new Set(acknowledged.flatMap(({ stored }) => stored.map(nameOf)));
const free = Array.from({ length: REGISTERS }, (_, register) => firstVersionOf(run.seed, register)).find(
  ({ path }) => !used.has(path) && !read.has(path),
) as { path: string; id: string };

test("unaltered, both hold", () => {
  const [verdict, ofSample] = [verdictOf(selfTest()), verdictOf(sample())];
  expect([verdict.verdict, verdict.measures.lost.count]).toEqual(["holds", 0]);
  expect([ofSample.verdict, ofSample.measures.lost.count, ofSample.measures.stranded.count]).toEqual(["holds", 91, 91]);
  expect([put, post, bundle, free].every(Boolean)).toBe(true);
  expect(newest).toBeGreaterThan(3);
});

type Case = [string, () => Kept, "broken" | "not holds", check?: string];
const isNamed = ({ checks }: Verdict, name: string | undefined) =>
  name === undefined ||
  checks.some((check) => check.name === name && (check.verdict === "broken" || check.verdict === "inconclusive"));
function altered(cases: readonly Case[]) {
  test.each(cases)("%s", (_, make, word, check) => {
    const verdict = verdictOf(make());
    if (word === "broken") expect(verdict.verdict).toBe("broken");
    expect(verdict.verdict).not.toBe("holds");
    expect(isNamed(verdict, check)).toBe(true);
  });
}

describe("a version that is not the current one", () => {
  const current = (resource: string, wanted: (version: number) => boolean) => (row: AuditRow) =>
    row.resource === resource ? { ...row, indexed: wanted(row.version) ? true : null } : row;
  altered([
    [
      "an older one is served",
      () =>
        onB(
          selfTest(),
          current(updated, (v) => v === newest - 1),
        ),
      "broken",
      "lost-writes",
    ],
    [
      "by another order too",
      () =>
        onB(
          selfTest(),
          current(updated, (v) => v === 1),
        ),
      "broken",
      "current-versions",
    ],
    [
      "none is served",
      () =>
        onB(
          selfTest(),
          current(updated, () => false),
        ),
      "broken",
      "lost-writes",
    ],
    ["the only one of a put is not", () => onB(selfTest(), ofWrite(put, { indexed: null })), "broken", "lost-writes"],
    [
      "two are served",
      () =>
        onB(
          selfTest(),
          current(updated, (v) => v >= newest - 1),
        ),
      "broken",
      "current-versions",
    ],
    [
      "the row of the served one is missing",
      () => onB(selfTest(), (row) => (row.resource === updated && row.version === newest ? null : row)),
      "broken",
      "lost-writes",
    ],
    [
      "a row in the middle is missing",
      () => onB(selfTest(), (row) => (row.resource === updated && row.version === newest - 1 ? null : row)),
      "broken",
      "current-versions",
    ],
    [
      "a put is deleted",
      () => onB(selfTest(), ofWrite(put, { deleted: true, indexed: null })),
      "broken",
      "lost-writes",
    ],
    ["a put is there as its second version only", () => onB(selfTest(), ofWrite(put, { version: 2 })), "broken"],
    [
      "what an unacknowledged write made is deleted",
      () => {
        const happened = rowsOfB.find(
          (row) => writeNumber(run.seed, row.write) !== null && !acknowledged.some(({ write }) => write === row.write),
        );
        return onB(selfTest(), (row) => (row.pid === happened?.pid ? { ...row, deleted: true, indexed: null } : row));
      },
      "broken",
      "current-versions",
    ],
    ["a row is there twice", () => onB(selfTest(), (row) => (row.write === put.write ? [row, row] : row)), "not holds"],
    [
      "two rows say what one version is",
      () => onB(selfTest(), (row) => (row.write === put.write ? [row, { ...row, pid: -1, content: 1 }] : row)),
      "broken",
    ],
    [
      "the served row of one is another's",
      () =>
        onB(selfTest(), (row) =>
          row.resource === updated && row.version === newest ? { ...row, write: put.write } : row,
        ),
      "broken",
    ],
  ]);
});

describe("content and references", () => {
  const first = nameOf(bundle.stored[1]);
  const referring = (target: string | null) =>
    onB(selfTest(), (row) => (row.resource === first ? { ...row, refersTo: target } : row));
  const contents = new Map(rowsOfB.map((row) => [row.resource, row.content]));
  const exchanged = (x: string, y: string) => (row: AuditRow) =>
    row.resource === x || row.resource === y
      ? { ...row, content: contents.get(row.resource === x ? y : x) ?? null }
      : row;
  altered([
    [
      "refers to the patient of another bundle",
      () => referring(nameOf(otherBundle.stored[0])),
      "broken",
      "corrupt-content",
    ],
    ["refers to any patient", () => referring(nameOf(put.stored[0])), "broken", "corrupt-content"],
    ["refers to nobody", () => referring(null), "broken", "corrupt-content"],
    ["refers to one who is not there", () => referring("Patient/nobody"), "broken", "corrupt-content"],
    [
      "a patient refers to another",
      () => onB(selfTest(), ofWrite(put, { refersTo: updated })),
      "broken",
      "corrupt-content",
    ],
    [
      "two observations have each other's content",
      () => onB(selfTest(), exchanged(first, nameOf(bundle.stored[2]))),
      "broken",
      "corrupt-content",
    ],
    [
      "two observations have each other's acknowledgement",
      () =>
        answers(selfTest(), (line) => {
          const [patient, x, y] = line.stored as [string, string, string];
          return line.write === bundle.write ? { ...line, stored: [patient, y, x] } : line;
        }),
      "broken",
      "corrupt-content",
    ],
    [
      "an older version has another content",
      () =>
        onB(selfTest(), (row) =>
          row.resource === updated && row.version === newest - 1 ? { ...row, content: 1 } : row,
        ),
      "broken",
      "corrupt-content",
    ],
    [
      "a register has the content of the version before",
      () => {
        const before = rowsOfB.find((row) => row.resource === updated && row.version === newest - 1)?.content ?? null;
        return onB(selfTest(), (row) =>
          row.resource === updated && row.version === newest ? { ...row, content: before } : row,
        );
      },
      "broken",
      "corrupt-content",
    ],
  ]);
});

describe("data from before the load", () => {
  const ofFree = (changes: Partial<AuditRow> | null) => () =>
    onB(selfTest(), (row) => (row.resource === free.path ? changes && { ...row, ...changes } : row));
  altered([
    ["a register is missing", ofFree(null), "broken", "data-before-load"],
    ["a register has another content", ofFree({ content: 1 }), "broken", "data-before-load"],
    ["a register refers to somebody", ofFree({ refersTo: updated }), "broken", "data-before-load"],
    ["a register is deleted", ofFree({ deleted: true, indexed: null }), "broken", "data-before-load"],
    ["a register is not served", ofFree({ indexed: null }), "broken", "current-versions"],
    [
      "the first version of an updated register is missing",
      () => onB(selfTest(), (row) => (row.resource === updated && row.version === 1 ? null : row)),
      "broken",
      "data-before-load",
    ],
    [
      "all registers are missing",
      () => onB(selfTest(), (row) => (row.write.startsWith("r16-") ? null : row)),
      "broken",
    ],
    [
      "no side says anything of registers",
      () => {
        const kept = selfTest();
        return {
          ...kept,
          audit: withCounts(kept.audit.filter((line) => !isRow(line) || !line.write.startsWith("r16-"))),
        };
      },
      "not holds",
      "data-before-load",
    ],
  ]);
});

describe("acknowledgements that name too little", () => {
  const without = (writes: ReadonlySet<string>, named: number) =>
    answers(selfTest(), (line) => (writes.has(line.write) ? { ...line, stored: line.stored.slice(0, named) } : line));
  const gone = (kept: Kept, writes: ReadonlySet<string>): Kept => ({
    ...kept,
    audit: withCounts(kept.audit.filter((line) => !("write" in line) || !writes.has(line.write))),
  });
  const puts = acknowledged.filter(({ stored, write }) => stored[0] === `Patient/${write}/1`).slice(0, 100);
  const hundred = new Set(puts.map(({ write }) => write));
  const [one, three] = [new Set([put.write]), new Set([bundle.write])];
  altered([
    ["a put, all there", () => without(one, 0), "not holds", "unverifiable-acknowledgements"],
    ["a put, and nothing of it is there", () => gone(without(one, 0), one), "broken", "lost-writes"],
    ["a hundred puts, and nothing of them", () => gone(without(hundred, 0), hundred), "broken", "lost-writes"],
    ["two of a bundle, all there", () => without(three, 2), "not holds", "unverifiable-acknowledgements"],
    ["two of a bundle, and nothing of it is there", () => gone(without(three, 2), three), "broken", "lost-writes"],
    [
      "two of a bundle, and the patient is not there",
      () => onB(without(three, 2), (row) => (row.resource === nameOf(bundle.stored[0]) ? null : row)),
      "broken",
      "lost-writes",
    ],
    [
      "a put under another type",
      () =>
        answers(selfTest(), (line) =>
          line.write === put.write ? { ...line, stored: [`Observation/${put.write}/1`] } : line,
        ),
      "broken",
      "unverifiable-acknowledgements",
    ],
    [
      "a post in another version",
      () =>
        answers(selfTest(), (line) =>
          line.write === post.write ? { ...line, stored: [`${nameOf(post.stored[0])}/0`] } : line,
        ),
      "not holds",
      "unverifiable-acknowledgements",
    ],
  ]);

  test("all hundred are counted as acknowledged and as lost", () => {
    const { measures } = verdictOf(gone(without(hundred, 0), hundred));
    expect([measures.unverifiable.count, measures.lost.count]).toEqual([100, 100]);
  });
});

describe("answers of the API", () => {
  const asked = audit.find((line): line is AuditRead => line.type === "read" && line.status === 200) as AuditRead;
  const one = (changes: Partial<AuditRead>) => () =>
    reads(selfTest(), (line) => (line.resource === asked.resource ? { ...line, ...changes } : line));
  const ofRegister = audit.find(
    (line): line is AuditRead => line.type === "read" && (line.version ?? 0) > 1,
  ) as AuditRead;
  const row = rowsOfB.find(({ resource, version }) => resource === asked.resource && version === asked.version);
  altered([
    ["nothing was read", () => reads(selfTest(), () => null), "not holds", "api-reads"],
    ["one thing was read", () => reads(selfTest(), (line) => (line === asked ? line : null)), "not holds", "api-reads"],
    [
      "an older version than was acknowledged",
      () =>
        reads(selfTest(), (line) =>
          line.resource === ofRegister.resource ? { ...line, version: (ofRegister.version as number) - 1 } : line,
        ),
      "broken",
      "lost-writes",
    ],
    ["a newer version than its database has", one({ version: 9 }), "not holds", "worth-judging"],
    ["it is not there", one({ status: 404, version: null }), "broken", "lost-writes"],
    ["it is gone", one({ status: 410, version: null }), "broken", "lost-writes"],
    ["an error", one({ status: 500, version: null }), "not holds"],
    ["another resource", one({ misnamed: "Patient/other/1" }), "broken", "corrupt-content"],
    ["another content", one({ content: 1, refersTo: row?.refersTo ?? null }), "broken", "corrupt-content"],
    ["another reference", one({ content: row?.content ?? null, refersTo: "Patient/x" }), "broken", "corrupt-content"],
    [
      "a search finds more",
      () => {
        const kept = selfTest();
        const found = (line: AuditLine) =>
          line.type === "search" && line.found.length === 1
            ? { ...line, found: [...line.found, nameOf(put.stored[0])] }
            : line;
        return { ...kept, audit: kept.audit.map(found) };
      },
      "broken",
      "index-lost",
    ],
    [
      "a search finds one twice",
      () => {
        const kept = selfTest();
        const found = (line: AuditLine) =>
          line.type === "search" && line.found.length === 1 ? { ...line, found: [...line.found, ...line.found] } : line;
        return { ...kept, audit: kept.audit.map(found) };
      },
      "broken",
      "index-lost",
    ],
  ]);

  test("an answer with the content of the database holds", () => {
    expect(verdictOf(one({ content: row?.content ?? null, refersTo: row?.refersTo ?? null })()).verdict).toBe("holds");
  });
});

describe("a site that came back and was overwritten", () => {
  const withoutSteps = (kept: Kept, ...steps: string[]): Kept => ({
    ...kept,
    events: kept.events.filter(
      (event) =>
        event.type !== "operator" || event.plan !== "rebuild" || (steps.length > 0 && !steps.includes(event.step)),
    ),
  });
  const entries = (kept: Kept, change: (list: Saved[]) => Saved[]): Kept => ({
    ...kept,
    stranded: { ...kept.stranded, entry: change(kept.stranded?.entry ?? []) },
  });
  const counted = (kept: Kept): Kept => ({
    ...kept,
    events: kept.events.map((event) =>
      event.type === "operator" && event.step === "saved"
        ? { ...event, detail: { ...event.detail, versions: kept.stranded?.entry.length } }
        : event,
    ),
  });
  const ofRun = ({ extension: [{ valueString }] }: Saved) => valueString.startsWith("w16-");
  const place = sample().stranded?.entry.findIndex(ofRun) as number;
  const changed = (change: (entry: Saved) => Saved) =>
    entries(sample(), (list) => list.map((entry, at) => (at === place ? change(entry) : entry)));
  const survivor = sample().audit.find(
    (line): line is AuditRow => isRow(line) && line.side === "b" && line.write === "w16-0",
  );
  const returnedCount = (kept: Kept): Kept => ({
    ...kept,
    returned: kept.returned.map((line) =>
      line.type === "rows-end" ? { ...line, rows: kept.returned.length - 1 } : line,
    ),
  });
  altered([
    ["nothing was saved", () => ({ ...withoutSteps(sample(), "saved"), stranded: null }), "broken", "stranded-saved"],
    ["stranded.json is gone", () => ({ ...sample(), stranded: null }), "broken", "stranded-saved"],
    [
      "one entry less",
      () => counted(entries(sample(), (list) => list.toSpliced(place, 1))),
      "broken",
      "stranded-saved",
    ],
    ["half of the entries", () => counted(entries(sample(), (list) => list.slice(0, list.length / 2))), "broken"],
    [
      "another writer's entry is gone",
      () => entries(sample(), (list) => list.filter((entry, at) => at === place || ofRun(entry))),
      "broken",
    ],
    [
      "an entry that nobody lost",
      () => {
        const [id, version] = [survivor?.resource as string, survivor?.version];
        const entry = { ...sample().stranded?.entry[place] } as Saved & Record<string, unknown>;
        const more: Saved & Record<string, unknown> = {
          ...entry,
          extension: [
            { ...entry.extension[0], valueString: "w16-0" },
            { ...entry.extension[1], valueDecimal: survivor?.pid as number },
          ],
          request: { ...entry.request, url: id },
          response: { status: "200", etag: `W/"${version}"` },
        };
        return counted(entries(sample(), (list) => [...list, more]));
      },
      "broken",
      "stranded-saved",
    ],
    [
      "an entry under an unknown row",
      () =>
        changed((entry) => ({
          ...entry,
          extension: [entry.extension[0], { ...entry.extension[1], valueDecimal: 999_999 }],
        })),
      "broken",
      "stranded-saved",
    ],
    [
      "one more under an unknown row",
      () =>
        counted(
          entries(sample(), (list) => {
            const [write, row] = (list[place] as Saved).extension;
            return [...list, { ...(list[place] as Saved), extension: [write, { ...row, valueDecimal: 999_999 }] }];
          }),
        ),
      "broken",
      "stranded-saved",
    ],
    [
      "what it held when it came back lacks one, and is counted so",
      () => {
        const pid = sample().stranded?.entry[place]?.extension[1].valueDecimal;
        const kept = sample();
        return returnedCount({ ...kept, returned: kept.returned.filter((line) => !isRow(line) || line.pid !== pid) });
      },
      "broken",
      "stranded-saved",
    ],
    [
      "a body is another",
      () => changed((entry) => ({ ...entry, resource: { ...entry.resource, gender: "male" } })),
      "broken",
    ],
    [
      "a body is another entry's",
      () => {
        const other = sample().stranded?.entry.findLast(ofRun)?.resource ?? {};
        return changed((entry) => ({ ...entry, resource: other }));
      },
      "broken",
      "stranded-saved",
    ],
    ["a body is missing", () => changed(({ resource: _, ...entry }) => entry), "broken", "stranded-saved"],
    [
      "everything that tells of it is gone but the steps",
      () => ({ ...withoutSteps(sample(), "saved"), stranded: null, returned: [] }),
      "not holds",
      "stranded-saved",
    ],
    [
      "everything that tells of it is gone",
      () => ({ ...withoutSteps(sample()), stranded: null, returned: [] }),
      "not holds",
      "stranded-saved",
    ],
    [
      "its rows are fewer than it said",
      () => {
        const kept = sample();
        return { ...kept, returned: kept.returned.slice(1) };
      },
      "not holds",
      "stranded-saved",
    ],
    [
      "one of its rows is there twice",
      () => {
        const kept = sample();
        return returnedCount({ ...kept, returned: [kept.returned[0] as AuditLine, ...kept.returned] });
      },
      "not holds",
      "stranded-saved",
    ],
    ["what it held is not there", () => ({ ...sample(), returned: [] }), "not holds", "stranded-saved"],
  ]);

  test.each<[string, () => Kept, number | null]>([
    ["stranded are none when nothing was saved", () => ({ ...withoutSteps(sample(), "saved"), stranded: null }), 0],
    [
      "those that are whole when every second version was saved",
      () => entries(sample(), (list) => list.filter((_, at) => at % 2 === 0)),
      41,
    ],
    ["all but one when a body is missing", () => changed(({ resource: _, ...entry }) => entry), 90],
    ["it is not known when nobody knows what it held", () => ({ ...sample(), returned: [] }), null],
    ["nor when not all of it is there", () => ({ ...sample(), returned: sample().returned.slice(1) }), null],
    ["nor when all is gone", () => ({ ...withoutSteps(sample()), stranded: null, returned: [] }), null],
  ])("%s", (_, make, count) => {
    const { stranded } = verdictOf(make()).measures;
    expect(stranded.count).toBe(count);
  });
});

test("registers of the run are those of its plan", () => {
  expect(registerOf(writeNumber(run.seed, "w16-2") as number)).toBe(2);
});
