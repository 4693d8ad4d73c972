/**
 * A full cycle of the operator on real components, under load: A is lost, B takes over, A comes back, is rebuilt, and
 * serves again after a planned switchover.
 */
import { describe, expect } from "vitest";
import { writeNumber } from "../harness/model/load/write.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import type { OperatorEvent } from "../harness/model/record/event.ts";
import type { RunRecord } from "../harness/model/record/record.ts";
import type { Verdict } from "../harness/model/verdict/verdict.ts";
import type { Postgres } from "../harness/systems/lab/postgres.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { configNamed, test } from "./shared-topology.ts";
import { drillOn } from "./small-drill.ts";

const config = configNamed("replay");
const load = { ...regionLoss.load, ratePerSecond: 15, warmUpSeconds: 3, baselineSeconds: 3 };

const wordOf = ({ checks }: Verdict, name: string) => {
  const check = checks.find((each) => each.name === name);
  return [check?.verdict, check?.evidence];
};
const stepsOf = ({ events }: RunRecord, plan: OperatorEvent["plan"]) =>
  events.filter((event) => event.type === "operator" && event.plan === plan) as OperatorEvent[];
const highest = async ({ query }: Postgres, sequence: string) => {
  const [row] = await query<{ at: string }>(`select last_value::text as at from ${sequence}`);
  return Number(row?.at);
};

const JOB = "job-in-hand";
/** A job that A has accepted and given to one of its workers, which will never finish it. */
const JOB_IN_HAND = `
  with job as (
    insert into bt2_job_instance (id, job_cancelled, create_time, cur_gated_step_id, definition_id, definition_ver,
        error_count, progress_pct, stat, work_chunks_purged)
      values ('${JOB}', false, now(), 'generate-work-packages', 'BULK_EXPORT', 3, 0, 0, 'IN_PROGRESS', false)
      returning id, definition_id, definition_ver, cur_gated_step_id
  )
  insert into bt2_work_chunk (id, create_time, error_count, instance_id, definition_id, definition_ver, seq, stat, tgt_step_id)
    select '${JOB}', now(), 0, id, definition_id, definition_ver, 0, 'IN_PROGRESS', cur_gated_step_id from job`;

describe("the link is cut, region A is lost, comes back with writes that only it holds, and serves again after a switchover", () => {
  let verdict: Verdict;
  let record: RunRecord;
  let numberedBefore: number;

  test.beforeAll(async ({ topology, prerequisites }) => {
    numberedBefore = await highest(topology.postgres.a, "seq_resource_history_id");
    // The planned operation waits: on a busy machine, rebuilding A may take longer than on an idle one.
    const scenario: Scenario = {
      ...regionLoss,
      name: "whole-life",
      load: { ...load, afterSeconds: 60 },
      faults: [
        { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 8 },
        { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 3, healAfterSeconds: 5 },
      ],
      orders: [{ kind: "switchover", to: "a", afterSeconds: 20 }],
      disaster: 1,
    };
    const { a } = topology.postgres;
    ({ verdict, record } = await drillOn(topology, prerequisites, {
      ...{ scenario, config, seed: 41 },
      beside: async ({ told }) => {
        await told((event) => event.type === "phase" && event.phase === "baseline");
        await a.query(JOB_IN_HAND);
      },
    }));
  }, 400_000);

  test("every plan takes its steps, and the returned site is fenced before anything else", () => {
    const names = (plan: OperatorEvent["plan"]) =>
      stepsOf(record, plan).map(({ step, side, detail }) =>
        [step, side, ...(detail.why ? [detail.why] : [])].join(" "),
      );
    expect(names("failover")).toEqual(["detected a", "fenced a", "promoted b", "latched b", "done b"]);
    expect(names("rebuild")).toEqual([
      "returned a",
      "fenced a",
      "saved a",
      "replayed a",
      "copied a",
      "following a",
      "restarted a",
      "done a",
    ]);
    expect(names("switchover")).toEqual([
      "fenced b",
      "caught-up a",
      "promoted a",
      "latched a",
      "following b",
      "done a",
    ]);
  });

  test("a job in progress on A was replicated, and given to B's workers at the promotion", async ({ topology }) => {
    const [promoted] = stepsOf(record, "failover").filter(({ step }) => step === "promoted");
    expect(promoted?.detail).toMatchObject({ requeuedJobs: 1 });
    const rows = await topology.postgres.b.query("select from bt2_job_instance where id = $1", [JOB]);
    expect(rows).toHaveLength(1);
  });

  test("the run was worth judging, and the switchover lost nothing", () => {
    expect(wordOf(verdict, "worth-judging")).toEqual(["holds", []]);
    expect(wordOf(verdict, "switchover")).toEqual(["holds", []]);
    expect(verdict.measures.switchovers).toMatchObject([{ to: "a", lost: 0 }]);
  });

  test("A serves at the end, B follows it, and both hold the same", async ({ topology }) => {
    expect([...record.history].findLast((op) => op.outcome === "ok")?.servedBy).toBe("a");
    expect(record.run.servingSide).toBe("a");
    expect(verdict.measures.divergence).toEqual({ onlyServing: 0, onlyOther: 0, different: 0 });
    expect(verdict.measures.redundancy.seconds).not.toBeNull();
    expect(await topology.postgres.b.query("select from pg_subscription where subenabled")).toHaveLength(1);
    expect(await topology.postgres.a.query("select from pg_subscription")).toHaveLength(0);
  });

  test("the lag was measured in the direction of replication", () => {
    const seen = record.probes.flatMap((probe) =>
      probe.type === "replication-lag" && probe.heartbeatMs !== null ? [probe.from] : [],
    );
    expect(seen.filter((from, i) => from !== seen[i - 1])).toEqual(["a", "b", "a"]);
  });

  test("the copy left A's own sequences in their range, disjoint from B's", async ({ topology }) => {
    const [ofA] = await topology.postgres.a.query<{ highest: string }>(
      "select max(pid)::text as highest from hfj_res_ver where pid < 900000000",
    );
    const at = await highest(topology.postgres.a, "seq_resource_history_id");
    expect(at).toBeGreaterThan(numberedBefore);
    // The server reserves 50 numbers at a time.
    expect(at + 50).toBeGreaterThan(Number(ofA?.highest));
    expect(at).toBeLessThan(900_000_000);
  });

  test("the log and the audits agree on what only A held", () => {
    expect(wordOf(verdict, "stranded-saved")).toEqual(["holds", []]);
    const [returned] = record.returned;
    const serving = record.audit[record.run.servingSide ?? "a"];
    const kept = new Set(serving.pid.subarray(0, serving.rows));
    const stranded = [...(returned?.pid.subarray(0, returned.rows) ?? [])].filter((pid) => !kept.has(pid));
    const saved = (record.saved ?? []).filter(({ write }) => writeNumber(record.run.seed, write) !== null);
    expect(stranded.length).toBeGreaterThan(10);
    expect(saved.map(({ pid }) => pid).toSorted()).toEqual(stranded.toSorted());
  });

  test("writes without a conflict were replayed: only the others are lost", () => {
    const replayed = stepsOf(record, "rebuild").find(({ step }) => step === "replayed");
    const conflicts = (replayed?.detail.conflicts ?? []) as string[];
    const left = new Set(conflicts.map((conflict) => conflict.split(" of ")[1]));
    expect(replayed?.detail.replayed).toBeGreaterThan(0);
    expect(verdict.measures.lost.ids.filter((write) => !left.has(write))).toEqual([]);
    for (const name of ["duplicated-writes", "double-executed-writes", "linearizable-registers"])
      expect(wordOf(verdict, name)[0]).toMatch(/holds|no-objective/);
  });
});
