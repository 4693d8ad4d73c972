/**
 * Compute is back in one region while its data is still in the other: that region's server is started on the other's
 * database, over the slower way between the two, and clients go to it. The other server stays up without traffic. The two
 * do not collide on ids: each takes whole blocks of numbers from the one sequence.
 */
import type { OperatorEvent } from "../model/event.ts";
import { reasonOf } from "../model/failure.ts";
import type { Order } from "../model/order.ts";
import { otherSide } from "../model/side.ts";
import { isRunning, untilAnswers } from "../topology/container.ts";
import { isFenced } from "../topology/replication.ts";
import type { Topology } from "../topology/topology.ts";
import { type Reports, whoServes } from "./operator.ts";

const START_DEADLINE_MS = 180_000;

/** Throws what went wrong, after it was reported. */
export async function serveAcross(
  topology: Topology,
  { compute, latencyMs }: Pick<Extract<Order, { kind: "serve-across" }>, "compute" | "latencyMs">,
  { event, now }: Pick<Reports, "event" | "now">,
  signal: AbortSignal,
): Promise<void> {
  const { links, proxy, postgres } = topology;
  const database = otherSide(compute);
  let beganMs = now();
  const done = (step: OperatorEvent["step"], detail: Record<string, unknown>) => {
    const atMs = now();
    event({ type: "operator", plan: "serve-across", atMs, step, side: compute, tookMs: atMs - beganMs, detail });
    beganMs = atMs;
  };
  if (await isFenced(postgres[database])) {
    const why = `database ${database.toUpperCase()} can only be read: it is not the primary`;
    done("refused", { why });
    throw new Error(why);
  }
  try {
    await links.redirect(`pg-${compute}`, `pg-${database}`);
    for (const way of ["request", "answer"] as const) {
      const toxic = {
        name: `across-${way}`,
        type: "latency",
        way,
        attributes: { latency: latencyMs, jitter: 0 },
      } as const;
      await links.addToxic(`pg-${compute}`, toxic);
    }
    await links.setEnabled(`hapi-${compute}`, true);
    done("redirected", { database, latencyMs });

    await startAgain(topology, compute, signal);
    done("restarted", {});

    await proxy.latch(compute);
    done("latched", { servedBy: await whoServes(topology, compute), database });
    done("done", {});
  } catch (error) {
    if (!signal.aborted) done("failed", { why: reasonOf(error) });
    throw error;
  }
}

/** One that is still up has connections to its own database, and may be in the middle of something. */
async function startAgain({ engine, hapi }: Topology, side: "a" | "b", signal: AbortSignal): Promise<void> {
  const { container, isReady } = hapi[side];
  const handle = engine.container.dockerode.getContainer(container.getId());
  if (await isRunning(engine, container)) await handle.restart({ t: 10 });
  else await handle.start();
  const what = `HAPI ${side.toUpperCase()} to be ready again`;
  await untilAnswers(engine, container, { what, deadlineMs: START_DEADLINE_MS, signal }, () => isReady());
}
