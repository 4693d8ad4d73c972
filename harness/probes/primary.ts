/** Who each site says is the primary: asked four times a second, each site whether or not the other answers. */
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";
import type { SelfFailover } from "../system/self-failover.ts";

const PERIOD_MS = 250;

/** Starts sampling; the returned function stops it. */
export function startPrimaryProbe(
  ask: SelfFailover["ask"],
  now: () => number,
  report: (probe: PrimaryProbe) => void,
): () => Promise<void> {
  const busy = new Map<SiteName, Promise<void>>();
  const look = async (side: SiteName) => {
    const sentMs = now();
    const said = await ask(side);
    report({ type: "primary", side, sentMs, doneMs: now(), ...said });
  };
  const timer = setInterval(() => {
    for (const side of SITES)
      if (!busy.has(side))
        busy.set(
          side,
          look(side).finally(() => busy.delete(side)),
        );
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(busy.values());
  };
}
