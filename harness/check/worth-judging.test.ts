import { describe, expect, test } from "vitest";
import type { Scenario } from "../model/plan/scenario.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { DrillEvent, FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";
import { worthJudging } from "./worth-judging.ts";

const healthy = fakeRun();
const checked = (record: RunRecord) => worthJudging.check(record, gatherFacts(record));

const withRun = (changes: Partial<RunRecord["run"]>): RunRecord => ({
  ...healthy,
  run: { ...healthy.run, ...changes },
});
const withLedger = (changes: Partial<RunRecord["ledger"]>): RunRecord => {
  return { ...healthy, ledger: { ...healthy.ledger, ...changes } };
};
const withFile = (name: "events" | "probes" | "audit", changes: Partial<RunRecord["ledger"]>): RunRecord => {
  return { ...healthy, legibility: { ...healthy.legibility, [name]: { ...healthy.legibility[name], ...changes } } };
};
const parts = fakeParts();
const withAudit = (change: (line: AuditLine, index: number) => AuditLine[]): RunRecord => {
  return fakeRun({}, ({ audit }) => ({ audit: audit.flatMap(change) }));
};
type Write = Parts["operations"][number];
const withWrite = (wanted: (op: Write) => boolean, changes: Partial<Write>): RunRecord => {
  const changed = ({ operations }: Parts) => operations.map((op) => (wanted(op) ? { ...op, ...changes } : op));
  return fakeRun({}, (seeded) => ({ operations: changed(seeded) }));
};
const k6 = { iterations: parts.operations.length, droppedIterations: 0, exitCode: 0 };
const firstRead = parts.audit.find((line) => line.type === "read");
const isFirstRead = (line: AuditLine): line is Extract<AuditLine, { type: "read" }> =>
  line.type === "read" && line.write === firstRead?.write && line.resource === firstRead.resource;
const lastWrite = parts.operations.length - 1;

test("a healthy run is worth judging, and holds", () => {
  expect(checked(healthy)).toMatchObject({ verdict: "holds" });
  expect(judge(healthy).verdict).toBe("holds");
  expect(judge(healthy).checks).toContainEqual(expect.objectContaining({ name: "worth-judging", verdict: "holds" }));
});

const healing = { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 3 } as const;
/** The plan's scenario with this fault in place of its own, or beside it; the load ends when it did. */
const withFaults = (faults: Scenario["faults"]): RunRecord => {
  const last = Math.max(...faults.map(({ afterSeconds, healAfterSeconds = 0 }) => afterSeconds + healAfterSeconds));
  const load = { ...healthy.run.scenario.load, afterSeconds: healthy.run.scenario.load.afterSeconds - last };
  return withRun({ scenario: { ...healthy.run.scenario, faults, load } });
};
const statesOf = (fault: number, spec: Scenario["faults"][number], states: FaultEvent["state"][]): FaultEvent[] => {
  const of = { type: "fault", fault, kind: spec.kind, atMs: faultMsOf(PLAN) } as const;
  const healedMs = of.atMs + 1000 * (spec.healAfterSeconds ?? 0);
  return states.map((state, i) => {
    const atMs = state === "healed" ? healedMs + i : of.atMs + i;
    return { ...of, state, atMs, detail: state === "healed" ? { orderedMs: atMs } : { ...spec } };
  });
};
const STATES = ["injecting", "injected", "evidenced", "healed"] as const;

test("a fault that was seen healed is worth judging", () => {
  const record = withFaults([healing]);
  const events = record.events.flatMap((event): DrillEvent[] =>
    event.type !== "fault" ? [event] : event.state === "injecting" ? statesOf(0, healing, [...STATES]) : [],
  );
  expect(checked({ ...record, events }).verdict).toBe("holds");
});

const DEFECTS: [string, RunRecord, RegExp][] = [
  ["the drill was interrupted", withRun({ state: "interrupted", reason: "Ctrl-C" }), /interrupted, Ctrl-C/],
  ["the drill failed", withRun({ state: "failed" }), /did not run to its end: failed/],
  ["the drill was killed", withRun({ state: "running" }), /did not run to its end: running/],
  [
    "the load never reached its rate",
    withWrite((op) => op.n % 5 === 0, { outcome: "info" }),
    /reached \d+\.\d of 20 writes/,
  ],
  [
    "the drill completed, but has a reason why not",
    withRun({ reason: "no space left" }),
    /did not run to its end: complete, no space left/,
  ],
  [
    "the command asked for another scenario",
    withRun({ command: "npm run chaos -- run region-loss --config fake --seed 4711" }),
    /the command asked for the scenario region-loss, and the run has fake/,
  ],
  [
    "the command of the package asked for another scenario",
    withRun({ command: "npx fhirdrill run region-loss --config fake --seed 4711" }),
    /the command asked for the scenario region-loss, and the run has fake/,
  ],
  [
    "the command asked for another configuration",
    withRun({ command: "npm run chaos -- run fake --config sync --seed 4711" }),
    /the command asked for the configuration sync, and the run has fake/,
  ],
  [
    "the command asked for another seed",
    withRun({ command: "npm run chaos -- self-test --seed 4712" }),
    /the command asked for the seed 4712, and the run has 4711/,
  ],
  [
    "the baseline is too short",
    fakeRun({ warmUpSeconds: 3, baselineSeconds: 0.9 }),
    /the baseline has room for only 19 writes/,
  ],
  [
    "the lines of the ledger are in another order",
    withLedger({ outOfOrder: Math.ceil(healthy.ledger.lines / 20) + 1 }),
    /\d+ of \d+ lines of the ledger are earlier than the line before them/,
  ],
  [
    "the operator failed over, and no disaster was planned",
    withRun({ scenario: { ...healthy.run.scenario, disaster: null } }),
    /failed over, although no disaster was planned/,
  ],
  [
    "a site that follows again could not be audited",
    fakeRun({}, (seeded) => {
      const { audit, ...back } = cameBack(seeded);
      return {
        ...back,
        audit: [...audit.filter(({ side }) => side === "b"), { type: "unreadable", side: "a", why: "no" }],
      };
    }),
    /A follows again but could not be audited: no/,
  ],
  [
    "a healthy site was given up",
    fakeRun({}, ({ probes }) => ({
      probes: probes.map((probe) => (probe.type === "health" ? { ...probe, ok: true } : probe)),
    })),
    /A was given up at .*, but its last 3 probes had not all failed/,
  ],
  [
    "a site acknowledged that the proxy was not routed to",
    withWrite((op) => op.n === 9, { servedBy: "b" }),
    /was acknowledged by B, to which it was not routed/,
  ],
  ["no baseline", { ...healthy, events: healthy.events.filter((e) => e.type !== "phase") }, /no baseline/],
  ["k6 left no summary", withRun({ k6: null }), /no summary/],
  ["k6 dropped iterations", withRun({ k6: { ...k6, droppedIterations: 3 } }), /dropped 3 /],
  [
    "k6 counts more writes than the ledger",
    withRun({ k6: { ...k6, iterations: k6.iterations + 1 } }),
    /k6 counts 241 .* 240/,
  ],
  [
    "k6 counts fewer writes than the ledger",
    withRun({ k6: { ...k6, iterations: k6.iterations - 1 } }),
    /k6 counts 239 .* 240/,
  ],
  [
    "an answer is missing from the ledger",
    withWrite((op) => op.n === 9, { completedMs: null, outcome: "info" }),
    /k6 counts 240 .* 239 answered/,
  ],
  [
    "an answer is missing, whatever k6 counted",
    withWrite((op) => op.n === 9, { completedMs: null, outcome: "info" }),
    /1 writes have no recorded answer/,
  ],
  ["the ledger's last line is torn", withLedger({ torn: true }), /ledger is torn/],
  ["the events' last line is torn", withFile("events", { torn: true }), /torn in these files: events/],
  ["the audit's last line is torn", withFile("audit", { torn: true }), /torn in these files: audit/],
  [
    "a line of the ledger cannot be read",
    withLedger({ unreadable: ["line 3: noise"], unreadableCount: 1 }),
    /line 3: noise/,
  ],
  [
    "a line of the events cannot be read",
    withFile("events", { unreadable: ["line 4: no"], unreadableCount: 1 }),
    /line 4: no/,
  ],
  [
    "a line of the audit cannot be read",
    withFile("audit", { unreadable: ["line 5: no"], unreadableCount: 1 }),
    /line 5: no/,
  ],
  ["the ledger has an answer without a write", withLedger({ orphans: 1 }), /1 answers without a write/],
  ["the ledger has repeated lines", withLedger({ repeats: 2 }), /2 repeated lines/],
  ["k6's clock was set back", withLedger({ backwards: 3 }), /3 answers came before their write was sent/],
  ["k6's clock was never mapped", withRun({ clock: null }), /never mapped/],
  ["k6's clock is hardly known", withRun({ clock: { offsetMs: 0, errorMs: 51, samples: 2 } }), /within 51 ms/],
  [
    "nothing shows that the fault was active",
    {
      ...healthy,
      events: healthy.events.map((e) =>
        e.type === "fault" && e.state === "evidenced" ? { ...e, state: "not-evidenced" } : e,
      ),
    },
    /no evidence that the fault was active: region-loss/,
  ],
  [
    "nothing shows that the fault was healed",
    withRun({ scenario: { ...healthy.run.scenario, faults: [healing] } }),
    /no evidence that the fault was healed: link-cut/,
  ],
  [
    "the operator failed over before the fault",
    fakeRun({ operator: { detectedMs: -500, routedMs: -100 } }),
    /the operator failed over before anything was broken/,
  ],
  [
    "the fault was never injected",
    { ...healthy, events: healthy.events.filter((e) => e.type !== "fault" || e.state !== "injected") },
    /never injected/,
  ],
  [
    "no write was in flight at the fault",
    fakeRun({ injectMs: 5, outage: { afterMs: 60, ms: 3000 } }),
    /no write was in flight/,
  ],
  [
    "the other site's audit just ends",
    withAudit((line) => (line.side === "b" ? [line] : [])),
    /audit of A is incomplete/,
  ],
  [
    "a step of a plan was not recorded",
    { ...healthy, events: healthy.events.filter((e) => e.type !== "operator" || e.step !== "fenced") },
    /the failover to B at 7\.5 s lacks the step "fenced"/,
  ],
  [
    "a state of a fault was not recorded",
    { ...healthy, events: healthy.events.filter((e) => e.type !== "fault" || e.state !== "injecting") },
    /the fault region-loss lacks the state "injecting"/,
  ],
  [
    "what a site held when it came back is missing",
    recordOf({ ...cameBack(fakeParts({ lost: [10], stranded: [10] })), returned: [] }),
    /saved what A held 1 times, but the record has it 0 times/,
  ],
  [
    "a write is missing, but the count is right",
    fakeRun({}, ({ operations, run }) => ({
      operations: operations.filter((op) => op.n !== 9),
      run: { ...run, k6: { ...k6, iterations: k6.iterations - 1 } },
    })),
    /the ledger lacks 1 of the writes/,
  ],
  ["an answer contradicts itself", withWrite((op) => op.n === 9, { status: 404, outcome: "info" }), /is no success/],
  [
    "the prober was not there",
    fakeRun({}, ({ probes }) => ({ probes: probes.filter(({ type }) => type !== "availability") })),
    /no sample of availability from 3\.0 s to 13\.\d s/,
  ],
  [
    "the prober saw another outage",
    fakeRun({ outage: null }, () => ({ probes: fakeParts().probes })),
    /the prober could not write from 6\.2 s to 9\.0 s, when the load could/,
  ],
  ["no sample of k6's clock was taken", withRun({ clock: { offsetMs: 0, errorMs: 2, samples: 0 } }), /from 0 samples/],
  [
    "the error of k6's clock is impossible",
    withRun({ clock: { offsetMs: 0, errorMs: -1, samples: 3 } }),
    /within -1 ms/,
  ],
  ["another site serves than the one recorded", withRun({ servingSide: "a" }), /names A as serving .* events name B/],
  ["a file was changed after the drill", { ...healthy, brokenSeals: ["it was"] }, /^it was$/m],
  ["the seal is missing", withRun({ record: 2 }), /the record has lost its seal/],
  ["a runner wrote nothing", withRun({ runners: ["k6-1", "k6-2"] }), /^the runner k6-2 wrote nothing$/m],
  [
    "a line is by another runner than its write's first",
    withLedger({ byAnother: 2 }),
    /^2 lines of the ledger are by another runner than the first line of their write$/m,
  ],
  ["there are no probes", fakeRun({}, () => ({ probes: [] })), /the record has no probes/],
  [
    "the events just end",
    fakeRun({}, ({ events }) => ({ events: events.slice(0, -1) })),
    /the events lack phases: audit/,
  ],
  ["there is no audit", fakeRun({}, () => ({ audit: [] })), /audit of B is incomplete/],
  ["the audit lacks a row", withAudit((line, index) => (index === 7 ? [] : [line])), /audit of B is incomplete/],
  [
    "the audit's rows have no end",
    withAudit((line) => (line.type === "rows-end" ? [] : [line])),
    /audit of B is incomplete/,
  ],
  ["the audit lacks a read", withAudit((line) => (isFirstRead(line) ? [] : [line])), /audit of B is incomplete/],
  [
    "the API was never asked",
    withAudit((line) => (line.type === "reads-end" ? [] : [line])),
    /audit of B is incomplete/,
  ],
  [
    "a read got no answer",
    withAudit((line) => [isFirstRead(line) ? { ...line, status: 503, version: null } : line]),
    /audit of B is incomplete/,
  ],
  [
    "the serving site could not be read",
    fakeRun({}, () => ({ audit: [{ type: "unreadable", side: "b", why: "connection refused" }] })),
    /audit of B is incomplete: connection refused/,
  ],
  [
    "the API denies what the database has",
    withAudit((line) => [isFirstRead(line) ? { ...line, status: 404, version: null } : line]),
    /database and API disagree on 1 reads: .* answered 404 on b/,
  ],
  [
    "the API has what the database denies",
    withAudit((line) => {
      if (line.type === "row" && line.side === "b" && line.write === firstRead?.write) return [];
      return [line.type === "rows-end" && line.side === "b" ? { ...line, rows: line.rows - 1 } : line];
    }),
    /database and API disagree on 1 reads: .* answered 200 on b/,
  ],
  [
    "the last write was served by the old primary",
    withWrite((op) => op.n === lastWrite, { servedBy: "a" }),
    /acknowledged by a, not by b/,
  ],
  [
    "it is not known who served the last write",
    withWrite((op) => op.n === lastWrite, { servedBy: "" }),
    /acknowledged by an unknown site/,
  ],
];

describe("not worth judging, and it says why", () => {
  test.each(DEFECTS)("%s", (_, record, reason) => {
    const finding = checked(record);
    expect(finding.verdict).toBe("inconclusive");
    expect(finding.evidence?.join("\n")).toMatch(reason);
    expect(judge(record).verdict).not.toBe("holds");
  });
});

test("what the other site holds may stay unknown", () => {
  const record = fakeRun({}, ({ audit }) => ({
    audit: [...audit.filter((line) => line.side === "b"), { type: "unreadable", side: "a", why: "it is gone" }],
  }));
  expect(checked(record).verdict).toBe("holds");
});

test("and so may that of one that followed again and was then broken or given up", () => {
  const back = cameBack(fakeParts());
  const [other, again] = [back.events.find((event) => event.type === "fault"), back.events.at(-1)?.atMs as number];
  const audit: AuditLine[] = [
    ...back.audit.filter(({ side }) => side === "b"),
    { type: "unreadable", side: "a", why: "no" },
  ];
  const detected = back.events.find((event) => event.type === "operator" && event.step === "detected");
  for (const event of [other, detected]) {
    const events = [...back.events, { ...(event as DrillEvent), atMs: again + 1 }];
    expect(checked(recordOf({ ...back, audit, events })).evidence?.join()).not.toMatch(/A follows again/);
  }
});

test("a site that never was away is not back", () => {
  const calm = fakeRun({ operator: null, outage: null }, ({ audit, events }) => ({
    audit: [...audit.filter(({ side }) => side === "a"), { type: "unreadable", side: "b", why: "no" }],
    events: events.filter(({ type }) => type !== "fault"),
  }));
  expect(checked(calm).evidence?.join()).not.toMatch(/B follows again/);
});

test("a site that does not follow is not back, and the other site's return or loss does not count for it", () => {
  const back = cameBack(fakeParts());
  const audit: AuditLine[] = [
    ...back.audit.filter(({ side }) => side === "b"),
    { type: "unreadable", side: "a", why: "no" },
  ];
  const toldBack = (events: DrillEvent[]) =>
    checked(recordOf({ ...back, audit, events }))
      .evidence?.join()
      .includes("A follows again") ?? false;
  const ofB = (step: string) => (event: DrillEvent) =>
    event.type === "operator" && event.step === step ? { ...event, side: "b" as const } : event;
  expect(toldBack(back.events)).toBe(true);
  expect(toldBack(back.events.map(ofB("following")))).toBe(false);
  expect(checked(recordOf(back)).verdict).toBe("holds");
  const again = back.events.at(-1)?.atMs as number;
  const detected = back.events.find((event) => event.type === "operator" && event.step === "detected") as DrillEvent;
  expect(toldBack([...back.events, { ...ofB("detected")(detected), atMs: again + 1 }])).toBe(true);
  // A check of a continuing fault breaks nothing again.
  const checkedFault = back.events.find((event) => event.type === "fault" && event.state === "evidenced") as DrillEvent;
  expect(toldBack([...back.events, { ...checkedFault, atMs: again + 1 }])).toBe(true);
});

describe("planned operations were done", () => {
  const order = { kind: "restart", side: "a", afterSeconds: 4 } as const;
  const atMs = faultMsOf(PLAN) + 4000;
  const undone = (orders: Scenario["orders"], ...ends: ["done" | "refused" | "failed", number][]) => {
    const record = fakeRun({}, ({ run, events }) => ({
      run: { ...run, scenario: { ...run.scenario, orders } },
      events: [
        ...events,
        ...ends.map(([state, order]): DrillEvent => {
          return { type: "order", order, kind: "restart", state, atMs, detail: {} };
        }),
      ].toSorted((x, y) => x.atMs - y.atMs),
    }));
    return (checked(record).evidence ?? []).filter((reason) => reason.startsWith("planned operations were not done"));
  };

  test("each of them, and to its end", () => {
    expect(undone([order], ["done", 0])).toEqual([]);
    expect(undone([])).toEqual([]);
    for (const state of ["refused", "failed"] as const)
      expect(undone([order], [state, 0])).toEqual(["planned operations were not done: restart"]);
    expect(undone([order, { kind: "start-replication", afterSeconds: 5 }], ["done", 0])).toEqual([
      "planned operations were not done: start-replication",
    ]);
    expect(undone([order, order])).toEqual(["planned operations were not done: restart, restart"]);
  });
});

test("a finished drill names the serving site", () => {
  expect(checked(withRun({ servingSide: null })).reason).toBe(
    "run.json names no site as serving at the end, and the events name B",
  );
  expect(checked(withRun({ state: "failed", servingSide: null })).evidence).toHaveLength(1);
});

test("seals are checked if there are any", () => {
  expect(checked({ ...healthy, brokenSeals: [] }).verdict).toBe("holds");
  expect(checked({ ...healthy, brokenSeals: ["events.ndjson was changed"] }).reason).toBe("events.ndjson was changed");
});

test("without a planned disaster none is missed, nor a write in flight at it", () => {
  const calm = fakeRun({ operator: null, outage: null }, ({ run }) => ({
    run: { ...run, scenario: { ...run.scenario, disaster: null } },
  }));
  expect(checked(calm)).toMatchObject({ verdict: "holds" });
});

test("a missing seal is reported if the drill finished and its version sets one", () => {
  const unsealed = (changes: Partial<RunRecord["run"]>) =>
    (checked(withRun(changes)).evidence ?? []).filter((reason) => reason.includes("the record has lost its seal"));
  expect(unsealed({ record: 2 })).toHaveLength(1);
  expect([unsealed({ record: 2, state: "failed" }), unsealed({ record: 1 })]).toEqual([[], []]);
});

test("the command need not name everything", () => {
  for (const command of ["npm run chaos -- self-test", "npm run chaos -- run fake --config fake --seed 4711", ""])
    expect(checked(withRun({ command })).verdict).toBe("holds");
});

test("everything wrong is reported, not only the first", () => {
  const record = withRun({ state: "failed", k6: null, clock: null });
  expect(checked(record).evidence).toHaveLength(3);
});

describe("on a boundary", () => {
  const wrong = (record: RunRecord, facts = gatherFacts(record)) => worthJudging.check(record, facts).evidence ?? [];

  test("95 % of the wanted rate is enough, and less is not", () => {
    const facts = gatherFacts(healthy);
    const at = (ratePerSecond: number) =>
      wrong(healthy, { ...facts, baseline: { fromMs: 0, toMs: 1000, ratePerSecond } });
    expect(at(19)).toEqual([]);
    expect(at(18.99)).toEqual(["the load reached 19.0 of 20 writes/s before the fault"]);
  });

  test("k6's clock may be off by 50 ms", () => {
    expect(wrong(withRun({ clock: { offsetMs: 0, errorMs: 50, samples: 2 } }))).toEqual([]);
    expect(wrong(withRun({ clock: { offsetMs: 0, errorMs: 50.01, samples: 2 } }))).toEqual([
      "k6's clock is known only to within 50 ms",
    ]);
  });

  test("k6's clock may be known exactly, by a single sample", () => {
    expect(wrong(withRun({ clock: { offsetMs: 0, errorMs: 0, samples: 1 } }))).toEqual([]);
  });

  test("one line in twenty of the ledger may be in another order", () => {
    const late = (outOfOrder: number) => wrong(withLedger({ lines: 100, outOfOrder }));
    expect(late(5)).toEqual([]);
    expect(late(6)).toEqual(["6 of 100 lines of the ledger are earlier than the line before them"]);
  });

  test("a slow link takes effect within a second, and a kill at once", () => {
    const first = (kind: Scenario["faults"][number]["kind"], afterMs: number) => {
      const record = timeline([
        [0, 10],
        [FAULT_MS + afterMs, FAULT_MS + afterMs + 10],
      ]);
      const faults = record.run.scenario.faults.map((fault) => ({ ...fault, kind }) as typeof fault);
      const run = { ...record.run, scenario: { ...record.run.scenario, faults } };
      return !wrong({ ...record, run }).includes("no write was in flight at the fault");
    };
    for (const kind of ["region-loss", "process-kill"] as const)
      expect([kind, first(kind, 0), first(kind, 1)]).toEqual([kind, true, false]);
    expect([first("link-latency", 1000), first("link-latency", 1001)]).toEqual([true, false]);
  });

  test("in flight is what was sent by the fault's last act and not answered before its first", () => {
    const inFlight = (...writes: Instants[]) =>
      !wrong(timeline(writes)).includes("no write was in flight at the fault");
    expect([inFlight([FAULT_MS - 10, FAULT_MS]), inFlight([FAULT_MS - 10, FAULT_MS - 1])]).toEqual([true, false]);
    expect([inFlight([FAULT_MS, FAULT_MS + 1]), inFlight([FAULT_MS + 1, FAULT_MS + 2])]).toEqual([true, false]);
    expect(inFlight([0, 10], [FAULT_MS - 20, FAULT_MS], [FAULT_MS + 5, FAULT_MS + 9])).toBe(true);
    expect(inFlight()).toBe(false);
    const unanswered = timeline([[0, 10]], {}, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, completedMs: null, outcome: "info" })),
    }));
    expect(wrong(unanswered)).not.toContain("no write was in flight at the fault");
  });

  test("the operator may detect at the instant of the fault, but not before, nor without one", () => {
    const early = "the operator failed over before anything was broken: the fault hit a site that no longer served";
    expect(wrong(fakeRun({ operator: { detectedMs: 0, routedMs: 2900 } }))).not.toContain(early);
    expect(wrong(fakeRun({ operator: { detectedMs: -1, routedMs: 2900 } }))).toContain(early);
    expect(wrong({ ...healthy, events: healthy.events.filter((e) => e.type !== "fault") })).toContain(early);
  });
});

describe("one condition does not stand in for another", () => {
  const wrong = (record: RunRecord) => worthJudging.check(record, gatherFacts(record)).evidence ?? [];

  test("k6 that exited with an error, although it counted all writes", () => {
    expect(wrong(withRun({ k6: { ...k6, exitCode: 99 } }))).toEqual(["k6 exited with code 99"]);
  });

  test("a missing summary is reported once, not four times", () => {
    expect(wrong(withRun({ k6: null }))).toEqual([
      "k6 left no summary, so it is not known whether it kept its schedule",
    ]);
  });

  test("as many answers as k6 counts do not cancel out an extra write in the ledger", () => {
    const record = fakeRun({}, ({ operations }) => {
      const last = operations.at(-1) as Write;
      return { operations: [...operations, { ...last, n: 5000, completedMs: null, outcome: "info", stored: [] }] };
    });
    expect(wrong({ ...record, run: { ...record.run, k6 } })).toEqual([
      "k6 counts 240 writes, the ledger 241 sent and 240 answered",
      "1 writes have no recorded answer, although k6 waits for each",
      expect.stringMatching(/^the ledger lacks 4760 of the writes/),
      expect.stringMatching(/^w3mv-5000 was sent 238\.050 s off/),
    ]);
  });

  test("an incomplete audit, with a reason only if there is one", () => {
    expect(wrong(fakeRun({}, () => ({ audit: [] })))).toEqual([
      "the audit of B is incomplete",
      "the audit of A is incomplete",
    ]);
  });

  test("an orphan and a repeat together", () => {
    expect(wrong(withLedger({ orphans: 1, repeats: 1 }))).toEqual([
      "the ledger has 1 answers without a write and 1 repeated lines",
    ]);
  });

  test("all torn files and all unreadable lines are named", () => {
    const torn = { ...healthy.legibility.events, torn: true };
    const files = { ...healthy.legibility, events: torn, audit: torn };
    expect(wrong({ ...healthy, legibility: files })).toEqual(["the last line is torn in these files: events, audit"]);
    const noise = withFile("probes", { unreadable: ["line 9: no"], unreadableCount: 1 });
    expect(wrong({ ...noise, ledger: { ...noise.ledger, unreadable: ["line 3: noise"] } })).toEqual([
      "damaged or misplaced lines: ledger, line 3: noise; probes, line 9: no",
    ]);
  });

  test("the evidence of one fault is not that of another", () => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const { healAfterSeconds: _, ...cut } = healing;
    const of = (faults: Scenario["faults"], events: FaultEvent[] = []) => {
      const record = withFaults(faults);
      return wrong({ ...record, events: [...record.events, ...events] }).filter((reason) =>
        /^no evidence/.test(reason),
      );
    };
    expect(of([loss, cut])).toEqual(["no evidence that the fault was active: link-cut of replication"]);
    expect(of([cut, loss])).toEqual(["no evidence that the fault was active: region-loss of A"]);
    const unhealed = "no evidence that the fault was healed: link-cut of replication";
    expect(of([healing], statesOf(1, healing, ["healed"]))).toEqual([unhealed]);
    const [refused] = statesOf(0, healing, ["not-healed"]) as [FaultEvent];
    const why = { ...refused, detail: { ...refused.detail, why: "nobody answers" } };
    expect(of([healing], [why])).toEqual([`${unhealed} (nobody answers)`]);
    expect(of([{ ...healing, healAfterSeconds: undefined } as never])).toEqual([]);
  });

  test("a drill that failed without a reason is reported without one", () => {
    expect(checked(withRun({ state: "failed" })).reason).toBe("the drill did not run to its end: failed");
  });

  test("the first thing wrong is the reason, and a run without any says so", () => {
    const { reason, evidence } = checked(withRun({ state: "failed", clock: null }));
    expect([reason, evidence?.length]).toEqual([evidence?.[0], 2]);
    expect(checked(healthy).reason).toMatch(/^every condition holds$/);
  });
});

describe("the last acknowledgement", () => {
  const routedMs = gatherFacts(healthy).operator.latched?.atMs as number;
  const ofLast = ({ evidence = [] }: ReturnType<typeof checked>) =>
    evidence.filter((reason) => /^the last write/.test(reason));
  const wrong = (change: (op: Write) => Partial<Write>) =>
    ofLast(
      checked(fakeRun({}, ({ operations }) => ({ operations: operations.map((op) => ({ ...op, ...change(op) })) }))),
    );
  const last = "the last write was acknowledged by a, not by b";

  test("is by the server that clients were routed to, not the one beside the database", () => {
    const detail = { database: "b" } as const;
    const across = { type: "operator", plan: "serve-across", step: "latched", side: "a", tookMs: 1, detail } as const;
    const servedBy = (side: string) =>
      ofLast(
        checked(
          fakeRun({}, ({ operations, events }) => ({
            operations: operations.map((op) => (op.n === operations.length - 1 ? { ...op, servedBy: side } : op)),
            events: [...events, { ...across, atMs: routedMs + 1 }],
          })),
        ),
      );
    expect(servedBy("a")).toEqual([]);
    expect(servedBy("b")).toEqual(["the last write was acknowledged by b, not by a"]);
  });

  test("counts only if the write was sent after the route", () => {
    expect(wrong((op) => (op.invokedMs > routedMs ? { outcome: "info" } : { servedBy: "a" }))).toEqual([]);
    const first = parts.operations.find((op) => op.invokedMs > routedMs && op.outcome === "ok")?.n as number;
    const to = (n: number): ReturnType<typeof wrong> =>
      wrong((op) => (op.n < n ? {} : op.n === n ? { servedBy: "a", invokedMs: routedMs + 1 } : { outcome: "fail" }));
    expect(to(first)).toEqual([last]);
    expect(
      wrong((op) =>
        op.n < first ? {} : op.n === first ? { servedBy: "a", invokedMs: routedMs } : { outcome: "fail" },
      ),
    ).toEqual([]);
  });

  test("counts from the route on, whatever the operator did after it", () => {
    const { events } = cameBack(parts);
    const record = recordOf({ ...parts, events: [...events, { type: "phase", phase: "late", atMs: 1e6 }] });
    const { history } = timeline([[routedMs + 1, routedMs + 2]]);
    expect(ofLast(checked({ ...record, history }))).toEqual([last]);
  });

  test("skips unacknowledged writes, and ends at the last acknowledged one", () => {
    expect(wrong((op) => (op.n === lastWrite ? { outcome: "info", servedBy: "a" } : {}))).toEqual([]);
    expect(wrong((op) => (op.n === lastWrite - 1 ? { servedBy: "a" } : {}))).toEqual([]);
    expect(
      wrong((op) => (op.n >= lastWrite - 1 ? { servedBy: "a", outcome: op.n === lastWrite ? "info" : "ok" } : {})),
    ).toEqual([last]);
  });

  test("is not checked without a failover", () => {
    expect(checked(fakeRun({ operator: null, outage: null })).evidence).toBeUndefined();
  });
});
