/**
 * Real runs whose record contradicts itself: one witness disagrees with another, or with the configuration. Each could
 * be sealed again, so the lines themselves must show it.
 */
import { expect, test } from "vitest";
import type { CompleteLine, InvokeLine, LedgerLine } from "../../harness/model/load/ledger.ts";
import { HAPI_DIALECT } from "../../harness/model/plan/dialect.ts";
import type { OperatorEvent, StepName } from "../../harness/model/record/event.ts";
import { type Kept, keptOf, keptSample, verdictOf, withCounts } from "./kept.ts";
import { readGolden } from "./read-golden.ts";

const golden = (name: string) => keptOf(readGolden(name).files);
const isOk = (line: LedgerLine): line is CompleteLine =>
  line.type === "complete" && line.status >= 200 && line.status < 300;
const stepOf = ({ events }: Kept, step: StepName) =>
  events.find((event): event is OperatorEvent => event.type === "operator" && event.step === step) as OperatorEvent;
const faultOf = ({ events }: Kept, state: string) => {
  const event = events.find((each) => each.type === "fault" && each.state === state);
  if (event?.type !== "fault") throw new Error(`no fault is ${state}`);
  return event;
};
/** From an older version, which did not seal its records and recorded less than today. */
const asOld = ({ run }: Kept) => Object.assign(run, { record: 1 });
const OLDER = /run.json says that the record is of version 1/;
const inOrder = (kept: Kept) => void kept.events.sort((x, y) => x.atMs - y.atMs);
/** Each answer at the instant of its request. */
function answeredAtOnce({ ledger }: Kept): void {
  const sent = new Map(
    ledger.filter((line): line is InvokeLine => line.type === "invoke").map((l) => [l.write, l.epochMs]),
  );
  for (const line of ledger) {
    if (line.type === "read") line.sentEpochMs = sent.get(line.write) as number;
    if (line.type === "read" || isOk(line)) line.epochMs = (sent.get(line.write) as number) + 1;
  }
}

const UNALTERED = [
  "region-loss",
  "region-loss-after-partition",
  "slow-region",
  "silent-region",
  "planned-failback",
  "sample",
];
const whole = (name: string) => (name === "sample" ? keptSample() : golden(name));

test.each(UNALTERED)("%s holds unaltered", (name) => {
  expect(verdictOf(whole(name)).verdict).toBe("holds");
});

test.each<[string, string, (kept: Kept) => void, RegExp]>([
  [
    "the searches of one type are left out",
    "region-loss",
    (kept) => {
      kept.audit = withCounts(kept.audit.filter((l) => l.type !== "search" || l.resourceType === "Patient"));
    },
    /searches that the audit had to make are not recorded/,
  ],
  [
    "one search is left of all",
    "region-loss",
    (kept) => {
      const first = kept.audit.find((line) => line.type === "search");
      kept.audit = withCounts(kept.audit.filter((line) => line.type !== "search" || line === first));
    },
    /searches that the audit had to make are not recorded/,
  ],
  [
    "nobody wrote down what the API gave",
    "region-loss",
    (kept) => {
      for (const line of kept.audit) if (line.type === "read") delete line.content;
    },
    /it was not recorded what was given/,
  ],
  [
    "a few reads are told as older makers told them",
    "region-loss",
    (kept) => {
      let reads = 0;
      kept.audit = withCounts(kept.audit.filter((line) => line.type !== "read" || reads++ < 100));
      for (const line of kept.audit) if (line.type === "reads-end") delete line.wanted;
    },
    /does not record how many it wanted to read/,
  ],
  [
    "a side that was rebuilt could not be audited",
    "sample",
    (kept) => {
      kept.audit = [...kept.audit.filter((line) => line.side !== "a"), { type: "unreadable", side: "a", why: "gone" }];
    },
    /A follows again but could not be audited/,
  ],
  [
    "nothing is told of the return of a side that was healed, and nobody could audit it",
    "sample",
    (kept) => {
      kept.events = kept.events.filter((event) => event.type !== "operator" || event.plan !== "rebuild");
      Object.assign(kept, { returned: [], stranded: null });
      kept.audit = [...kept.audit.filter((line) => line.side !== "a"), { type: "unreadable", side: "a", why: "gone" }];
      delete kept.run.versions.fhirdrill;
    },
    /A could not be audited, although no fault keeps it from being read/,
  ],
  ["its record is made one of the first", "region-loss", (kept) => void asOld(kept), OLDER],
  [
    "its record is made one of the first, and nobody looked whether the fault lasted",
    "region-loss",
    (kept) => {
      asOld(kept);
      kept.events = kept.events.filter((event) => event.type !== "fault" || event.state !== "lasted");
    },
    OLDER,
  ],
  [
    "its record is made one of the first, and nobody sampled who used the machine",
    "region-loss",
    (kept) => {
      asOld(kept);
      kept.probes = kept.probes.filter(({ type }) => type !== "machine" && type !== "resources");
    },
    OLDER,
  ],
  [
    "its record is made one of the first, with a few reads only",
    "region-loss",
    (kept) => {
      asOld(kept);
      let reads = 0;
      kept.audit = withCounts(kept.audit.filter((line) => line.type !== "read" || reads++ < 60));
      for (const line of kept.audit) if (line.type === "reads-end") delete line.wanted;
    },
    OLDER,
  ],
  [
    "its record is made one of the first, and names no runner",
    "region-loss-after-partition",
    (kept) => {
      asOld(kept);
      kept.run.runners = null;
      delete kept.run.capabilities;
      for (const line of kept.ledger) Reflect.deleteProperty(line, "r");
    },
    OLDER,
  ],
  [
    "nobody says which fhirdrill made it",
    "region-loss",
    (kept) => {
      delete kept.run.versions.fhirdrill;
    },
    /run.json does not say which fhirdrill made the record/,
  ],
  [
    "the server of a lab is said to find nothing by identifier",
    "region-loss",
    (kept) => {
      kept.run.dialect = { ...HAPI_DIALECT, identifierSearch: false };
    },
    /a lab's is known/,
  ],
  [
    "what was saved is not counted",
    "sample",
    (kept) => {
      stepOf(kept, "saved").detail = {};
    },
    /the operator did not record how many versions it saved/,
  ],
  [
    "another configuration was typed",
    "region-loss",
    (kept) => {
      kept.run.config = { ...kept.run.config, name: "sync", replication: "sync" };
    },
    /the command asked for the configuration async/,
  ],
  [
    "people decided at once",
    "region-loss",
    (kept) => {
      kept.run.config.operator.decisionSeconds = 25;
      const detected = stepOf(kept, "detected");
      const decided: OperatorEvent = { ...detected, step: "decided", atMs: detected.atMs + 1, tookMs: 1, detail: {} };
      kept.events.splice(kept.events.indexOf(detected) + 1, 0, decided);
    },
    /the decision at .* took 0\.001 s, not 25 s/,
  ],
  [
    "too few probes had failed",
    "region-loss",
    (kept) => {
      kept.run.config.operator.failedProbes = 10;
    },
    /after 3 failed probes, not 10/,
  ],
  [
    "the side that was given up was well",
    "region-loss",
    (kept) => {
      for (const probe of kept.probes) if (probe.type === "health") probe.ok = true;
    },
    /its last 3 probes had not all failed/,
  ],
  [
    "no disaster was planned",
    "region-loss",
    (kept) => {
      kept.run.scenario.disaster = null;
    },
    /no disaster was planned/,
  ],
  [
    "an acknowledged write is told not to have been sent",
    "region-loss",
    (kept) => {
      (kept.ledger.find(isOk) as CompleteLine).unsent = true;
    },
    /is a success of a write that was never sent/,
  ],
  [
    "the audit was begun before the load had ended",
    "region-loss",
    (kept) => {
      for (const event of kept.events)
        if (event.type === "phase" && ["quiesce", "audit"].includes(event.phase)) event.atMs -= 1000;
      faultOf(kept, "lasted").atMs -= 1000;
      inOrder(kept);
    },
    /the phase quiesce began .* before the last write was answered/,
  ],
  [
    "B acknowledged before it served",
    "region-loss",
    (kept) => {
      for (const line of kept.ledger) if (isOk(line)) line.servedBy = "b";
    },
    /was acknowledged by B, to which it was not routed/,
  ],
  [
    "A acknowledged when it was gone",
    "region-loss",
    (kept) => {
      const ofB = kept.ledger.filter((line): line is CompleteLine => isOk(line) && line.servedBy === "b");
      (ofB[50] as CompleteLine).servedBy = "a";
    },
    /was acknowledged by A, to which it was not routed/,
  ],
  [
    "the prober was answered by the other side",
    "region-loss",
    (kept) => {
      for (const probe of kept.probes)
        if (probe.type === "availability" && probe.ok) probe.servedBy = probe.servedBy === "a" ? "b" : "a";
    },
    /the prober's write at .* was acknowledged by B, to which it was not routed/,
  ],
  [
    "the prober's errors are told as successes",
    "region-loss",
    (kept) => {
      for (const probe of kept.probes) if (probe.type === "availability" && probe.ok) probe.status = 500;
    },
    /was answered with 500, which contradicts its recorded outcome/,
  ],
  [
    "what was held back is told to have been answered at once",
    "silent-region",
    answeredAtOnce,
    /the load was answered from .*, when no write of the prober was/,
  ],
  [
    "the lag is that of another follower",
    "slow-region",
    (kept) => {
      for (const probe of kept.probes)
        if (probe.type === "replication-lag") probe.from = probe.from === "a" ? "b" : "a";
    },
    /is that of the follower of B, which was not the primary/,
  ],
  [
    "the updates read a minute before they were sent",
    "region-loss",
    (kept) => {
      for (const line of kept.ledger) if (line.type === "read") line.sentEpochMs -= 60_000;
    },
    /of an update that did not read between its sending and its answer/,
  ],
  [
    "nobody looked at the fault, and it lasted",
    "region-loss",
    (kept) => {
      faultOf(kept, "lasted").detail = { looks: 0, longestUnseenMs: 0 };
    },
    /it is not known for how long region-loss of A was not checked/,
  ],
  [
    "the last look was long before the end",
    "region-loss",
    (kept) => {
      faultOf(kept, "lasted").atMs = faultOf(kept, "evidenced").atMs + 3000;
      inOrder(kept);
    },
    /region-loss of A was not observed for 2\d\.\d s/,
  ],
  [
    "the fault was healed five seconds early",
    "slow-region",
    (kept) => {
      const [lasted, healed] = [faultOf(kept, "lasted"), faultOf(kept, "healed")];
      lasted.atMs -= 5000;
      healed.atMs -= 5000;
      healed.detail.orderedMs = (healed.detail.orderedMs as number) - 5000;
      inOrder(kept);
    },
    /link-latency was healed .* s before its time/,
  ],
  [
    "the baseline is the last fifth of a second",
    "region-loss",
    ({ events, run }) => {
      const { load } = run.scenario;
      const shorterSeconds = load.baselineSeconds - 0.1;
      for (const event of events)
        if (event.type === "phase" && event.phase === "baseline") event.atMs += 1000 * shorterSeconds;
      load.baselineSeconds -= shorterSeconds;
      // The load runs for the last third of a warm-up.
      load.warmUpSeconds += 3 * shorterSeconds;
    },
    /the baseline has room for only \d+ writes/,
  ],
  [
    "all lines of the ledger are the other way round",
    "region-loss",
    (kept) => void kept.ledger.reverse(),
    /lines of the ledger are earlier than the line before them/,
  ],
  [
    "a switchover is told to have taken no time",
    "planned-failback",
    (kept) => {
      const steps = kept.events.filter(
        (event): event is OperatorEvent => event.type === "operator" && event.plan === "switchover",
      );
      for (const step of steps) Object.assign(step, { atMs: (steps[0] as OperatorEvent).atMs, tookMs: 0 });
      inOrder(kept);
    },
    /the planned switchover is done, but no plan carried it out/,
  ],
])("not when %s", (_, name, alter, reason) => {
  const kept = whole(name);
  alter(kept);
  const { verdict, checks } = verdictOf(kept);
  expect(verdict).not.toBe("holds");
  const wrong = checks.filter((check) => check.verdict === "inconclusive" || check.verdict === "broken");
  expect(wrong.flatMap((check) => [check.reason, ...check.evidence]).join("\n")).toMatch(reason);
});
