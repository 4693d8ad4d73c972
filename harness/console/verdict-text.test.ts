import { describe, expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { withDevices, withEnd } from "../check/testing/fake-devices.ts";
import { ended, exportParts } from "../check/testing/fake-export.ts";
import { type FakeMachine, fakeMachine } from "../check/testing/fake-machine.ts";
import { PLAN, type Plan } from "../check/testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "../check/testing/fake-run.ts";
import { withVault } from "../check/testing/fake-vault.ts";
import { faultMsOf } from "../check/testing/fake-writes.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { verdictText } from "./verdict-text.ts";

const PLACE = "results/region-loss-after-partition/async/2026-01-01T00-00-00Z-abcd";
const LONG =
  "npm run chaos -- run region-loss-after-a-long-partition --config fake --seed 4711 --repeat 3 --images build --json";

function textOf(record: RunRecord, changes: Partial<Run> = {}): string {
  const scenario = { ...record.run.scenario, name: "region-loss-after-a-long-partition" };
  const run = { ...record.run, scenario, command: LONG, ...changes };
  return verdictText(judge({ ...record, run }), run, { folder: PLACE });
}
const fake = (changes: Partial<Plan>, run: Partial<Run> = {}) => textOf(fakeRun(changes), run);
/** A second fault 20 s after the disaster stops the writes for two seconds, and one write is missed ten seconds later. */
function later({ run, operations, events }: Parts): Partial<Parts> {
  const at = (seconds: number) => faultMsOf(PLAN) + seconds * 1000;
  const isMissed = (ms: number) => (ms >= at(20) && ms < at(22)) || (ms >= at(29.92) && ms < at(29.97));
  const fault = { type: "fault", fault: 1, kind: "freeze", state: "injecting", atMs: at(20), detail: {} } as const;
  const faults = [...run.scenario.faults, { kind: "freeze", part: "hapi-b", afterSeconds: 20 } as const];
  return {
    run: { ...run, scenario: { ...run.scenario, faults } },
    operations: operations.map((op) => (isMissed(op.invokedMs) ? { ...op, outcome: "info" } : op)),
    events: [...events, fault],
  };
}
const everyFifth = Array.from({ length: 16 }, (_, i) => i * 5);
const strict = { ...PLAN.objectives, rpoSeconds: 0, rtoSeconds: 1, lostWrites: 0 };
const why = `something that takes very many words to tell ${"and still more words ".repeat(20)}`;

const SAMPLES: [string, string, RegExp][] = [
  ["holds", fake({}), /^HOLDS {2}/],
  ["holds, with losses", fake({ lost: everyFifth, stranded: everyFifth.slice(3) }), /^HOLDS {2}/],
  ["broken", fake({ lost: everyFifth, objectives: strict }), /^BROKEN {2}/],
  ["never resumed", fake({ outage: { afterMs: 10, ms: null }, objectives: strict }), /^BROKEN {2}/],
  ["inconclusive", fake({}, { state: "failed", reason: why, k6: null, clock: null }), /^INCONCLUSIVE {2}/],
  ["nothing recorded", textOf(fakeRun({}, () => ({ operations: [], events: [], audit: [] }))), /^INCONCLUSIVE {2}/],
];

describe("every sample", () => {
  test.each(SAMPLES)("%s: begins with the verdict and fits 80 columns", (_, text, word) => {
    expect(text).toMatch(word);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test.each(SAMPLES)("%s: names the evidence folder and the command that repeats the drill", (_, text) => {
    expect(text).toContain(`evidence     ${PLACE}`);
    expect(text.replaceAll(/\s+/g, " ")).toContain(LONG);
  });
});

describe("a bulk export", () => {
  test("is described with its times and files, only where there was one", () => {
    const text = textOf(recordOf(exportParts()));
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "bulk export resumed, picked up after 40.2 s, ended after 90.0 s; 2 files, 6 lines",
    );
    expect(fake({})).not.toContain("bulk export");
  });

  test("is described with what is wrong with its files", () => {
    const { bulkExport: lines, ...parts } = exportParts();
    const [gone] = lines.filter((line) => line.type === "resource");
    const rest = lines.filter((line) => line !== gone);
    const shorter = rest.map((line) => (line.type === "file" && line.file === 0 ? { ...line, lines: 2 } : line));
    const text = textOf(recordOf({ ...parts, bulkExport: ended(shorter) }));
    expect(text.replaceAll(/\s+/g, " ")).toContain("2 files, 5 lines, 1 missing");
  });
});

describe("what was measured", () => {
  test("nothing lost, and how long nobody could write", () => {
    const text = fake({});
    expect(text).toMatch(/^0 acknowledged writes were lost; nobody could write for 3\.0\d s\.$/m);
    expect(text).toMatch(/^RTO +3\.0\d s = detect 1\.50 s \+ switch 1\.40 s \+ resume 0\.1\d s/m);
    expect(text).toMatch(/^RPO +0\.00 s, 0 writes \(objective 900 s\)$/m);
  });

  test("outages that began after service was back are next to the RTO", () => {
    const text = textOf(fakeRun({ afterSeconds: 40 }, later)).replaceAll(/\s+/g, " ");
    expect(text).toContain(
      "(objective 3600 s); another outage until 2.02 s after the freeze fault; some writes missed once later; the last was over after 30.0 s RPO",
    );
  });

  test("so are slow answers after it", () => {
    const slowed = (...slow: number[]) =>
      textOf(
        fakeRun({ afterSeconds: 20 }, ({ operations }) => ({
          operations: operations.map((op) => (slow.includes(op.n) ? { ...op, completedMs: op.invokedMs + 1500 } : op)),
        })),
      ).replaceAll(/\s+/g, " ");
    expect(slowed()).toContain("(objective 3600 s) RPO");
    // Write 280 is sent 9.963 s after the fault.
    expect(slowed(280)).toContain("(objective 3600 s); 1 slow answer after it, until 11.5 s RPO");
    expect(slowed(260, 280)).toContain("(objective 3600 s); 2 slow answers after it, until 11.5 s RPO");
  });

  test("lost writes that the RPO in seconds does not cover are next to it", () => {
    const missing = (lost: number[]) =>
      /^RPO +(.*?) availability/.exec(
        fake({ lost })
          .replaceAll(/\s+/g, " ")
          .replace(/^.*(?=RPO {0,9})/, ""),
      )?.[1];
    expect(missing([60, 200])).toBe("1.15 s, 1 writes (objective 900 s); 1 more lost after its failover");
    expect(missing([200])).toBe("no time applies, 0 writes (objective 900 s); 1 more lost after its failover");
    const afterFault = fake({ lost: [90], through: [90] }).replaceAll(/\s+/g, " ");
    expect(afterFault).toContain(
      "RPO no time applies, 1 writes (objective 900 s); 1 of them acknowledged after the fault",
    );
  });

  test("losses by kind, with some of their ids", () => {
    const text = fake({ lost: everyFifth, stranded: everyFifth.slice(3) }).replaceAll(/\s+/g, " ");
    expect(text).toMatch(
      /16 acknowledged writes \(\d+ at the tail, \d+ before it, 13 can be brought back, 3 gone\): w/,
    );
    expect(text).toContain(" … ");
  });

  test("for gone writes, how many could have been saved, and how many still can be", () => {
    const measured = judge(fakeRun({ lost: everyFifth, stranded: everyFifth.slice(3) }));
    const textOf = (savable: Partial<typeof measured.measures.savable>) => {
      const { run } = fakeRun();
      const measures = { ...measured.measures, savable: { ...measured.measures.savable, ...savable } };
      return verdictText({ ...measured, measures }, run, { folder: PLACE }).replaceAll(/\s+/g, " ");
    };
    expect(textOf({})).not.toMatch(/saved/);
    const unread = { count: null, why: "no log was read before a site came back" };
    expect(textOf({ gone: 3, inLog: unread })).toContain(
      "how many of the 3 gone could have been saved is not known: no log was read before a site came back downtime",
    );
    const inLog = { count: 2, why: null };
    expect(textOf({ gone: 3, inLog })).toContain(
      "could have been saved: 2 of the 3 gone, which the lost site's log still had when it came back downtime",
    );
    expect(textOf({ gone: 3, inLog, inArchive: { count: 0, why: null } })).toContain(
      "when it came back still in the archive: 0 of the 3 gone downtime",
    );
    expect(textOf({ gone: 3, inLog, inArchive: { count: null, why: "no archive was read" } })).toContain(
      "how many are still in the archive is not known: no archive was read downtime",
    );
    for (const gone of [0, null]) expect(textOf({ gone, inLog })).not.toMatch(/saved/);
  });
});

describe("an unknown value is shown as such, never as 0", () => {
  test("nothing recorded", () => {
    const text = textOf(fakeRun({}, () => ({ operations: [], events: [], audit: [] })));
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "How many writes were lost is not known; how long nobody could write is not known.",
    );
    for (const label of ["lost", "downtime", "RTO", "RPO"])
      expect(text).toMatch(new RegExp(`^${label} +not known$`, "m"));
  });

  test("without an audit, only the losses are unknown", () => {
    const text = textOf(fakeRun({}, () => ({ audit: [] })));
    expect(text).toContain("How many writes were lost is not known; nobody could write for 3.0");
    expect(text).toMatch(/^RPO +not known$/m);
  });

  test("an outage that had not ended is a lower bound", () => {
    const text = fake({ outage: { afterMs: 10, ms: null } });
    expect(text).toMatch(/nobody could write for more than 7\.\d\d s/);
    expect(text).toMatch(/^downtime +more than 7\.\d\d s/m);
    expect(text).toMatch(/^RTO +more than 7\.\d\d s \(objective 3600 s\)$/m);
  });

  test("what an unreadable old primary holds is not known", () => {
    const record = fakeRun({ lost: [10] }, ({ audit }) => ({ audit: audit.filter((line) => line.side === "b") }));
    const text = textOf(record);
    expect(text.replace(/\s+/g, " ")).toContain("1 before it, how many can be brought back is not known)");
    expect(text).not.toMatch(/still on|gone/);
  });
});

describe("the machine", () => {
  const on = (machine: FakeMachine) => textOf(fakeRun({}, () => ({ probes: fakeMachine(0, 25_000, machine) })));

  test("a quiet one is described with its figures", () => {
    expect(on({ drill: () => 0.5, others: () => 0.2, waited: () => 0.25 }).replaceAll(/\s+/g, " ")).toContain(
      "machine others took 10 % of the processors (0 % stolen), 10 % at the worst; tasks waited for one 25 % of the time",
    );
  });

  test("a busy one makes the run inconclusive, with the reason", () => {
    const text = on({ drill: () => 0.5, others: () => 1.2 });
    expect(text).toMatch(/^INCONCLUSIVE/);
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "inconclusive machine: the machine was busy with other work (60 % of the processors from the baseline on, 60 % in the worst 5 s)",
    );
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("one that could not be sampled is reported with the reason; a record without samples has no line", () => {
    const nothing = { cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null };
    const waitedSeconds = { cpu: null, io: null, memory: null };
    const text = textOf(
      fakeRun({}, ({ probes }) => ({
        probes: [...probes, { type: "machine", fromMs: 0, atMs: 0, ...nothing, waitedSeconds, why: "no /proc here" }],
      })),
    );
    expect(text).toMatch(/^HOLDS/);
    expect(text).toMatch(/^machine +not known: no \/proc here$/m);
    expect(fake({})).not.toMatch(/^machine/m);
  });
});

test("every check that does not hold is listed, its word separate from its name", () => {
  expect(fake({ outage: { afterMs: 10, ms: null } })).toMatch(/^inconclusive rto: writes had not resumed/m);
  expect(fake({ lost: [10], objectives: strict })).toMatch(/^broken +lost-writes: 1 of \d+ acknowledged writes/m);
});

test("all reasons why a run is not worth judging are listed", () => {
  const text = fake({}, { state: "failed", reason: null, k6: null, clock: null });
  expect(text).toContain("did not run to its end: failed");
  expect(text).toContain("no summary");
  expect(text).toContain("never mapped");
});

test("colours do not change the layout", () => {
  const record = fakeRun({ lost: [10], objectives: { ...PLAN.objectives, lostWrites: 0 } });
  const verdict = judge(record);
  const plain = verdictText(verdict, record.run, { folder: PLACE });
  const painted = verdictText(verdict, record.run, { folder: PLACE }, (_, text) => `<${text}>`);
  expect(painted).not.toBe(plain);
  expect(painted.replaceAll(/[<>]/g, "")).toBe(plain);
});

test("devices are described where there are any", () => {
  const lost = { withBroker: ["d1:2"], withSite: ["d2:4", "d2:5"] };
  const parts = withDevices(fakeParts(), { lost, lateMs: { "d1:3": 1100 } });
  const lose = { type: "disconnected", device: "d1", side: "a", atMs: 7990 } as const;
  const next = { ...lose, type: "connected", side: "b", atMs: 9000 } as const;
  const text = textOf(recordOf({ ...parts, devices: withEnd([...parts.devices, lose, next], 9500) }));
  expect(text.replaceAll(/\n {13}(?=\S)/g, " ")).toContain(
    "\ndevices      3 of 20 messages lost (1 with a broker, 2 with a site), 0 stored twice, 1 out of order, the latest stored after 1.15 s" +
      " 1 connections lost, a new one after 1.01 s at most\n",
  );
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(fake({})).not.toContain("\ndevices ");
});

test("a vault, access to it and stolen data are described where there is a vault", () => {
  const parts = withVault(fakeParts(), {
    away: { kind: "vault-loss", fromMs: 6500, toMs: 9000 },
    ...{ givenMs: { a: [0, 10_250], b: [0] }, inVainMs: { a: [7000], b: [] } },
  });
  expect(textOf(recordOf(parts)).replaceAll(/\n {13}(?=\S)/g, " ")).toContain(
    "\nvault        after the vault's return writes were acknowledged after 0.05 s, and its clients had what they asked for after 1.25 s" +
      " 1 databases started without the vault, and waited" +
      " a text is in 0 of 200 stolen files, and in 14 as the databases see them\n",
  );
  expect(fake({})).not.toContain("\nvault ");
});

test("what did not work again after a vault's return has a lower bound", () => {
  const away = { kind: "vault-loss", fromMs: 6500, toMs: 9000 } as const;
  const of = (plan: Parameters<typeof withVault>[1], outage: { afterMs: number; ms: null } | null) =>
    textOf(recordOf(withVault(fakeParts({ outage, operator: null }), { away, ...plan }))).replaceAll(
      /\n {13}(?=\S)/g,
      " ",
    );
  expect(of({ inVainMs: { a: [7000], b: [] } }, null)).toMatch(
    /\nvault {8}\d+\.\d+ s after the vault's return not all of its clients had what they asked for /,
  );
  expect(of({}, { afterMs: 10, ms: null })).toMatch(
    /\nvault {8}\d+\.\d+ s after the vault's return writes were not yet acknowledged for good /,
  );
});
