/**
 * Compute is back in one region while the data is still in the other. That region's server is started on the other
 * region's database, over the slower link between them, and clients are routed to it. The other server stays up without
 * traffic. Ids do not collide: each server takes whole blocks of numbers from the one sequence.
 */
import type { PlannedOperation } from "../model/plan/planned-operation.ts";
import { otherSite } from "../model/plan/site.ts";
import type { StepDetails } from "../model/record/detail.ts";
import { DIRECTIONS } from "../system/links.ts";
import { carryOut, type Duty, type Ending, Refusal } from "./duty.ts";
import { routeTo } from "./route.ts";

type ServeAcross = Extract<PlannedOperation, { kind: "serve-across" }>;

export function serveAcross(
  duty: Duty,
  { compute, latencyMs }: Pick<ServeAcross, "compute" | "latencyMs">,
): Promise<Ending> {
  const { system, signal } = duty;
  const { links, hapi } = system;
  const database = otherSite(compute);
  return carryOut(duty, "serve-across", compute, async (step) => {
    if (await system.replication.isFenced(database))
      throw new Refusal(`database ${database.toUpperCase()} is read-only: it is not the primary`);
    await step("redirected", compute, async () => {
      await links.redirect(`pg-${compute}`, `pg-${database}`);
      for (const direction of DIRECTIONS) {
        const attributes = { latency: latencyMs, jitter: 0 };
        await links.addToxic(`pg-${compute}`, { name: `across-${direction}`, type: "latency", direction, attributes });
      }
      await links.setEnabled(`hapi-${compute}`, true);
      return { database, latencyMs };
    });
    // A server that is still up has connections to its own database and may be processing requests.
    await step("restarted", compute, async () => {
      await hapi[compute].stop();
      await hapi[compute].startAgain(signal);
    });
    await step("latched", compute, async (): Promise<StepDetails["latched"]> => {
      return { ...(await routeTo(system, compute)), database };
    });
  });
}
