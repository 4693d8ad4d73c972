/**
 * Random records that no drill wrote: the judge always gives a verdict, every figure is a number or `null`, and no
 * sentence contains an undefined value.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKERS, judge } from "../../harness/check/judge.ts";
import { withDevices } from "../../harness/check/testing/fake-devices.ts";
import { exportParts } from "../../harness/check/testing/fake-export.ts";
import { fakeMachine } from "../../harness/check/testing/fake-machine.ts";
import { withNetworks } from "../../harness/check/testing/fake-networks.ts";
import { PLAN } from "../../harness/check/testing/fake-plan.ts";
import { cameBack } from "../../harness/check/testing/fake-return.ts";
import { fakeParts, filesOf, type Parts } from "../../harness/check/testing/fake-run.ts";
import { sharedFiles } from "../../harness/check/testing/fake-runners.ts";
import { withVault } from "../../harness/check/testing/fake-vault.ts";
import { AuditSchema } from "../../harness/model/record/audit.ts";
import { BulkExportLineSchema } from "../../harness/model/record/bulk-export.ts";
import { BridgeSchema, DeviceSchema, HeldSchema } from "../../harness/model/record/device.ts";
import { EventSchema } from "../../harness/model/record/event.ts";
import { ProbeSchema } from "../../harness/model/record/probe.ts";
import { VaultLineSchema } from "../../harness/model/record/vault.ts";
import { VerdictSchema } from "../../harness/model/verdict/verdict.ts";
import { readRecord } from "../../harness/record/read-record.ts";
import { anyOf } from "./any-lines.ts";

const SMALL = {
  ratePerSecond: 10,
  afterSeconds: 4,
  outage: { afterMs: 10, ms: 1200 },
  operator: { detectedMs: 500, routedMs: 1100 },
};
const promised = (parts: Parts): Parts => {
  const objectives = {
    rpoSeconds: 0,
    rtoSeconds: 2,
    lostWrites: 3,
    redundancySeconds: 5,
    availability: { share: 0.9, periodDays: 1 },
  };
  const prices = { currency: "EUR", cpuCoreHour: 1, memoryGigabyteHour: 1, networkGigabyte: 1, diskGigabyteMonth: 1 };
  return { ...parts, run: { ...parts.run, prices, config: { ...parts.run.config, objectives } } };
};
const sampled = (parts: Parts): Parts => ({
  ...parts,
  probes: [...parts.probes, ...fakeMachine(0, 9000, { drill: () => 0.5 })],
});
const ordered = (parts: Parts): Parts => {
  const orders: Parts["run"]["scenario"]["orders"] = [
    { kind: "switchover", to: "b", afterSeconds: 1 },
    { kind: "start-replication", afterSeconds: 1 },
    { kind: "serve-across", compute: "a", latencyMs: 5, afterSeconds: 1 },
  ];
  return { ...parts, run: { ...parts.run, scenario: { ...parts.run.scenario, orders } } };
};
const apart = (parts: Parts): Parts => {
  const { scenario } = parts.run;
  return {
    ...parts,
    run: { ...parts.run, scenario: { ...scenario, faults: [{ kind: "peering-loss", afterSeconds: 0 }] } },
  };
};
const BASES = [
  fakeParts(SMALL),
  sampled(promised(fakeParts({ ...SMALL, lost: [5, 30], stranded: [5], torn: [12], happened: [45] }))),
  ordered(promised(cameBack(fakeParts({ ...SMALL, lost: [5], stranded: [5] })))),
  withDevices(fakeParts(SMALL), { lost: { withBroker: ["d1:3"], withSite: ["d2:4"] }, duplicated: ["d2:1"] }),
  exportParts(10_000),
  withVault(fakeParts(SMALL), { away: { kind: "vault-loss", fromMs: 7000, toMs: 8000 } }),
  withVault(fakeParts(SMALL), {
    guards: "access",
    away: { kind: "key-revocation", fromMs: 7000, toMs: null },
    ...{ givenMs: { a: [0, 3000], b: [0] }, validMs: 500, inVainMs: { a: [7500], b: [] } },
  }),
].map(filesOf);
/** A record of clients in two networks, with a runner and a ledger each. */
const networked = (parts: Parts) => sharedFiles(parts, Array(2).fill({ ...PLAN.clock, samples: 3 }));
BASES.push(networked(promised(withNetworks(fakeParts(SMALL)))), networked(apart(withNetworks(fakeParts(SMALL)))));
type Files = (typeof BASES)[number];
type File = keyof Files;

const number = fc.constantFrom(
  "0",
  "-1",
  "1",
  "0.5",
  "2",
  "5000",
  "6100",
  "1e15",
  "-1e15",
  "1e300",
  "9007199254740991",
  "null",
  "true",
  '"x"',
);
const places = fc.record({
  file: fc.constantFrom<File>(
    ...(["run", "ledger", "events", "probes", "audit", "returned", "stranded"] as const),
    ...(["devices", "bridges", "held", "vault", "bulkExport"] as const),
  ),
  at: fc.nat(),
});
const LINES = {
  ...{ events: EventSchema, probes: ProbeSchema, audit: AuditSchema, returned: AuditSchema },
  ...{ devices: DeviceSchema, bridges: BridgeSchema, held: HeldSchema },
  ...{ vault: VaultLineSchema, bulkExport: BulkExportLineSchema },
} as const;
/** A record whose lines are all deleted. */
const WORDS = [
  ...[
    '"complete"',
    '"invoke"',
    '"read"',
    '"put"',
    '"status":201',
    '"servedBy":"b"',
    '"phase"',
    '"fault"',
    '"operator"',
  ],
  ...['"sent"', '"handed-over"', '"received"', '"stored"', '"held"', '"bridge-end"', '"device":"d2"'],
  ...['"kick-off"', '"poll"', '"job"', '"file"', '"resource"', '"status":202', '"end"'],
  ...['"availability"', '"machine"', '"rows-end"', '"side":"b"', '"row"'],
];
type Edit = (files: Files) => Files;
const inLines =
  (file: File, at: number, change: (lines: string[], i: number) => string[]): Edit =>
  (files) => {
    const lines = files[file].match(/[^\n]*\n|[^\n]+$/g) ?? [];
    return { ...files, [file]: change(lines, at % Math.max(1, lines.length)).join("") };
  };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  places.map(({ file, at }) => inLines(file, at, (lines, i) => lines.toSpliced(i, 1))),
  places.map(({ file, at }) => inLines(file, at, (lines, i) => lines.toSpliced(i, 0, lines[i] ?? ""))),
  places.map(({ file, at }) => inLines(file, at, (lines, i) => lines.slice(0, i))),
  places.map(({ file, at }) => inLines(file, at, (lines, i) => lines.slice(i))),
  fc.record({ place: places, value: number }).map(
    ({ place: { file, at }, value }): Edit =>
      (files) => {
        const found = [...files[file].matchAll(/(?<=[:,[])-?\d+(?:\.\d+)?(?=[,}\]])/g)];
        const one = found[at % Math.max(1, found.length)];
        if (one === undefined) return files;
        return {
          ...files,
          [file]: `${files[file].slice(0, one.index)}${value}${files[file].slice(one.index + one[0].length)}`,
        };
      },
  ),
  // As by a clock that is off, or a late client: shifts one time of the ledger, or all from there on.
  fc.record({ at: fc.nat(), by: fc.constantFrom(1, -1, 500, -3000, 20_000), isFrom: fc.boolean() }).map(
    ({ at, by, isFrom }): Edit =>
      (files) => {
        const times = files.ledger.match(/"epochMs":/g)?.length ?? 0;
        let n = -1;
        const ledger = files.ledger.replaceAll(/(?<="epochMs":)\d+/g, (ms) => {
          n += 1;
          const first = at % Math.max(1, times);
          return n === first || (isFrom && n > first) ? String(Number(ms) + by) : ms;
        });
        return { ...files, ledger };
      },
  ),
  fc
    .record({ place: places, word: fc.constantFrom(...WORDS) })
    .map(({ place: { file, at }, word }) =>
      inLines(file, at, (lines) => lines.filter((line) => file === "run" || !line.includes(word))),
    ),
  fc
    .constantFrom(...(Object.keys(LINES) as (keyof typeof LINES)[]))
    .chain((file) =>
      fc
        .record({ at: fc.nat(), line: anyOf(LINES[file]) })
        .map(({ at, line }) => inLines(file, at, (lines, i) => lines.toSpliced(i, 0, `${JSON.stringify(line)}\n`))),
    ),
);

const RUNS = 15 * (fc.readConfigureGlobal()?.numRuns ?? 100);
const NOT_KNOWN = /NaN|undefined|Infinity|\[object/;

test("the judge gives a verdict, and figures that are numbers or null", () => {
  const tried = { judged: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...BASES), fc.array(edit, { minLength: 1, maxLength: 6 }), (base, edits) => {
      const files = edits.reduce((each, change) => change(each), base);
      let record: ReturnType<typeof readRecord>;
      try {
        record = readRecord(files);
      } catch (error) {
        // Only what `run.json` says may be unknown without it.
        expect(files.run).not.toBe(base.run);
        expect((error as Error).message).not.toMatch(NOT_KNOWN);
        return;
      }
      tried.judged += 1;
      const verdict = judge(record);
      expect(VerdictSchema.parse(verdict)).toEqual(verdict);
      for (const { name, reason, evidence } of verdict.checks)
        expect([name, ...[reason, ...evidence].filter((text) => NOT_KNOWN.test(text))]).toEqual([name]);
      expect(verdict.checks.filter(({ reason }) => reason.startsWith("the checker itself failed"))).toEqual([]);
      expect(verdict.checks).toHaveLength(CHECKERS.length);
    }),
    { seed: 20260301, numRuns: RUNS },
  );
  expect(tried.judged).toBeGreaterThan(RUNS / 2);
});
