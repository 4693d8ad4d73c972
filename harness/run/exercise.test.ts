/** The stages of a drill and their order, on a system without containers and with a load that only writes its ledger. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { fakeRun } from "../check/testing/fake-run.ts";
import { armFault } from "../faults/index.ts";
import type { Generator } from "../load/generator.ts";
import type { Config } from "../model/plan/config.ts";
import { jitterMs, ScenarioSchema } from "../model/plan/scenario.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { Run } from "../model/record/run.ts";
import { RunFolder } from "../store/run-folder.ts";
import { toySystem } from "../system/testing/toy-system.ts";
import { exercise } from "./exercise.ts";
import { FaultCourse } from "./fault-course.ts";
import { Recorder } from "./recorder.ts";

// A service is steady after two windows of four seconds at the earliest.
const STEADY = { steady: true, ratePerSecond: 30, medianMs: 1, p95Ms: 2, tookMs: 3 };
vi.mock("../load/warm-up.ts", () => ({ warmUp: async () => STEADY }));

const ASYNC = CONFIGS.find(({ name }) => name === "async") as Config;
const config: Config = { ...ASYNC, operator: { ...ASYNC.operator, probeIntervalMs: 5, graceSeconds: 0 } };
const seed = Array.from({ length: 5000 }, (_, each) => each).find((each) => jitterMs(each) < 2) as number;
const scenario = ScenarioSchema.parse({
  ...regionLoss,
  load: { ...regionLoss.load, mix: { put: 1 }, warmUpSeconds: 0.01, baselineSeconds: 0.05, afterSeconds: 0.3 },
  faults: [{ kind: "link-cut", link: "hapi-b", afterSeconds: 0, healAfterSeconds: 0.3 }],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0.6 }],
  disaster: null,
});

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

interface Load {
  /** `undefined`: it ends after the schedule. */
  lastsMs?: number;
  end: () => Promise<void>;
  signal?: AbortSignal;
}

/** Everything that was recorded, in order, and how the drill ended. */
async function exercised({ lastsMs, end, signal = new AbortController().signal }: Load) {
  const path = mkdtempSync(join(tmpdir(), "fhirdrill-exercise-"));
  const toy = await toySystem();
  undo.push(() => rmSync(path, { recursive: true }), toy.close);
  const system = { ...toy.system, whenLost: () => new Promise<never>(() => {}) };
  const recorded: string[] = [];
  const shown = new Set<string>();
  const scheduleKept = Promise.withResolvers<void>();
  const event = (each: DrillEvent) => {
    recorded.push(textOf(each));
    if (each.type === "phase" && each.phase === "after") scheduleKept.resolve();
  };
  const view = {
    ...{ say: () => {}, step: () => {}, event },
    live: ({ phase }: { phase: string }) => void shown.add(phase),
  };
  const folder = new RunFolder(path);
  folder.create();
  const { run } = fakeRun();
  const recorder = new Recorder({
    ...{ folder, view, now: () => performance.now(), abort: () => {} },
    run: { ...run, scenario, config, seed },
  });
  vi.spyOn(recorder, "update").mockImplementation(
    (change: Partial<Run>) => void recorded.push(`run.json: ${Object.keys(change)}`),
  );
  const ledger = join(path, "ledger.ndjson");
  const generator: Generator = {
    runners: ["k6-1"],
    start: async () => {
      recorded.push("load started");
      appendFileSync(ledger, `${JSON.stringify({ type: "begin", epochMs: 1 })}\n`);
      return [
        {
          ...{ runner: "k6-1", program: "k6", ledger, log: async () => "out of memory" },
          ended: (lastsMs === undefined ? scheduleKept.promise.then(() => sleep(500)) : sleep(lastsMs)).then(() => 0),
          readClock: async () => ({ askedMs: 1, answeredMs: 2, epochMs: 1 }),
          summary: async () => null,
        },
      ];
    },
    end,
  };
  const tell = recorder.event;
  const armed = scenario.faults.map((spec) => armFault(system, spec));
  const faults = new FaultCourse(armed, { tell, now: recorder.now, signal, healsWithinMs: 1000 });
  const ended = await exercise(system, recorder, { faults, exporting: null }, { generator, view, signal }).then(
    () => "well",
    (error: Error) => error.message,
  );
  return { recorded, shown: [...shown], ended };
}

function textOf(event: DrillEvent): string {
  if (event.type === "phase") return `phase ${event.phase}`;
  if (event.type === "fault") return `${event.kind} ${event.state}`;
  if (event.type === "order") return `${event.kind} ${event.state}`;
  if (event.type === "operator") return `operator ${event.plan}: ${event.step}`;
  return event.type === "note" ? event.text : event.type;
}

test("load, probes and operator start, the schedule is kept, and the load is finished before the drill is", async () => {
  const end = vi.fn(async () => {});
  const { recorded, shown, ended } = await exercised({ end });
  expect(ended).toBe("well");
  expect(recorded.filter((each) => !each.startsWith("operator switchover"))).toEqual([
    "phase warm-up",
    "run.json: runners,privateLink",
    "load started",
    "run.json: warmUp",
    "phase baseline",
    "link-cut injecting",
    "link-cut injected",
    "link-cut evidenced",
    "link-cut lasted",
    "link-cut healed",
    "switchover given",
    "phase after",
    "switchover done",
    "phase quiesce",
    "run.json: clock,k6",
  ]);
  expect(recorded).toContain("operator switchover: done");
  expect(shown).toEqual(expect.arrayContaining(["fault", "after"]));
  expect(end).toHaveBeenCalledOnce();
});

test("a load that ends early ends the drill, and what cannot be removed of it is noted", async () => {
  const end = async () => {
    throw new Error("the cluster is away");
  };
  const { recorded, ended } = await exercised({ lastsMs: 300, end });
  expect(ended).toContain("the load ended early");
  expect(recorded).not.toContain("phase after");
  expect(recorded.at(-1)).toBe("not all of the load could be removed: the cluster is away");
});

test("an abort ends the drill with its reason, and the load is removed", async () => {
  const end = vi.fn(async () => {});
  const { ended } = await exercised({ end, signal: AbortSignal.timeout(300) });
  expect(ended).toContain("timeout");
  expect(end).toHaveBeenCalledOnce();
});
