/**
 * What the sites' databases say of a bulk export's job. A state is reported when it has ended, with the time for which
 * it was seen: when it changes, when the database no longer answers, and when the looking ends.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { JobState } from "../model/record/bulk-export.ts";
import type { Clock } from "../model/record/clock.ts";
import type { ExportJobs, JobLooker, SeenJob } from "../system/export-jobs.ts";

const SAMPLE_EVERY_MS = 200;

export interface JobWatch {
  /** When site A's database was first seen at that step of the job; `null`: never. */
  reachedMs: (step: string) => number | null;
  /** Stops and reports the last state seen. */
  stop: () => Promise<void>;
}

type Report = (state: JobState) => void;

export function watchJob(jobs: ExportJobs, job: string, now: Clock, report: Report): JobWatch {
  const over = new AbortController();
  const sites = SITES.map((side) => new JobOnSite(side, now, report));
  const ended = sites.map((site) => site.watch(jobs.looker(site.side), job, over.signal));
  return {
    reachedMs: (step) => sites[0]?.reachedMs.get(step) ?? null,
    stop: async () => {
      over.abort();
      await Promise.all(ended);
    },
  };
}

export class JobOnSite {
  readonly side: SiteName;
  readonly reachedMs = new Map<string, number>();
  readonly #now: Clock;
  readonly #report: Report;
  #open: JobState | null = null;

  constructor(side: SiteName, now: Clock, report: Report) {
    this.side = side;
    this.#now = now;
    this.#report = report;
  }

  async watch({ look, end }: JobLooker, job: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.see(await look(job));
      await sleep(SAMPLE_EVERY_MS, undefined, { signal }).catch(() => {});
    }
    this.see(null);
    end();
  }

  /** `null`: the database did not answer, or sampling has ended. */
  see(seen: SeenJob | null): void {
    const atMs = this.#now();
    const open = this.#open;
    if (open !== null && seen !== null && isSame(open, seen)) {
      open.toMs = atMs;
      return;
    }
    if (open !== null) this.#report(open);
    if (seen?.step && !this.reachedMs.has(seen.step)) this.reachedMs.set(seen.step, atMs);
    this.#open = seen && { type: "job", side: this.side, fromMs: atMs, toMs: atMs, ...seen };
  }
}

function isSame(one: SeenJob, other: SeenJob): boolean {
  const keyOf = ({ state, step, chunks }: SeenJob) => JSON.stringify([state, step, Object.entries(chunks).toSorted()]);
  return keyOf(one) === keyOf(other);
}
