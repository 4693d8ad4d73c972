/** For tests: a fake history, one run per night. */
import { fakeParts } from "../../check/testing/fake-run.ts";
import { UNMEASURED } from "../../model/verdict/unmeasured.ts";
import { NO_RTO, VERDICT_SCHEMA, type VerdictWord } from "../../model/verdict/verdict.ts";
import type { TrendedRun } from "../trend/trend.ts";

export interface Night {
  verdict?: VerdictWord;
  lost?: number | null;
  rto?: number | null;
  /** The lower bound of an RTO whose end was not observed. */
  beyond?: number;
  commit?: string;
  change?: Partial<TrendedRun["run"]>;
}

export const FAKE = fakeParts().run;

export function night(
  index: number,
  { verdict = "holds", lost = 0, rto = 2, beyond, commit, change }: Night = {},
): TrendedRun {
  const startedAt = new Date(Date.UTC(2026, 0, 1 + index, 2)).toISOString();
  const { scenario, config } = FAKE;
  const what = { scenario, config, versions: commit === undefined ? {} : { commit } };
  const run = { startedAt, ...what, images: [], host: { cores: 2 }, ...change };
  const reason = verdict === "inconclusive" ? "k6 was killed" : "it is so";
  return {
    name: `night-${index}`,
    run,
    verdict: {
      ...{
        schema: VERDICT_SCHEMA,
        run: `night-${index}`,
        scenario: run.scenario.name,
        config: run.config.name,
        verdict,
      },
      checks: [{ name: "worth-judging", verdict, reason, evidence: [] }],
      measures: {
        lost: { count: lost, ids: [], oldestAckMs: null, tail: null, holes: null },
        rto: { ...NO_RTO, seconds: beyond === undefined ? rto : null, censoredAtSeconds: beyond ?? null },
        rpo: { count: lost, seconds: lost === null ? null : lost / 50, afterFault: 0, later: 0 },
        downtime: { seconds: rto, censored: false, intervals: [] },
        ...{ readAvailability: UNMEASURED.readAvailability, vaultReturn: UNMEASURED.vaultReturn, clientNetworks: [] },
        redundancy: { seconds: null, censoredAtSeconds: null },
      },
    },
  };
}

/** Scatters values around a level, in eleven steps, in an arbitrary order. */
export const about = (level: number, index: number) => level * (0.9 + ((index * 7) % 11) / 50);
