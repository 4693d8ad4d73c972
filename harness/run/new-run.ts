/** `run.json` before anything has been started for the run. */
import { randomBytes } from "node:crypto";
import { arch, cpus, platform, release, totalmem } from "node:os";
import type { Config } from "../model/plan/config.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { Prices } from "../model/plan/settings.ts";
import { type ImageUse, RECORD_VERSION, RUN_SCHEMA, type Run, type Step } from "../model/record/run.ts";
import { revision } from "./revision.ts";

/** Sorts by start time; the suffix distinguishes runs that began in the same second. */
export function newId(startedAt: string): string {
  return `${startedAt.slice(0, 19).replaceAll(":", "-")}Z-${randomBytes(2).toString("hex")}`;
}

/** `prerequisites.on`: the version of the engine or of the cluster. */
export function newRun(
  prerequisites: { on: { engine: string } | { kubernetes: string }; steps: Step[]; images: Record<string, ImageUse> },
  what: { scenario: Scenario; config: Config; seed: number; command: string; prices?: Prices | null },
): Run {
  const startedAt = new Date().toISOString();
  return {
    schema: RUN_SCHEMA,
    record: RECORD_VERSION,
    id: newId(startedAt),
    state: "running",
    reason: null,
    startedAt,
    seed: what.seed,
    scenario: what.scenario,
    config: what.config,
    dialect: null,
    targets: [],
    command: what.command,
    versions: {
      ...revision(),
      node: process.version,
      ...prerequisites.on,
    },
    images: Object.values(prerequisites.images),
    host: { platform: platform(), release: release(), arch: arch(), cores: cpus().length, memoryBytes: totalmem() },
    setup: prerequisites.steps,
    warmUp: null,
    runners: [],
    privateLink: null,
    clock: null,
    servingSide: null,
    prices: what.prices ?? null,
    k6: null,
  };
}
