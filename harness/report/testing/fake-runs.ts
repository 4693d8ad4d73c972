/** For tests: fake runs, as a comparison reads them. */
import { fakeParts } from "../../check/testing/fake-run.ts";
import type { Config } from "../../model/plan/config.ts";
import { UNMEASURED } from "../../model/verdict/unmeasured.ts";
import { type CheckWord, NO_RTO, type VerdictWord } from "../../model/verdict/verdict.ts";
import type { ComparedRun, RunSet } from "../compare/pairs.ts";

export interface PlannedFigures {
  word?: VerdictWord;
  lost?: number | null;
  rto?: number | null;
  /** Instead of an RTO: its lower bound, because the end was not observed. */
  beyond?: number;
  downtime?: number | null;
  rpo?: number | null;
  availability?: number | null;
  redundancy?: number | null;
  /** Instead of a redundancy: its lower bound. */
  apartFor?: number;
  checks?: Record<string, CheckWord>;
}

const { scenario, config } = fakeParts().run;
export const SCENARIO = { ...scenario, name: "region-loss" };
const ASYNC: Config = { ...config, name: "async", replication: "async" };
let count = 0;

export function fake(figures: PlannedFigures = {}, change: Partial<ComparedRun["run"]> = {}): ComparedRun {
  count += 1;
  const { word = "holds", lost = 0, rto = 2, beyond, downtime = 2, rpo = 0, availability = 0.97 } = figures;
  const { redundancy = null, apartFor, checks = {} } = figures;
  const id = `run-${count}`;
  const run = {
    ...{ id, startedAt: "2026-11-24T21:00:00Z", scenario: SCENARIO, config: ASYNC, images: [] },
    ...{ host: { cores: 2 }, versions: { fhirdrill: "0.1.0" } },
    ...change,
  };
  return {
    name: id,
    run,
    verdict: {
      ...{
        schema: "fhirdrill.verdict/1",
        run: id,
        scenario: run.scenario.name,
        config: run.config.name,
        verdict: word,
      },
      checks: Object.entries(word === "inconclusive" ? { "worth-judging": word, ...checks } : checks).map(
        ([name, verdict]) => ({ name, verdict, reason: "k6 was killed", evidence: [] }),
      ),
      measures: {
        lost: { count: lost, ids: [], oldestAckMs: null, tail: null, holes: null },
        rto: { ...NO_RTO, seconds: beyond === undefined ? rto : null, censoredAtSeconds: beyond ?? null },
        downtime: { seconds: downtime, censored: false, intervals: [] },
        rpo: { count: lost, seconds: rpo, afterFault: 0, later: 0 },
        availability: { byTime: availability, byCount: availability, budgetByTime: null, budgetByCount: null },
        ...{ readAvailability: UNMEASURED.readAvailability, vaultReturn: UNMEASURED.vaultReturn, clientNetworks: [] },
        redundancy: { seconds: apartFor === undefined ? redundancy : null, censoredAtSeconds: apartFor ?? null },
      },
    },
  };
}

export function configNamed(name: string, change: Partial<Config> = {}): Config {
  return { ...ASYNC, name, ...change };
}

export function set(letter: string, runs: readonly ComparedRun[]): RunSet {
  return { letter, label: `set ${letter}`, runs };
}
