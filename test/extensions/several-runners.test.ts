/**
 * A load that several instances of k6 share, on real components: judged as SQL finds it; inconclusive if one of them
 * dies.
 */
import { describe, expect } from "vitest";
import { RUNNER_NAMES } from "../../harness/model/load/runners.ts";
import { IDENTIFIER_SYSTEM, kindOfWrite, writeId, writeIdPrefix } from "../../harness/model/load/write.ts";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import { seedDefects } from "../../harness/run/seed-defects.ts";
import { containerName } from "../../harness/systems/lab/container.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import type { Postgres } from "../../harness/systems/lab/postgres.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { test } from "../shared-topology.ts";
import { drillOn } from "../small-drill.ts";

const scenarioFor = (runners: number): Scenario => ({
  ...edgeLoss,
  load: { ...edgeLoss.load, ratePerSecond: 20, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 12, runners },
});

/** In each quarter of the writes, one that creates its own resource, so that each runner has one. */
function putsOf(seed: number): string[] {
  const isPut = (n: number) => kindOfWrite(seed, n, edgeLoss.load.mix) === "put";
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  return [0, 1, 2, 3].map((part) => writeId(seed, numbers.find((n) => n % 4 === part && isPut(n)) as number));
}

/** By the identifier in the stored bodies, not by request id as the audit does. */
async function writesOn(postgres: Postgres, seed: number): Promise<Set<string>> {
  const rows = await postgres.query<{ write: string }>(
    `select res_text_vc::json -> 'identifier' -> 0 ->> 'value' as write from hfj_res_ver
      where res_text_vc::json -> 'identifier' -> 0 ->> 'system' = $1`,
    [IDENTIFIER_SYSTEM],
  );
  return new Set(rows.map(({ write }) => write).filter((write) => write?.startsWith(writeIdPrefix(seed))));
}

describe.each([2, 4])("%d runners", (runners) => {
  const seed = 7700 + runners;
  let drilled: Awaited<ReturnType<typeof drillOn>>;
  let onA: Set<string>;

  test.beforeAll(async ({ topology, prerequisites, async: config }) => {
    drilled = await drillOn(topology, prerequisites, {
      ...{ scenario: scenarioFor(runners), config, seed },
      beside: async ({ told }) => {
        await told((event) => event.type === "phase" && event.phase === "quiesce");
        await seedDefects(topology.postgres.a, {
          gone: putsOf(seed),
          halved: [],
          altered: [],
          copied: [],
          unindexed: [],
        });
        onA = await writesOn(topology.postgres.a, seed);
      },
    });
  }, 300_000);

  test("together kept the schedule of one, each its own share, and the run was worth judging", () => {
    const { verdict, record } = drilled;
    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    const names = RUNNER_NAMES.slice(0, runners);
    expect(record.run.byRunner?.map(({ runner }) => runner)).toEqual(names);
    const counts = names.map((name) => [...record.history].filter(({ runner }) => runner === name).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts).toEqual(record.run.byRunner?.map(({ iterations }) => iterations));
  });

  test("lost exactly what SQL does not find, including what was deleted", () => {
    const { verdict, record } = drilled;
    const acknowledged = [...record.history].filter(({ outcome }) => outcome === "ok").map(({ write }) => write);
    const missing = acknowledged.filter((write) => !onA.has(write));
    expect(missing).toEqual(expect.arrayContaining(putsOf(seed)));
    expect(verdict.measures.lost.ids.toSorted()).toEqual(missing.toSorted());
  });

  test("show the only outage", () => {
    const [outage, ...others] = drilled.verdict.measures.downtime.intervals;
    expect(others).toEqual([]);
    expect((outage?.toMs ?? 0) - (outage?.fromMs ?? 0)).toBeGreaterThan(5000);
  });
});

test("a runner that is killed makes the run inconclusive, and is named", async ({
  topology,
  prerequisites,
  async: config,
}) => {
  const { verdict, record } = await drillOn(topology, prerequisites, {
    ...{ scenario: scenarioFor(3), config, seed: 7799, mayFail: true },
    beside: async ({ told }) => {
      await told((event) => event.type === "phase" && event.phase === "baseline");
      await dockerOf(topology.engine).getContainer(containerName(topology.run, "k6-2")).kill();
    },
  });
  expect([record.run.state, verdict.verdict]).toEqual(["failed", "inconclusive"]);
  const evidence = verdict.checks.find(({ name }) => name === "worth-judging")?.evidence ?? [];
  expect(evidence[0]).toMatch(/k6-2 exited with code 137/);
  expect(evidence.join("\n")).toMatch(/the runner k6-2 has no recorded end in ledger\.k6-2\.ndjson/);
}, 300_000);
