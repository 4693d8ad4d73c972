/**
 * A made-up run as it would be recorded under Patroni: the same outage and losses, from samples with Patroni's history and an
 * observer. Pure.
 */
import type { Config } from "../../model/plan/config.ts";
import { SITES, type SiteName } from "../../model/plan/site.ts";
import type { PrimaryProbe, TimelineEnd } from "../../model/record/probe.ts";
import type { Parts } from "./fake-run.ts";
import { toldPlan } from "./fake-steps.ts";

const PERIOD_MS = 250;
const TOOK_MS = 10;

export const PATRONI: Partial<Config> = {
  ...{ proxy: "balanced", fencing: false },
  patroni: {
    ...{
      ttlSeconds: 30,
      loopWaitSeconds: 10,
      retryTimeoutSeconds: 10,
      strict: false,
      failsafe: false,
      archive: false,
      route: "haproxy",
    },
    check: { interSeconds: 3, fall: 3, rise: 2 },
  },
};

export const LEFT_FOR_B: TimelineEnd = {
  ...{ timeline: 1, lsn: 50839888, why: "no recovery target specified" },
  ...{ at: "2026-11-28T14:47:14.444550+00:00", leader: "pg-b", side: "b" },
};

/** A is silent from the fault on. Its lock is lost when the plan begins, and B is the primary when the plan ends. */
export function underPatroni(parts: Parts): Parts {
  const config = { ...parts.run.config, ...PATRONI };
  const steps = parts.events.filter((event) => event.type === "operator");
  const [detectedMs, tookOverMs] = [
    steps[0]?.atMs ?? Number.POSITIVE_INFINITY,
    steps.at(-1)?.atMs ?? Number.POSITIVE_INFINITY,
  ];
  const lostMs = parts.events.find((event) => event.type === "fault")?.atMs ?? Number.POSITIVE_INFINITY;
  const stateOf = (side: SiteName, atMs: number): Pick<PrimaryProbe, "server" | "lock" | "why"> => {
    if (side === "a" && atMs >= lostMs) return { server: null, lock: null, why: "no answer" };
    const [role, timeline] = [
      side === "a" || atMs >= tookOverMs ? "primary" : "replica",
      atMs >= tookOverMs ? 2 : 1,
    ] as const;
    const holder = atMs >= tookOverMs ? "b" : atMs >= detectedMs ? null : "a";
    return {
      server: { role, state: role === "primary" ? "running" : "streaming", timeline },
      lock: { holder },
      why: null,
    };
  };
  const lags = parts.probes.filter((probe) => probe.type === "replication-lag");
  const firstOnNew = lags.find(({ atMs }) => atMs >= tookOverMs)?.atMs ?? Number.POSITIVE_INFINITY;
  const readMs = [lags[0]?.atMs, firstOnNew, lags.at(-1)?.atMs];
  /** Not written yet by the first sample on the new timeline. */
  const historyAt = (atMs: number): Pick<PrimaryProbe, "history"> =>
    readMs.includes(atMs) ? { history: atMs > firstOnNew ? [LEFT_FOR_B] : [] } : {};
  const samples = lags.flatMap(({ atMs }) =>
    SITES.map((side): PrimaryProbe => {
      const answer = stateOf(side, atMs);
      return {
        ...{ type: "primary", side, sentMs: atMs - TOOK_MS, doneMs: atMs, lagBytes: null },
        ...{ ...answer, ...(answer.server && historyAt(atMs)) },
      };
    }),
  );
  const span = { fromMs: detectedMs, toMs: Math.ceil(tookOverMs / PERIOD_MS) * PERIOD_MS + TOOK_MS };
  const observed = steps.length === 0 ? [] : toldPlan("failover", "b", config, span, { promoted: { timeline: 2 } });
  const others = parts.events.filter((event) => event.type !== "operator");
  const probes = parts.probes.filter((probe) => probe.type !== "health");
  return {
    ...parts,
    run: { ...parts.run, config },
    events: [...others, ...observed].toSorted((x, y) => x.atMs - y.atMs),
    probes: [...probes, ...samples],
  };
}
