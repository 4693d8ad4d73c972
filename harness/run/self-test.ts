/**
 * Tests the judge on real components. A drill with an outage of known length is judged. Then defects are seeded in the
 * serving site's database, and the same run is audited and judged again. The second verdict must find exactly the
 * seeded defects in addition. The drill is kept among the results, the seeded copy elsewhere.
 */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../check/judge.ts";
import type { Operation } from "../model/columns/operation.ts";
import { chance } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Measures, Verdict } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import { CACHE } from "../store/results.ts";
import { RunFolder } from "../store/run-folder.ts";
import type { System } from "../system/system.ts";
import { audit } from "./aftermath.ts";
import type { Recorder } from "./recorder.ts";
import { type Seeds, seedDefects } from "./seed-defects.ts";

export interface Comparison {
  what: string;
  seeded: string;
  found: string;
  agrees: boolean;
}

export interface SelfTest {
  comparisons: Comparison[];
  folder: RunFolder;
}

/** `recorder` holds a finished drill of that system, which is still up. */
export async function seedAndFind(
  system: Pick<System, "content" | "edge" | "direct" | "postgres" | "hapi" | "component" | "replication">,
  recorder: Recorder,
): Promise<SelfTest> {
  const record = readRecord(recorder.folder.readFiles());
  const before = judge(record);
  const serving = record.run.servingSide as SiteName;
  const seeds = chooseSeeds(record, before.measures);
  await seedDefects(system.postgres[serving], seeds);

  // Not among the results, where it would pass for a bad drill.
  const folder = new RunFolder(join(CACHE, "self-test", record.run.id));
  cpSync(recorder.folder.path, folder.path, { recursive: true });
  for (const name of ["audit.ndjson", "verdict.json"]) rmSync(join(folder.path, name), { force: true });
  const again = recorder.goOnIn(folder, record.run);
  await audit(system, again, serving);
  folder.seal();
  const after = judge(readRecord(folder.readFiles()));
  folder.writeVerdict(after);
  return { comparisons: [...defects(seeds, before.measures, after.measures), outage(record, after)], folder };
}

const SINGLE = ["put", "post"] as const;
const COUNTS = { gone: 7, halved: 1, altered: 3, copied: 1, unindexed: 2 };

/** Drawn by the seed from acknowledged writes that are complete and have not been overwritten since. */
function chooseSeeds({ history, run }: RunRecord, { lost }: Measures): Seeds {
  const spoilt = new Set(lost.ids);
  const sound = [...history].filter(
    ({ outcome, write, kind }) => outcome === "ok" && !spoilt.has(write) && kind !== "update",
  );
  const drawn = sound.toSorted((x, y) => chance(run.seed + 2, x.n) - chance(run.seed + 2, y.n));
  const take = (count: number, kinds: readonly Operation["kind"][]) => {
    const taken = drawn.filter(({ kind }) => kinds.includes(kind)).slice(0, count);
    for (const op of taken) drawn.splice(drawn.indexOf(op), 1);
    return taken.map((op) => op.write);
  };
  return {
    gone: take(COUNTS.gone, SINGLE),
    halved: take(COUNTS.halved, ["bundle"]),
    altered: take(COUNTS.altered, SINGLE),
    // A copy of what a PUT sent would be under another name than the client's, which is a defect of its own.
    copied: take(COUNTS.copied, ["post"]),
    unindexed: take(COUNTS.unindexed, SINGLE),
  };
}

function defects(seeds: Seeds, before: Measures, after: Measures): Comparison[] {
  const ids = (name: "lost" | "torn" | "corrupt" | "duplicated" | "unexpected", ...seeded: string[][]) => {
    const beyond = after[name].ids.filter((id) => !before[name].ids.includes(id));
    return compare(name, seeded.flat().toSorted().join(" "), beyond.toSorted().join(" "));
  };
  const count = (name: "dangling" | "indexLost", seeded: number) =>
    compare(
      name,
      `${seeded} resources`,
      `${(after[name].count ?? Number.NaN) - (before[name].count ?? Number.NaN)} resources`,
    );
  return [
    ids("lost", seeds.gone, seeds.halved),
    ids("torn", seeds.halved),
    count("dangling", 2 * seeds.halved.length),
    ids("corrupt", seeds.altered),
    ids("duplicated", seeds.copied),
    count("indexLost", seeds.unindexed.length),
    ids("unexpected"),
  ];
}

function compare(what: string, seeded: string, found: string): Comparison {
  return { what, seeded: seeded || "none", found: found || "none", agrees: seeded === found };
}

/**
 * The edge was cut from the injection until healing was ordered. The outage in the verdict may be longer by one
 * interval between writes at each end and by the duration of the first write afterwards, and shorter by no more than
 * that.
 */
function outage({ run, history, events }: RunRecord, { measures }: Verdict): Comparison {
  const of = (state: string) =>
    events.find((event) => event.type === "fault" && event.fault === 0 && event.state === state);
  const fromMs = of("injecting")?.atMs ?? Number.NaN;
  const healed = of("healed");
  const toMs = (healed?.type === "fault" ? healed.detail.orderedMs : undefined) ?? Number.NaN;
  const found = measures.downtime.intervals.find((interval) => interval.toMs > fromMs && interval.fromMs < toMs);
  const intervalMs = 1000 / run.scenario.load.ratePerSecond;
  const slowestMs = [...history].reduce(
    (most, op) => (op.outcome === "ok" ? Math.max(most, (op.completedMs as number) - op.invokedMs) : most),
    0,
  );
  const tolerance = intervalMs + (run.clock?.errorMs ?? 0);
  const begins = found !== undefined && Math.abs(found.fromMs - fromMs) <= tolerance + slowestMs;
  const ends = found !== undefined && found.toMs >= toMs - tolerance && found.toMs <= toMs + tolerance + slowestMs;
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(3)} s`;
  const foundText = found === undefined ? "none" : seconds(found.fromMs, found.toMs);
  return { what: "outage", seeded: seconds(fromMs, toMs), found: foundText, agrees: begins && ends };
}
