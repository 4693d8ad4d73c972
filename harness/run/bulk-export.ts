/**
 * A drill's bulk export, from its request before the load to its last file after it. The load's start is delayed so
 * that the scenario's first act falls into the step that writes the files: HAPI advances a job once a minute, so that
 * step's start is known a minute ahead.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { download, type ExportClient, follow, kickOff } from "../load/bulk-export.ts";
import type { BulkExport } from "../model/plan/bulk-export.ts";
import { actsOf, jitterMs, loadTimes } from "../model/plan/scenario.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { Run } from "../model/record/run.ts";
import { type JobWatch, watchJob } from "../probes/export-job.ts";
import type { System } from "../system/system.ts";
import { until } from "../system/waiting.ts";
import type { Recorder } from "./recorder.ts";

const PASS_MS = 60_000;
const STEP_BEFORE = "fetch-resources";
/**
 * From the pass that begins the step to the first act. A dozen files of a thousand resources took 3.5 s on two
 * processors, four at a time: by then, some are written and others are not.
 */
const INTO_STEP_MS = 1500;
/** From the start signal until the drill sees the first write. */
const BEGIN_MS = 400;
/** The first pass comes within a minute, the second a minute later. */
const STEP_BEFORE_WITHIN_MS = 150_000;

type Exporting = Pick<System, "edge" | "exports">;
type Recording = Pick<Recorder, "run" | "now" | "event" | "bulkExport">;

export class DrillExport {
  readonly #system: Exporting;
  readonly #recorder: Recording;
  readonly #spec: BulkExport;
  readonly #client: ExportClient;
  readonly #counts: Partial<Record<BulkExportLine["type"], number>> = {};
  readonly #over = new AbortController();
  #watch: JobWatch | null = null;
  #files: Promise<string[] | null> | null = null;
  #overMs = Number.POSITIVE_INFINITY;

  constructor(system: Exporting, recorder: Recording, spec: BulkExport, signal: AbortSignal) {
    this.#system = system;
    this.#recorder = recorder;
    this.#spec = spec;
    this.#client = {
      ...{ ask: system.edge.ask, now: recorder.now, record: (lines) => this.#record(lines) },
      signal: AbortSignal.any([signal, this.#over.signal]),
    };
  }

  /** Resolves when the export was accepted; it is polled from then on. */
  async begin(): Promise<void> {
    const { now } = this.#recorder;
    const job = await kickOff(this.#client, this.#spec.level);
    const { exports: jobs } = this.#system;
    if (jobs === null) throw failed("nobody can follow the bulk export", "the system does not report its jobs");
    if (job === null) throw failed("the bulk export was not accepted", "see bulk-export.ndjson for the answer");
    this.#watch = watchJob(jobs, job, now, (state) => this.#record([state]));
    this.#files = follow(this.#client, job, () => now() >= this.#overMs);
    this.#files.catch(() => {});
    this.#recorder.event({ type: "note", text: `bulk export ${job} was accepted` });
  }

  /** Resolves when it is time to begin the load. */
  async untilDue(): Promise<void> {
    const { run, now } = this.#recorder;
    const { signal } = this.#client;
    const waiting = {
      what: "the step before the export's files",
      deadlineMs: STEP_BEFORE_WITHIN_MS,
      everyMs: 50,
      signal,
    };
    const passMs = await until(waiting, async () => this.#watch?.reachedMs(STEP_BEFORE) ?? null);
    const { beginMs, actMs } = aimed(passMs, run);
    const waitMs = beginMs - now();
    if (waitMs < 0)
      throw failed("the export would have written its files before the first act", "the warm-up took too long");
    this.#overMs = actMs + this.#spec.waitSeconds * 1000;
    await sleep(waitMs, undefined, { signal });
  }

  /** Resolves when the export has ended or its client has given up, and the result is recorded. */
  async end(): Promise<void> {
    const urls = await this.#files;
    for (const [file, url] of (urls ?? []).entries()) await download(this.#client, url, file);
    await this.stop();
    const { poll: polls = 0, job: jobs = 0, file: files = 0, resource: resources = 0 } = this.#counts;
    const listed = urls?.length ?? null;
    this.#record([{ type: "end", atMs: this.#recorder.now(), polls, jobs, listed, files, resources }]);
    this.#recorder.event({ type: "note", text: `bulk export: ${listed === null ? "no files" : `${listed} files`}` });
  }

  /** Ends the polling and the watch. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#watch?.stop();
    this.#watch = null;
  }

  #record(lines: readonly BulkExportLine[]): void {
    for (const { type } of lines) this.#counts[type] = (this.#counts[type] ?? 0) + 1;
    this.#recorder.bulkExport(lines);
  }
}

/** When the load has to begin, and when its first act is due then; `passMs`: the pass that began the preceding step. */
export function aimed(passMs: number, { scenario, seed }: Pick<Run, "scenario" | "seed">) {
  const first = actsOf(scenario)[0]?.afterSeconds ?? 0;
  const leadMs = BEGIN_MS + (loadTimes(scenario).faults + first) * 1000 + jitterMs(seed);
  const actMs = passMs + PASS_MS + INTO_STEP_MS;
  return { beginMs: actMs - leadMs, actMs };
}

function failed(what: string, why: string): DrillFailure {
  const todo = "read the FHIR server's log in the run folder";
  return new DrillFailure({ what, why, todo }, { exitCode: EXIT.inconclusive });
}
