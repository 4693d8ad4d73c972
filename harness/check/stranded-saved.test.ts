import { describe, expect, test } from "vitest";
import type { AuditLine } from "../model/audit.ts";
import { fingerprint } from "../model/content.ts";
import type { DrillEvent } from "../model/event.ts";
import { firstVersionOf, writeId } from "../model/write.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./planted-plan.ts";
import { cameBack } from "./planted-return.ts";
import { type Parts, plantedParts, recordOf } from "./planted-run.ts";
import { strandedSaved } from "./stranded-saved.ts";

const NOT_SAID = "the operator does not say how many versions it saved";
const LOST = [10, 20, 30];
const back = cameBack(plantedParts({ lost: LOST, stranded: LOST }));
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

test("what was saved is exactly what was stranded", () => {
  const { verdict, reason } = checked();
  expect([verdict, reason]).toEqual([
    "holds",
    `${back.saved.length} versions were stranded on a side that came back, and saved`,
  ]);
  expect(new Set(back.saved.map(({ write }) => write))).toEqual(new Set(LOST.map((n) => writeId(PLAN.seed, n))));
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
  const record = recordOf(plantedParts({ lost: [10], stranded: [10] }));
  expect(strandedSaved.check(record, gatherFacts(record)).verdict).toBe("unasked");
});

describe("that a side came back and was overwritten shows", () => {
  const { events } = plantedParts();

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
    expect(reason).toMatch(/^A has nothing any more of 3 lost writes that it acknowledged/);
  });

  test("and one that still has what it held need not have saved it", () => {
    const { audit } = plantedParts({ lost: LOST, stranded: LOST });
    expect(checked({ events, audit, saved: [] }).verdict).toBe("holds");
    expect(checked({ audit, saved: [] }).verdict).toBe("broken");
  });
});

describe("saved means the content, not the name", () => {
  const { operations } = plantedParts();
  const bundle = operations.find((op) => op.kind === "bundle" && op.servedBy === "a")?.n as number;
  const ofBundle = cameBack(plantedParts({ lost: [bundle], stranded: [bundle] }));
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

  test("what the side itself had altered is not what was sent", () => {
    const [first] = back.saved;
    const body = { ...first?.body, gender: "male" };
    const altered = (line: AuditLine) =>
      line.type === "row" && line.pid === first?.pid ? { ...line, content: fingerprint(body) } : line;
    const { evidence } = checked({
      returned: back.returned.map(altered),
      saved: back.saved.map((each) => (each === first ? { ...each, body } : each)),
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
  expect(more({ write: "8hGx0aPq" }).verdict).toBe("broken");
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
  for (const detail of [{}, { versions: "all" }, { versions: null }]) {
    const events = back.events.map((event) =>
      event.type === "operator" && event.step === "saved" ? { ...event, detail } : event,
    );
    expect(checked({ events })).toMatchObject({ verdict: "inconclusive", reason: NOT_SAID });
  }
});

test("not known is not called saved", () => {
  const record = recordOf(back);
  expect(strandedSaved.check({ ...record, saved: null }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(strandedSaved.check({ ...record, returned: [] }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(checked({ returned: back.returned.slice(0, -1) }).verdict).toBe("inconclusive");
  expect(checked({ audit: [] }).verdict).toBe("inconclusive");
});
