import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { mayBeGone } from "./may-be-gone.ts";
import { strandedSaved } from "./stranded-saved.ts";
import { onOwnSystem } from "./testing/fake-own.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { worthJudging } from "./worth-judging.ts";

const fake = fakeRun();
const at = { afterSeconds: 0 };
const healed = (fault: number, kind: FaultSpec["kind"]): DrillEvent => ({
  ...{ type: "fault", fault, kind, state: "healed", atMs: 20_000, detail: {} },
});
const broken = (faults: FaultSpec[], ...events: DrillEvent[]): RunRecord => ({
  ...fake,
  run: { ...fake.run, scenario: { ...fake.run.scenario, faults } },
  events,
});

test.each<[FaultSpec, string]>([
  [{ kind: "region-loss", side: "a", how: "refusal", ...at }, "a"],
  [{ kind: "database-crash", side: "b", ...at }, "b"],
  [{ kind: "disk-full", side: "a", ...at }, "a"],
  [{ kind: "process-kill", part: "pg-b", ...at }, "b"],
  [{ kind: "freeze", part: "pg-a", ...at }, "a"],
  [{ kind: "process-kill", part: "nginx", ...at }, ""],
  [{ kind: "packet-drop", link: "pg-a", direction: "both", ...at }, "a"],
  [{ kind: "link-cut", link: "replication", ...at }, ""],
  [{ kind: "link-cut", link: "edge", ...at }, ""],
  [{ kind: "vault-loss", ...at }, "ab"],
  [{ kind: "key-revocation", ...at }, "ab"],
  [{ kind: "peering-loss", ...at }, ""],
  [{ kind: "process-kill", part: "hapi-a", ...at }, ""],
  [{ kind: "clock-skew", side: "a", offsetSeconds: -600, ...at }, ""],
])("%j excuses the sites [%s], until it is healed", (fault, sides) => {
  const excused = (record: RunRecord) => (["a", "b"] as const).filter((side) => mayBeGone(record, side)).join("");
  expect(excused(broken([fault]))).toBe(sides);
  expect(excused(broken([fault], healed(0, fault.kind)))).toBe("");
  // Another fault was healed.
  expect(excused(broken([fault, fault], healed(1, fault.kind)))).toBe(sides);
});

test("the other site of one's own system is not read, and Patroni may be rewinding one", () => {
  for (const on of [onOwnSystem, underPatroni]) {
    const { run, ...others } = recordOf(on(fakeParts()));
    const record = { ...others, run: { ...run, scenario: { ...run.scenario, faults: [] } } };
    expect(mayBeGone(record, "a")).toBe(true);
  }
});

describe("a site that could not be read", () => {
  const unread = (...events: DrillEvent[]) =>
    fakeRun({ lost: [10], stranded: [10] }, (parts) => ({
      events: [...parts.events, ...events],
      audit: [...parts.audit.filter(({ side }) => side === "b"), { type: "unreadable", side: "a", why: "no answer" }],
    }));
  const last = fake.events.at(-1)?.atMs as number;
  const back: DrillEvent = { ...healed(0, "region-loss"), atMs: last };

  test("is gone while its fault lasts", () => {
    const record = unread();
    expect(worthJudging.check(record, gatherFacts(record)).verdict).toBe("holds");
    expect(strandedSaved.check(record, gatherFacts(record)).verdict).toBe("no-objective");
  });

  test("could have been read, and rebuilt, once its fault was healed", () => {
    const record = unread(back);
    const { verdict, evidence } = worthJudging.check(record, gatherFacts(record));
    expect(verdict).toBe("inconclusive");
    expect(evidence).toContain("A could not be audited, although no fault keeps it from being read: no answer");
    expect(strandedSaved.check(record, gatherFacts(record))).toEqual({
      verdict: "inconclusive",
      reason: "what A holds is not known",
    });
    expect(judge(record).verdict).toBe("inconclusive");
  });
});
