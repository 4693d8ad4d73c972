import { describe, expect, test } from "vitest";
import { fingerprint } from "../model/load/content.ts";
import { planWrite, registerIdPrefix, registerOf, writeId } from "../model/load/write.ts";
import type { AuditLine, AuditRead, AuditRow } from "../model/record/audit.ts";
import { corruptContent } from "./corrupt-content.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun } from "./testing/fake-run.ts";
import { MIX, resourcesOf } from "./testing/fake-writes.ts";

const { operations } = fakeParts();
const firstOf = (kind: string) => operations.find((op) => op.kind === kind && op.outcome === "ok")?.n as number;

/** The API agrees with the rows. */
const checked = (change: (row: AuditRow) => AuditRow, plan: Partial<Plan> = {}) => {
  const record = fakeRun(plan, (parts) => {
    const changed = parts.audit.map((line) => (line.type === "row" && line.side === "b" ? change(line) : line));
    return { audit: withAsks({ ...parts, audit: changed }) };
  });
  return corruptContent.check(record, gatherFacts(record));
};
const altered = (n: number, change: (row: AuditRow) => Partial<AuditRow>) =>
  checked((row) => (row.write === writeId(PLAN.seed, n) ? { ...row, ...change(row) } : row));

test("holds if everything is as it was sent", () => {
  expect(checked((row) => row)).toMatchObject({ verdict: "holds", measures: { corrupt: { count: 0, ids: [] } } });
});

test.each(["put", "post", "bundle", "update"])("finds other content of a %s", (kind) => {
  const n = firstOf(kind);
  const { verdict, measures, evidence } = altered(n, ({ content }) => ({ content: (content as number) + 1 }));
  expect([verdict, measures?.corrupt]).toEqual(["broken", { count: 1, ids: [writeId(PLAN.seed, n)] }]);
  expect(evidence).toHaveLength(kind === "bundle" ? 3 : 1);
});

test("another write's content, or unreadable content, is not what was sent", () => {
  const other = fingerprint(planWrite(PLAN.seed, firstOf("post"), MIX).body);
  expect(altered(firstOf("put"), () => ({ content: other })).verdict).toBe("broken");
  expect(altered(firstOf("put"), () => ({ content: null })).verdict).toBe("broken");
});

test("the right content in a resource of another type is not what was sent", () => {
  const n = firstOf("bundle");
  const moved = altered(n, (row) => ({ resource: row.resource.replace("Observation", "Patient") }));
  expect(moved.measures?.corrupt?.count).toBe(1);
});

test("finds one content in place of all of a transaction's", () => {
  const { entry } = planWrite(PLAN.seed, firstOf("bundle"), MIX).body as { entry: { resource: object }[] };
  const second = fingerprint(entry[1]?.resource as object);
  const { measures } = altered(firstOf("bundle"), (row) => (row.refersTo ? { content: second } : {}));
  expect(measures?.corrupt?.count).toBe(1);
});

test("what a server adds is not content", () => {
  const sent = { resourceType: "Patient", gender: "unknown", name: [{ family: "x", given: ["y"] }] };
  const added = { id: "7", meta: { versionId: "1" }, text: {} };
  const stored = { ...added, ...sent, name: [{ given: ["y"], family: "x" }] };
  expect(fingerprint(stored)).toBe(fingerprint(sent));
  expect(fingerprint({ ...sent, gender: "male" })).not.toBe(fingerprint(sent));
  expect(fingerprint({ ...sent, name: [{ family: "x", given: ["z"] }] })).not.toBe(fingerprint(sent));
});

test("is inconclusive without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [corruptContent]).checks).toMatchObject([
    { name: "corrupt-content", verdict: "inconclusive", reason },
  ]);
});

test("the texts name the write, its resource and version, and the number of writes", () => {
  const n = firstOf("put");
  const id = writeId(PLAN.seed, n);
  const { reason, evidence } = altered(n, () => ({ content: 1 }));
  expect(reason).toBe("1 writes have content other than what was sent");
  expect(evidence).toEqual([`${id}: Patient/${id}, version 1, has other content`]);
  expect(checked((row) => row).reason).toBe("all content is what was sent");
});

test("each content may occur once per copy of the write, and no more often", () => {
  const n = firstOf("bundle");
  const twice = (second: (row: AuditRow) => Partial<AuditRow>) => {
    const record = fakeRun({}, (parts) => {
      const lines = parts.audit.flatMap((line) =>
        line.type === "row" && line.side === "b" && line.write === writeId(PLAN.seed, n)
          ? [line, { ...line, resource: `${line.resource}-again`, refersTo: again(line.refersTo), ...second(line) }]
          : [line],
      );
      return { audit: withAsks({ ...parts, audit: lines }) };
    });
    return corruptContent.check(record, gatherFacts(record));
  };
  const again = (name: string | null) => name && `${name}-again`;
  expect(twice(() => ({})).verdict).toBe("holds");
  expect(twice((row) => (row.refersTo ? {} : { content: 1 })).evidence).toHaveLength(1);
  const { entry } = planWrite(PLAN.seed, n, MIX).body as { entry: { resource: object }[] };
  const second = fingerprint(entry[1]?.resource as object);
  expect(twice((row) => (row.refersTo ? { content: second } : {})).evidence).toHaveLength(1);
  expect(
    twice((row) => (row.refersTo ? { refersTo: `Patient/${writeId(PLAN.seed, firstOf("put"))}` } : {})).evidence,
  ).toHaveLength(2);
});

test("the very first row is judged, too", () => {
  const id = writeId(PLAN.seed, firstOf("put"));
  const record = fakeRun({}, ({ audit }) => {
    const isIt = (line: (typeof audit)[number]) => line.type === "row" && line.side === "b" && line.write === id;
    const [first] = audit.filter(isIt) as [AuditRow];
    return { audit: [{ ...first, content: 1 }, ...audit.filter((line) => !isIt(line))] };
  });
  expect(corruptContent.check(record, gatherFacts(record)).measures?.corrupt?.ids).toEqual([id]);
});

describe("a reference is content", () => {
  const n = firstOf("bundle");
  const [patient, first, second] = resourcesOf(operations[n] as (typeof operations)[number], PLAN.seed);
  const other = operations.find(
    (op) => op.kind === "bundle" && op.outcome === "ok" && op.n > n,
  ) as (typeof operations)[number];
  const [otherPatient] = resourcesOf(other, PLAN.seed);
  const referring = (resource: string | undefined, refersTo: string | null | undefined) =>
    checked((row) => (row.resource === resource ? { ...row, refersTo: refersTo ?? null } : row));

  test.each([
    ["to the patient of another transaction", otherPatient],
    ["to any other patient of the run", `Patient/${writeId(PLAN.seed, firstOf("put"))}`],
    ["to an observation of its own transaction", second],
    ["to no resource", null],
    ["to one that does not exist", "Patient/nowhere"],
  ])("one observation refers %s", (_, refersTo) => {
    const { verdict, measures, evidence } = referring(first, refersTo);
    expect([verdict, measures?.corrupt]).toEqual(["broken", { count: 1, ids: [writeId(PLAN.seed, n)] }]);
    expect(evidence).toEqual([`${writeId(PLAN.seed, n)}: ${first}, version 1, has other content`]);
  });

  test("a patient refers to no resource", () => {
    expect(referring(patient, otherPatient).measures?.corrupt?.ids).toEqual([writeId(PLAN.seed, n)]);
    expect(referring(`Patient/${writeId(PLAN.seed, firstOf("put"))}`, patient).verdict).toBe("broken");
  });

  test("two transactions whose observations were exchanged are both corrupt", () => {
    const exchanged = { [patient as string]: otherPatient as string, [otherPatient as string]: patient as string };
    const { measures } = checked((row) => ({
      ...row,
      refersTo: row.refersTo && (exchanged[row.refersTo] ?? row.refersTo),
    }));
    expect(measures?.corrupt?.ids).toEqual([n, other.n].map((each) => writeId(PLAN.seed, each)));
  });

  test("for an unacknowledged transaction it is the patient with its id", () => {
    const unknown = operations.find((op) => op.kind === "bundle" && op.outcome === "info")?.n as number;
    const of = (refersTo: string | null) =>
      checked((row) => (row.write === writeId(PLAN.seed, unknown) && row.refersTo ? { ...row, refersTo } : row), {
        happened: [unknown],
      });
    expect(checked((row) => row, { happened: [unknown] }).verdict).toBe("holds");
    const [, observation] = resourcesOf(operations[unknown] as (typeof operations)[number], PLAN.seed);
    for (const wrong of [otherPatient as string, observation as string, null])
      expect(of(wrong).measures?.corrupt?.ids).toEqual([writeId(PLAN.seed, unknown)]);
    // Another checker reports that it leads nowhere.
    expect(of("Patient/nowhere").verdict).toBe("holds");
  });

  test.each<[string, Partial<(typeof operations)[number]>]>([
    ["is no acknowledgement", { outcome: "info", status: 500, stored: [`${second}/1`, `${first}/1`, `${patient}/1`] }],
    ["names only one of them", { stored: [`${second}/1`] }],
  ])("the order of contents is not known from an answer that %s", (_, answer) => {
    const record = fakeRun({}, ({ operations: all }) => ({
      operations: all.map((op) => (op.n === n ? { ...op, ...answer } : op)),
    }));
    expect(corruptContent.check(record, gatherFacts(record)).verdict).toBe("holds");
  });

  test("the two observations of a transaction have their own content each, as they were acknowledged", () => {
    const contents = new Map<string, number | null>();
    checked((row) => {
      contents.set(row.resource, row.content);
      return row;
    });
    const swapped = new Map([
      [first, contents.get(second as string)],
      [second, contents.get(first as string)],
    ]);
    const { evidence } = checked((row) => ({ ...row, content: swapped.get(row.resource) ?? row.content }));
    expect(evidence).toHaveLength(2);
  });
});

test("an older version is judged like the current one", () => {
  const plan = { outage: null, operator: null, afterSeconds: 60, seed: 3 } as const;
  const updates = fakeParts(plan).operations.filter((op) => op.kind === "update");
  const older = updates.find((op) => updates.some((next) => next.n > op.n && registerOf(next.n) === registerOf(op.n)));
  const record = fakeRun(plan, (parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.map((line) =>
        line.type === "row" && line.write === older?.write ? { ...line, content: 1 } : line,
      ),
    }),
  }));
  expect(corruptContent.check(record, gatherFacts(record)).measures?.corrupt?.ids).toEqual([older?.write]);
});

describe("the version that an acknowledgement names", () => {
  const n = firstOf("put");
  const id = writeId(PLAN.seed, n);
  const resource = `Patient/${id}`;
  const why = `${id}: ${resource} was acknowledged in version 1, but only version 2 is of this write`;
  const standing = (change: (row: AuditRow) => Partial<AuditRow>[]) => {
    const record = fakeRun({}, (parts) => {
      const audit = parts.audit.flatMap((line): AuditLine[] => {
        if (line.type !== "row" || line.side !== "b" || line.resource !== resource) return [line];
        return change(line).map((changes) => ({ ...line, ...changes }));
      });
      return { audit: withAsks({ ...parts, audit }) };
    });
    return corruptContent.check(record, gatherFacts(record));
  };
  const older = { current: false, indexed: null };

  test("is another write's, and its own is a later one", () => {
    const other = writeId(PLAN.seed, firstOf("post"));
    expect(
      standing(() => [
        { write: other, ...older },
        { version: 2, pid: 77 },
      ]).evidence,
    ).toContain(why);
    expect(standing(() => [{ version: 2 }])).toMatchObject({
      verdict: "broken",
      evidence: [why],
      measures: { corrupt: { ids: [id] } },
    });
  });

  test("is its own, and a later one as well, because it was carried out again", () => {
    expect(standing(() => [older, { version: 2, pid: 77 }]).verdict).toBe("holds");
  });

  test("is missing, and it has only an older one: that is a loss, not other content", () => {
    const record = fakeRun({}, ({ operations: all }) => ({
      operations: all.map((op) => (op.n === n ? { ...op, stored: [`${resource}/2`] } : op)),
    }));
    expect(corruptContent.check(record, gatherFacts(record)).verdict).toBe("holds");
  });

  test("is not judged if the acknowledgement names none", () => {
    const record = fakeRun({}, ({ operations: all, ...parts }) => {
      const operations = all.map((op) => (op.n === n ? { ...op, outcome: "info" as const, status: 500 } : op));
      const audit = parts.audit.map((line) =>
        line.type === "row" && line.resource === resource ? { ...line, version: 2 } : line,
      );
      return { operations, audit: withAsks({ ...parts, operations, audit }) };
    });
    expect(corruptContent.check(record, gatherFacts(record)).verdict).toBe("holds");
  });
});

describe("a resource that no acknowledgement names may only be where its write can have put it", () => {
  const acknowledged = `Patient/${writeId(PLAN.seed, firstOf("put"))}`;
  const used = operations.find((op) => op.kind === "update" && op.outcome === "ok") as (typeof operations)[number];
  const register = `Patient/${registerIdPrefix(PLAN.seed)}${registerOf(used.n)}`;
  const unknownOf = (kind: string) =>
    operations.find(
      (op) => op.kind === kind && op.outcome === "info" && registerOf(op.n) !== registerOf(used.n),
    ) as (typeof operations)[number];
  /** A write of unknown outcome that happened; one of its resources is the newest version of another resource. */
  const overwriting = (kind: string, resource: string) => {
    const { n, write } = unknownOf(kind);
    let newest = 0;
    const record = fakeRun({ happened: [n] }, (parts) => {
      const rows = parts.audit.filter((line): line is AuditRow => line.type === "row" && line.side === "b");
      const own = rows.find((row) => row.write === write && row.resource.startsWith("Patient/"));
      newest = Math.max(...rows.filter((row) => row.resource === resource).map(({ version }) => version));
      const audit = parts.audit.map((line): AuditLine => {
        if (line.type !== "row" || line.side !== "b") return line;
        if (line === own) return { ...line, resource, version: newest + 1 };
        const refersTo = line.refersTo === own?.resource ? resource : line.refersTo;
        return line.resource === resource ? { ...line, current: false, indexed: null } : { ...line, refersTo };
      });
      return { audit: withAsks({ ...parts, audit }) };
    });
    return { write, newest, finding: corruptContent.check(record, gatherFacts(record)) };
  };

  test.each(["put", "post", "bundle", "update"])("a %s is not the newest version of an acknowledged put", (kind) => {
    const { write, finding } = overwriting(kind, acknowledged);
    expect(finding).toMatchObject({
      verdict: "broken",
      evidence: [`${write}: ${acknowledged}, version 2, has other content`],
      measures: { corrupt: { count: 1, ids: [write] } },
    });
  });

  test.each(["put", "post", "bundle", "update"])(
    "a %s is not the newest version of a register that is not its own",
    (kind) => {
      const { write, newest, finding } = overwriting(kind, register);
      expect(finding.evidence).toEqual([`${write}: ${register}, version ${newest + 1}, has other content`]);
    },
  );

  test.each(["put", "post", "bundle", "update"])("a %s that happened is right in its own place", (kind) => {
    expect(checked((row) => row, { happened: [unknownOf(kind).n] }).verdict).toBe("holds");
  });

  test("a write carried out twice has two versions of its own resource, or a second one that the server named", () => {
    const { n, write } = unknownOf("put");
    const again = (second: Partial<AuditRow>) => {
      const record = fakeRun({ happened: [n] }, (parts) => {
        const audit = parts.audit.flatMap((line): AuditLine[] => {
          if (line.type !== "row" || line.side !== "b" || line.write !== write) return [line];
          return [
            { ...line, current: false, indexed: null },
            { ...line, version: 2, pid: 77, ...second },
          ];
        });
        return { audit: withAsks({ ...parts, audit }) };
      });
      return corruptContent.check(record, gatherFacts(record));
    };
    expect(again({}).verdict).toBe("holds");
    expect(again({ resource: "Patient/again" }).measures?.corrupt?.ids).toEqual([write]);
    const post = unknownOf("post").n;
    expect(checked((row) => row, { happened: [post], duplicated: [firstOf("post")] }).verdict).toBe("holds");
  });
});

describe("what the API returns", () => {
  const n = firstOf("put");
  const id = writeId(PLAN.seed, n);
  const reading = (change: Partial<AuditRead>, resource = `Patient/${id}`) => {
    const record = fakeRun({}, ({ audit }) => ({
      audit: audit.map(
        (line): AuditLine => (line.type === "read" && line.resource === resource ? { ...line, ...change } : line),
      ),
    }));
    return corruptContent.check(record, gatherFacts(record));
  };

  test.each<[string, Partial<AuditRead>]>([
    ["another content", { content: 1 }],
    ["no content", { content: null }],
    ["a reference", { refersTo: "Patient/other" }],
  ])("is %s than its database has", (_, change) => {
    const { verdict, evidence } = reading(change);
    expect([verdict, evidence]).toEqual([
      "broken",
      [`${id}: Patient/${id}, read from b, has other content than its database`],
    ]);
  });

  test("is another resource than was requested", () => {
    expect(reading({ misnamed: "Patient/other/1" }).evidence).toEqual([
      `${id}: Patient/${id}, read from b, is Patient/other/1`,
    ]);
  });

  test("is denied in the version that its database has: that is a loss, not other content", () => {
    for (const status of [404, 410]) expect(reading({ status, content: null }).verdict).toBe("holds");
  });

  test("is another resource that its database does not have: that is a loss as well", () => {
    const record = fakeRun({ lost: [n] }, ({ audit }) => ({
      audit: audit.map(
        (line): AuditLine =>
          line.type === "read" && line.write === id ? { ...line, misnamed: "Patient/other/1" } : line,
      ),
    }));
    expect(corruptContent.check(record, gatherFacts(record))).toMatchObject({ verdict: "holds" });
  });

  test("is an older content of a register that was not updated", () => {
    const register = registerIdPrefix(PLAN.seed);
    const used = new Set(operations.flatMap((op) => (op.kind === "update" ? [registerOf(op.n)] : [])));
    const free = Array.from({ length: 100 }, (_, each) => each).find((each) => !used.has(each));
    expect(reading({ content: 1 }, `Patient/${register}${free}`).measures?.corrupt?.ids).toEqual([
      `${register}${free}`,
    ]);
  });

  test("is not judged if it was not recorded, or is of another version", () => {
    const record = fakeRun({}, ({ audit }) => ({
      audit: audit.map((line): AuditLine => {
        if (line.type !== "read") return line;
        const { content, refersTo, ...rest } = line;
        return rest;
      }),
    }));
    expect(corruptContent.check(record, gatherFacts(record)).verdict).toBe("holds");
    expect(reading({ version: 7, content: 1 }).verdict).toBe("holds");
  });
});
