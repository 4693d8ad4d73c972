import { describe, expect, test } from "vitest";
import { gatherFacts } from "../../check/facts.ts";
import { lostOf } from "../../check/lost-writes.ts";
import type { Plan } from "../../check/testing/fake-plan.ts";
import { PLAN } from "../../check/testing/fake-plan.ts";
import { cameBack } from "../../check/testing/fake-return.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "../../check/testing/fake-run.ts";
import { MIX } from "../../check/testing/fake-writes.ts";
import { fingerprint } from "../../model/load/content.ts";
import { planWrite, writeId } from "../../model/load/write.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { WalLine } from "../../model/record/wal.ts";
import { SHOWN, type Stories, storiesOf } from "./stories.ts";

function listed(record: RunRecord): Stories {
  const stories = storiesOf(record, gatherFacts(record));
  if (typeof stories === "string") throw new Error(stories);
  return stories;
}
const id = (n: number) => writeId(PLAN.seed, n);
const fates = (stories: Stories) => stories.shown.map(({ operation, fate }) => [operation.write, fate]);
const returned = (plan: Partial<Plan>, changes: Partial<Parts> = {}) =>
  recordOf({ ...cameBack(fakeParts(plan)), ...changes });

test("each lost write has a story, in order of sending, and no other write has one", () => {
  const record = fakeRun({ lost: [30, 10, 20], stranded: [20], happened: [85] });
  const stories = listed(record);
  expect(fates(stories)).toEqual([
    [id(10), "gone"],
    [id(20), "stranded"],
    [id(30), "gone"],
  ]);
  expect(stories).toMatchObject({ lost: lostOf(record.history, gatherFacts(record)).length, neverAcknowledged: 0 });
});

describe("it shows where the write is and was", () => {
  test("on no site", () => {
    const [story] = listed(fakeRun({ lost: [10] })).shown;
    expect(story?.places).toEqual(["B at the end: not there, and its API answered 404", "A at the end: not there"]);
  });

  test("still on the old primary", () => {
    const [story] = listed(fakeRun({ lost: [10], stranded: [10] })).shown;
    expect(story?.places[1]).toBe("A at the end: there, as acknowledged");
  });

  test("on a site that came back, saved and overwritten", () => {
    const [story] = listed(returned({ lost: [10], stranded: [10] })).shown;
    expect(story).toMatchObject({
      fate: "stranded",
      places: [
        "B at the end: not there, and its API answered 404",
        "A at the end: not there",
        "A when it came back: there, as acknowledged",
        "saved in stranded.json, as acknowledged",
      ],
    });
  });

  test("in the log of a site that came back, and in no archive", () => {
    const reading = { side: "a", atMs: 9000, tookMs: 10 } as const;
    const found = { type: "wal", segments: 1, bytes: 1 } as const;
    const wal: WalLine[] = [
      { ...reading, ...found, of: "own", writes: [id(9), id(10)] },
      { ...reading, ...found, of: "archive", writes: [id(100)] },
      { ...reading, type: "unreadable", of: "own", why: "no such container" },
    ];
    const [story] = listed(fakeRun({ lost: [10] }, () => ({ wal }))).shown;
    expect(story?.places.slice(2)).toEqual([
      "A's log when it came back: there",
      "A's archive at the end: not there",
      "A's log when it came back: not known, no such container",
    ]);
  });

  test("not saved, or saved as another version", () => {
    const { saved } = cameBack(fakeParts({ lost: [10], stranded: [10] }));
    const last = (changes: Partial<Parts>) =>
      listed(returned({ lost: [10], stranded: [10] }, changes)).shown[0]?.places.at(-1);
    expect(last({ saved: [] })).toBe("not in stranded.json");
    expect(last({ saved: saved.map((version) => ({ ...version, version: 9 })) })).toMatch(
      /^saved in stranded.json as \S+\/9/,
    );
    const record = { ...returned({ lost: [10], stranded: [10] }), saved: null };
    expect(listed(record).shown[0]?.places.at(-1)).toBe("stranded.json cannot be read");
  });

  test("gone if its site came back and was overwritten unsaved, and not known if the site never came back", () => {
    const fateOf = (changes: Partial<Parts>) =>
      listed(returned({ lost: [10], stranded: [10] }, changes)).shown[0]?.fate;
    expect(fateOf({ saved: [] })).toBe("gone");
    expect(fateOf({ saved: [], returned: [] })).toBe("not known");
    expect(fateOf({ returned: [] })).toBe("stranded");
  });

  test("in part", () => {
    const torn = [...fakeRun().history].find(({ kind, outcome }) => kind === "bundle" && outcome === "ok")?.n as number;
    const [story] = listed(fakeRun({ torn: [torn] })).shown;
    expect(story?.places[0]).toMatch(
      /^B at the end: in part as Patient\/\d+\/1, and its API answered 200 with version 1, 404$/,
    );
  });
});

test("a write that was never acknowledged and is only on another site is listed as such", () => {
  const unknown = [...fakeRun().history].find(({ outcome, kind }) => outcome === "info" && kind === "put");
  const n = unknown?.n as number;
  const record = fakeRun({}, ({ audit }) => {
    const row = audit.find((line) => line.type === "row" && line.side === "a" && line.write.startsWith("w"));
    if (row?.type !== "row") throw new Error("A holds nothing");
    const content = fingerprint(planWrite(PLAN.seed, n, MIX).body);
    const more = { ...row, write: id(n), resource: `Patient/${id(n)}`, version: 1, pid: 999, content };
    const rows = audit.filter((line) => line.type === "row" && line.side === "a").length + 1;
    return {
      audit: [more, ...audit.map((line) => (line.type === "rows-end" && line.side === "a" ? { ...line, rows } : line))],
    };
  });
  const stories = listed(record);
  expect(stories).toMatchObject({ lost: 0, neverAcknowledged: 1 });
  expect(fates(stories)).toEqual([[id(n), "stranded, never acknowledged"]]);
});

describe("what is not known is reported", () => {
  test("without the audit of the serving site there are no stories, but a reason", () => {
    const record = fakeRun({ lost: [10] }, () => ({ audit: [] }));
    expect(storiesOf(record, gatherFacts(record))).toMatch(/^what B holds is not known: /);
  });

  test("without the audit of the other site nothing is gone", () => {
    const record = fakeRun({ lost: [10] }, ({ audit }) => ({ audit: audit.filter(({ side }) => side === "b") }));
    expect(listed(record).shown[0]).toMatchObject({ fate: "not known" });
    expect(listed(record).shown[0]?.places[1]).toMatch(/^A at the end: not known, /);
  });
});

test("of very many, the first are listed and all are counted", () => {
  const afterSeconds = 60;
  const lost = Array.from({ length: SHOWN + 50 }, (_, n) => n);
  const stories = listed(fakeRun({ lost, outage: null, afterSeconds }));
  expect([stories.lost, stories.shown.length, stories.shown.at(-1)?.operation.n]).toEqual([
    SHOWN + 50,
    SHOWN,
    SHOWN - 1,
  ]);
});
