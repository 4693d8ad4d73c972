/**
 * Switches disaster recovery on for a server that already holds data and is being written to: B gets a copy of all that A
 * holds and follows from there; then its sequences are moved out of A's way, it is fenced, and its FHIR server started,
 * never before: on an empty database it would make rows of its own, and the copy would collide with them.
 */
import type { Config } from "../model/config.ts";
import type { OperatorEvent } from "../model/event.ts";
import { reasonOf } from "../model/failure.ts";
import { linkAddress } from "../topology/links.ts";
import { copiedTo, fence, publish, separateSequences, setDurability, subscribe } from "../topology/replication.ts";
import type { Topology } from "../topology/topology.ts";
import type { Reports } from "./operator.ts";

/** By volume it takes minutes to hours; a drill is over before. */
const COPY_DEADLINE_MS = 3_600_000;

/** Throws what went wrong, after it was reported. */
export async function startReplication(
  topology: Topology,
  replication: Config["replication"],
  { event, now }: Pick<Reports, "event" | "now">,
  signal: AbortSignal,
): Promise<void> {
  const { a, b } = topology.postgres;
  let beganMs = now();
  const done = (step: OperatorEvent["step"], detail: Record<string, unknown>) => {
    const atMs = now();
    event({ type: "operator", plan: "start-replication", atMs, step, side: "b", tookMs: atMs - beganMs, detail });
  };
  try {
    await publish(a, topology.password);
    beganMs = now();
    await subscribe(b, linkAddress("replication"), topology.password, signal, COPY_DEADLINE_MS);
    const [copiedMs, tookMs] = [now(), now() - beganMs];
    const detail = { ...(await copiedTo(b)), seconds: tookMs / 1000 };
    event({ type: "operator", plan: "start-replication", atMs: copiedMs, step: "copied", side: "b", tookMs, detail });

    beganMs = now();
    await separateSequences(b);
    await setDurability(a, replication);
    await fence(b);
    done("following", {});

    beganMs = now();
    await topology.startHapiB(signal);
    done("restarted", {});
    done("done", {});
  } catch (error) {
    if (!signal.aborted) done("failed", { why: reasonOf(error) });
    throw error;
  }
}
