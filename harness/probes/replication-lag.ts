/** Samples how far the follower is behind the primary: the age of its newest stamp, and the bytes not confirmed. */
import type { ProbeLine } from "../model/record/probe.ts";
import type { Lag } from "../system/replication.ts";
import type { Roles } from "../system/roles.ts";

const PERIOD_MS = 250;

/** Starts sampling; the returned function stops it. A site that is down, or has no follower, gives `null`, not 0. */
export function startLagProbe(
  lag: Pick<Lag, "sampler">,
  roles: () => Roles,
  now: () => number,
  report: (probe: ProbeLine) => void,
): () => Promise<void> {
  const sampler = lag.sampler();
  let busy: Promise<void> | null = null;
  const sample = async () => {
    const atMs = now();
    const { primary: from, follower } = roles();
    const line = { type: "replication-lag", from, atMs } as const;
    if (follower === null) {
      report({ ...line, heartbeatMs: null, lsnBytes: null });
      return;
    }
    const { stampedMs, unconfirmedBytes: lsnBytes } = await sampler.sample(follower, atMs);
    report({ ...line, heartbeatMs: stampedMs === null ? null : now() - stampedMs, lsnBytes });
  };
  const timer = setInterval(() => {
    busy ??= sample().finally(() => {
      busy = null;
    });
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await busy;
    sampler.end();
  };
}
