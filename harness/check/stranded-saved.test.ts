import { describe, expect, test } from "vitest";
import { Contents } from "../model/columns/contents.ts";
import { fingerprint } from "../model/load/content.ts";
import { firstVersionOf, seededResource, writeId } from "../model/load/write.ts";
import { CAPABILITY_NAMES, type Capability } from "../model/plan/capability.ts";
import type { AuditLine, AuditRow } from "../model/record/audit.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { strandedSaved } from "./stranded-saved.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";

const NOT_SAID = "the operator did not record how many versions it saved";
const LOST = [10, 20, 30];
const back = cameBack(fakeParts({ lost: LOST, stranded: LOST }));
const checked = (changes: Partial<Parts> = {}) => {
  const parts = { ...back, ...changes };
  const record = recordOf({ ...parts, events: changes.events ?? saidToBe(parts.saved?.length ?? 0) });
  return strandedSaved.check(record, gatherFacts(record));
};

/** What the operator says that it saved is another question. */
function saidToBe(versions: number): DrillEvent[] {
  return back.events.map((event) =>
    event.type === "operator" && event.step === "saved" ? { ...event, detail: { versions } } : event,
  );
}

test("goes by its name, and is asked where somebody can save", () => {
  const { run, ...record } = recordOf(back);
  const judged = (capabilities?: Capability[]) =>
    judge({ ...record, run: { ...run, ...(capabilities && { capabilities }) } }, [strandedSaved]).checks;
  expect(judged()).toMatchObject([{ name: "stranded-saved", verdict: "holds" }]);
  const others = CAPABILITY_NAMES.filter((name) => name !== "replication");
  expect(judged(others)).toMatchObject([{ name: "stranded-saved", verdict: "not-examined" }]);
});

test("what was saved is exactly what was stranded", () => {
  const { verdict, reason } = checked();
  expect([verdict, reason]).toEqual([
    "holds",
    `${back.saved.length} versions were stranded on a site that came back, and saved`,
  ]);
  expect(new Set(back.saved.map(({ write }) => write))).toEqual(new Set(LOST.map((n) => writeId(PLAN.seed, n))));
});

test("a side held the rows that are told of it, and none after the last", () => {
  // Write 0, of which nobody has a row, would have the number 0.
  const parts = cameBack(fakeParts({ lost: [0, ...LOST], stranded: LOST }));
  expect(checked(parts)).toMatchObject({
    verdict: "holds",
    reason: `${back.saved.length} versions were stranded on a site that came back, and saved`,
  });
});

describe("it is broken when", () => {
  const [first] = back.saved;
  if (!first) throw new Error("nothing was stranded");
  const name = `${first.resource}/${first.version} of ${first.write}`;

  test("one was not saved, whichever", () => {
    for (const missing of back.saved) {
      const { verdict, evidence } = checked({ saved: back.saved.filter((version) => version !== missing) });
      expect(verdict).toBe("broken");
      expect(evidence).toEqual([expect.stringMatching(/ of .*: stranded on a, and not saved$/)]);
    }
  });

  test("one was saved that the serving side has as well", () => {
    const row = back.audit.find((line) => line.type === "row" && line.write === writeId(PLAN.seed, 5));
    if (row?.type !== "row") throw new Error("write 5 is not there");
    const { write, resource, version, pid } = row;
    const saved = [...back.saved, { side: "a" as const, write, resource, version, pid, transaction: 99, body: {} }];
    expect(checked({ saved })).toMatchObject({
      verdict: "broken",
      evidence: [`${resource}/${version} of ${write}: saved, and not stranded on a`],
    });
  });

  test("one was saved twice, as something else, or as another side's", () => {
    expect(checked({ saved: [...back.saved, first] }).evidence).toEqual([`${name}: saved, and not stranded on a`]);
    const rest = back.saved.slice(1);
    const other = checked({ saved: [{ ...first, version: 9 }, ...rest] });
    expect(other.evidence).toEqual([`${name}: saved as ${first.resource}/9 of ${first.write}`]);
    expect(checked({ saved: [{ ...first, side: "b" }, ...rest] }).evidence).toEqual([
      `${name}: stranded on a, and not saved`,
    ]);
  });
});

test("what others wrote is saved too, and is none of the judge's business", () => {
  const canary = {
    side: "a" as const,
    write: "8hGx0aPq",
    resource: "Basic/canary",
    version: 7,
    pid: -4,
    transaction: 0,
    body: {},
  };
  expect(checked({ saved: [canary, ...back.saved] }).verdict).toBe("holds");
});

test("one that was written again elsewhere, by the same write, is stranded all the same", () => {
  const again = (line: AuditLine): AuditLine[] =>
    line.type === "row" && line.side === "a" && line.write === writeId(PLAN.seed, 10)
      ? [{ ...line, side: "b", pid: line.pid + 5e6 }]
      : [];
  const rows = back.returned.flatMap(again);
  const audit = [...rows, ...back.audit].map((line) =>
    line.type === "rows-end" && line.side === "b" ? { ...line, rows: line.rows + rows.length } : line,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(checked({ audit }).verdict).toBe("holds");
});

test("without a return nothing is asked", () => {
  const record = recordOf(fakeParts({ lost: [10], stranded: [10] }));
  expect(strandedSaved.check(record, gatherFacts(record)).verdict).toBe("no-objective");
  // Nor where the lost site is gone for good.
  const gone = recordOf({
    ...fakeParts(),
    audit: [...fakeParts().audit.filter(({ side }) => side === "b"), { type: "unreadable", side: "a", why: "gone" }],
  });
  expect(strandedSaved.check(gone, gatherFacts(gone)).reason).toBe("no lost site came back, or none was overwritten");
});

test("of a transaction that the serving side has in part, the rest is stranded where the other side has that alone", () => {
  const n = fakeParts().operations.find((op) => op.kind === "bundle" && op.servedBy === "a")?.n as number;
  const strandedWith = (types: string[]) => {
    const { audit, ...parts } = fakeParts({ torn: [n], stranded: [n] });
    const isKept = (line: AuditLine) =>
      line.type !== "row" ||
      line.side === "b" ||
      line.write !== writeId(PLAN.seed, n) ||
      types.some((type) => line.resource.startsWith(type));
    const rows = audit.filter(isKept);
    const gone = audit.length - rows.length;
    const told = rows.map((line) =>
      line.type === "rows-end" && line.side === "a" ? { ...line, rows: line.rows - gone } : line,
    );
    return judge(recordOf({ ...parts, audit: told })).measures.stranded.count;
  };
  expect(strandedWith(["Patient/", "Observation/"])).toBe(1);
  expect(strandedWith(["Observation/"])).toBe(1);
  expect(strandedWith(["Patient/"])).toBe(0);
});

describe("a second return", () => {
  const record = recordOf(back);
  const another = (side: "a" | "b", ...lines: AuditLine[]) => {
    const contents = new Contents(side, PLAN.seed, record.history.names);
    for (const line of lines) contents.add(line);
    return { ...record, returned: [...record.returned, contents] };
  };
  const onA = back.returned.find((line) => line.type === "row" && line.write === writeId(PLAN.seed, 10)) as AuditRow;

  test("that was not told to its end strands nothing by itself", () => {
    const torn = another("a", { ...onA, pid: 7e6 });
    expect(strandedSaved.check(torn, gatherFacts(torn)).verdict).toBe("holds");
  });

  test("of the other side strands on that one", () => {
    const row = { ...onA, side: "b" as const, pid: 7e6 };
    const both = another("b", row, { type: "rows-end", side: "b", rows: 1, postgres: "17" });
    const saved = record.saved ?? [];
    const same = saved.find(({ pid }) => pid === onA.pid) as (typeof saved)[number];
    const checkedWith = (more: typeof saved) => {
      const told = { ...both, saved: [...saved, ...more], events: saidToBe(saved.length + more.length) };
      return strandedSaved.check(told, gatherFacts(told));
    };
    expect(checkedWith([{ ...same, side: "b", pid: 7e6 }]).verdict).toBe("holds");
    expect(checkedWith([]).evidence).toEqual([expect.stringMatching(/: stranded on b, and not saved$/)]);
  });

  test("of the side that serves strands what it no longer has, although the other one has it", () => {
    const row = { ...onA, pid: 7e6 };
    const returned = another("b", { ...row, side: "b" }, { type: "rows-end", side: "b", rows: 1, postgres: "17" });
    const audit = back.audit.map((line) =>
      line.type === "rows-end" && line.side === "a" ? { ...line, rows: line.rows + 1 } : line,
    );
    const told = { ...returned, audit: recordOf({ ...back, audit: [row, ...audit] }).audit };
    expect(strandedSaved.check(told, gatherFacts(told)).evidence).toEqual([
      expect.stringMatching(/: stranded on b, and not saved$/),
    ]);
  });

  test("is missed where it was saved on that side, and on that side only", () => {
    const saving = (side: "a" | "b") => {
      const step = { type: "operator", plan: "rebuild", step: "saved", side, atMs: 9e4, tookMs: 1 } as const;
      return checked({ events: [...saidToBe(back.saved.length), { ...step, detail: { versions: 0 } }] });
    };
    expect(saving("a")).toMatchObject({
      verdict: "inconclusive",
      reason: "what A held when it came back is not known",
    });
    expect(saving("b").reason).toBe("what B held when it came back is not known");
  });

  test("is none where a row is told twice: then nobody knows the first", () => {
    const returned = back.returned.flatMap((line): AuditLine[] =>
      line.type === "rows-end" ? [{ ...line, rows: line.rows + 1 }] : line === onA ? [line, line] : [line],
    );
    expect(checked({ returned })).toMatchObject({
      verdict: "inconclusive",
      reason: "what A held when it came back is not known",
    });
  });
});

test("what nobody's write made is stranded as well, and saved with what it is, also where that is nothing", () => {
  const { id, path, body } = firstVersionOf(PLAN.seed, 5);
  const first = back.returned.find((line) => line.type === "row" && line.write === id) as AuditRow;
  const without = back.audit.flatMap((line): AuditLine[] => {
    if (line.type === "rows-end") return [{ ...line, rows: line.rows - 1 }];
    return line.type === "row" && line.write === id ? [] : [line];
  });
  const entry = { side: "a" as const, write: id, resource: path, version: 1, pid: first.pid, transaction: 98 };
  const whole = checked({ audit: without, saved: [...back.saved, { ...entry, body }] });
  expect(whole.verdict).toBe("holds");
  const returned = back.returned.map((line) => (line === first ? { ...first, content: null } : line));
  expect(checked({ audit: without, returned, saved: [...back.saved, { ...entry, body: null }] }).verdict).toBe("holds");
  expect(checked({ audit: without, returned, saved: [...back.saved, { ...entry, body }] }).verdict).toBe("broken");
});

describe("that a side came back and was overwritten shows", () => {
  const { events } = fakeParts();

  test("although nobody says that it was saved: by what it held then and no longer has", () => {
    expect(checked({ events })).toMatchObject({ verdict: "inconclusive", reason: NOT_SAID });
    const { verdict, evidence } = checked({ events, saved: [] });
    expect([verdict, evidence?.length]).toEqual(["broken", back.saved.length]);
  });

  test("although nothing tells what it held: by the steps that overwrote it, or by what was saved", () => {
    const step = (step: "copied" | "following" | "restarted" | "done" | "saved") =>
      ({ type: "operator", plan: "rebuild", step, side: "a", atMs: 9e4, tookMs: 1, detail: {} }) as const;
    for (const name of ["copied", "following", "restarted", "done", "saved"] as const)
      expect(checked({ events: [...events, step(name)], returned: [], saved: [] }).reason).toBe(
        "what A held when it came back is not known",
      );
    expect(checked({ events, returned: [] }).reason).toBe("what A held when it came back is not known");
    // What it held when it came back for the second time.
    expect(checked({ events: [...events, step("saved"), step("saved")] }).verdict).toBe("inconclusive");
  });

  test("although nothing tells of it at all: it follows the other, and what it acknowledged itself is nowhere", () => {
    const { verdict, reason } = checked({ events, returned: [], saved: [] });
    expect(verdict).toBe("inconclusive");
    expect(reason).toMatch(/^A no longer holds 3 lost writes that it acknowledged/);
  });

  test("but not where nobody knows what the other one has, and so what was lost", () => {
    const audit = back.audit.filter((line) => line.type !== "rows-end" || line.side === "a");
    expect(checked({ events, audit, returned: [], saved: [] }).verdict).toBe("no-objective");
  });

  describe("but not where it lacks", () => {
    const untold = { events, returned: [], saved: [] };
    const ofLost = (op: { n: number }) => LOST.includes(op.n);
    const rowsOf = (lines: readonly AuditLine[], n: number) =>
      lines.filter((line) => line.type === "row" && line.side === "a" && line.write === writeId(PLAN.seed, n));
    const counted = (audit: AuditLine[]) =>
      audit.map((line) =>
        line.type === "rows-end" && line.side === "a"
          ? { ...line, rows: audit.filter(({ type, side }) => type === "row" && side === "a").length }
          : line,
      );
    const cases: [string, Partial<Parts>][] = [
      [
        "what it never acknowledged",
        {
          operations: back.operations.map((op) =>
            ofLost(op) ? { ...op, outcome: "info" as const, status: 500, stored: [] } : op,
          ),
        },
      ],
      [
        "what the other acknowledged and lost",
        { operations: back.operations.map((op) => (ofLost(op) ? { ...op, servedBy: "b" } : op)) },
      ],
      [
        "nothing: it has the lost as well",
        { audit: counted([...LOST.flatMap((n) => rowsOf(back.returned, n)), ...back.audit]) },
      ],
    ];

    test.each(cases)("%s", (_, changes) => {
      expect(checked({ ...untold, ...changes }).verdict).toBe("no-objective");
    });

    test("what the other one has", () => {
      const whole = cameBack(fakeParts());
      const [row] = rowsOf(whole.audit, 10);
      const audit = counted(whole.audit.filter((line) => line !== row));
      expect(checked({ ...whole, ...untold, audit }).verdict).toBe("no-objective");
    });

    test("what Patroni has rewound", () => {
      const record = recordOf({ ...underPatroni({ ...back, ...untold }), ...untold });
      expect(strandedSaved.check(record, gatherFacts(record)).verdict).toBe("no-objective");
    });
  });

  test("and one that still has what it held need not have saved it", () => {
    const { audit } = fakeParts({ lost: LOST, stranded: LOST });
    expect(checked({ events, audit, saved: [] }).verdict).toBe("holds");
    expect(checked({ audit, saved: [] }).verdict).toBe("broken");
  });
});

describe("saved means the content, not the name", () => {
  const { operations } = fakeParts();
  const bundle = operations.find((op) => op.kind === "bundle" && op.servedBy === "a")?.n as number;
  const ofBundle = cameBack(fakeParts({ lost: [bundle], stranded: [bundle] }));
  const spoilt = (change: (body: Record<string, unknown>) => object | null) => {
    const observations = ofBundle.saved.filter(({ resource }) => resource.startsWith("Observation/"));
    const saved = ofBundle.saved.map((each) =>
      each === observations[0] ? { ...each, body: change(each.body as Record<string, unknown>) } : each,
    );
    return checked({ ...ofBundle, saved });
  };

  test("it holds with the content that was sent", () => {
    expect(spoilt((body) => body).verdict).toBe("holds");
  });

  test.each<[string, (body: Record<string, unknown>) => object | null, string]>([
    ["another body", (body) => ({ ...body, status: "preliminary" }), "saved with another content"],
    ["the body of another resource of the write", () => ofBundle.saved[0]?.body ?? null, "saved with another content"],
    ["no body", () => null, "saved with another content"],
    ["another patient", (body) => ({ ...body, subject: { reference: "Patient/x" } }), "saved with another reference"],
    ["no patient", ({ subject, ...body }) => body, "saved with another reference"],
  ])("it is broken with %s", (_, change, why) => {
    const { verdict, evidence } = spoilt(change);
    expect([verdict, evidence?.length]).toEqual(["broken", 1]);
    expect(evidence?.[0]).toContain(`: ${why}`);
  });

  test.each([0, 10])("what the side itself had altered of write %i is not what was sent", (n) => {
    const parts = cameBack(fakeParts({ lost: [n], stranded: [n] }));
    const [first] = parts.saved;
    const body = { ...first?.body, gender: "male" };
    const altered = (line: AuditLine) =>
      line.type === "row" && line.pid === first?.pid ? { ...line, content: fingerprint(body) } : line;
    const { evidence } = checked({
      ...parts,
      returned: parts.returned.map(altered),
      saved: parts.saved.map((each) => (each === first ? { ...each, body } : each)),
    });
    expect(evidence).toEqual([expect.stringContaining(": saved with another content than was sent")]);
  });
});

test("an entry under a row that nobody knows is broken, if it names a write or a resource of the run", () => {
  const [first] = back.saved as [(typeof back.saved)[number]];
  const more = (changes: Partial<typeof first>) =>
    checked({ saved: [...back.saved, { ...first, pid: 99_999, ...changes }] });
  expect(more({}).evidence).toEqual([expect.stringMatching(/saved, and a never had a row 99999$/)]);
  expect(more({ write: writeId(PLAN.seed, 5), resource: "Patient/new" }).verdict).toBe("broken");
  expect(more({ write: firstVersionOf(PLAN.seed, 5).id, resource: "Patient/new" }).verdict).toBe("broken");
  expect(more({ write: seededResource(PLAN.seed, 5).id, resource: "Patient/new" }).verdict).toBe("broken");
  expect(more({ write: "8hGx0aPq" }).verdict).toBe("broken");
  // A resource of the run is what any site has of it.
  const known = new Set(back.returned.flatMap((line) => (line.type === "row" ? [line.resource] : [])));
  const onB = back.audit.find((line) => line.type === "row" && !known.has(line.resource)) as AuditRow;
  expect(more({ write: "8hGx0aPq", resource: onB.resource }).verdict).toBe("broken");
  expect(more({ write: "8hGx0aPq", resource: "Basic/canary" }).verdict).toBe("holds");
});

test("there are as many as the operator said, whoever wrote them", () => {
  const counting = (versions: number) => ({
    events: back.events.map((event) =>
      event.type === "operator" && event.step === "saved" ? { ...event, detail: { versions } } : event,
    ),
  });
  expect(checked(counting(back.saved.length)).verdict).toBe("holds");
  expect(checked(counting(back.saved.length + 1)).evidence).toEqual([
    `stranded.json has ${back.saved.length} versions, and the operator saved ${back.saved.length + 1}`,
  ]);
});

test("how many the operator saved is said by it, and by nothing else", () => {
  const events = back.events.map((event) =>
    event.type === "operator" && event.step === "saved" ? { ...event, detail: {} } : event,
  );
  expect(checked({ events })).toMatchObject({ verdict: "inconclusive", reason: NOT_SAID });
});

describe("what was saved and cannot be read was saved by somebody, although nobody tells of a return", () => {
  const without = (gone?: "a" | "b") => {
    const parts = fakeParts();
    return { ...recordOf({ ...parts, audit: parts.audit.filter(({ side }) => side !== gone) }), saved: null };
  };
  test.each([
    ["by what both sides hold", undefined],
    ["and A has no audit", "a"],
    ["and B has none", "b"],
  ] as const)("%s", (_, gone) => {
    const record = without(gone);
    expect(strandedSaved.check(record, gatherFacts(record))).toEqual({
      verdict: "inconclusive",
      reason: "stranded.json cannot be read",
    });
  });

  test("and how much was stranded is not known", () => {
    expect(judge(without()).measures.stranded.count).toBeNull();
  });
});

test("not known is not called saved", () => {
  const record = recordOf(back);
  expect(strandedSaved.check({ ...record, saved: null }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(strandedSaved.check({ ...record, returned: [] }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(checked({ returned: back.returned.slice(0, -1) }).verdict).toBe("inconclusive");
  expect(checked({ audit: [] }).verdict).toBe("inconclusive");
});
