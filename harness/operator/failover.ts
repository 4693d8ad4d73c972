/**
 * The primary is lost: its follower takes over. Fence what can be fenced, let the follower take what can still be sent, if
 * it shall; promote it, latch the proxy to it.
 * The other way round as well, once B is the primary and A follows. A try that broke off is begun anew by the next
 * detection; what was done is not done twice. Refused, with nothing touched, while nobody could serve in its place.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../model/failure.ts";
import { otherSide, type Side } from "../model/side.ts";
import type { Replication } from "../system/replication.ts";
import { whyUnable } from "./able-to-serve.ts";
import { catchUp } from "./catch-up.ts";
import { carryOut, type Duty, type Ending, Refusal, tell } from "./duty.ts";
import { probeHealth } from "./health.ts";
import { latchTo } from "./latch.ts";
import { requeueJobs } from "./requeue-jobs.ts";

/** A dead region does not answer; the plan does not wait for it. Nor for long for what an answering one cannot end. */
const FENCE_TIMEOUT_MS = 1000;
const READ_ONLY = "read-only";

export function failOver(duty: Duty): Promise<Ending> {
  const { system, config, state } = duty;
  const lost = state.primary;
  const to = otherSide(lost);
  const { replication } = system;
  return carryOut(duty, "failover", to, async (step) => {
    const why = await whyUnable(system, to);
    if (why !== null) throw new Refusal(why);
    let isFencedOff = false;
    if (config.fencing)
      await step("fenced", lost, async () => {
        const fenced = await fenceOrSayWhyNot(replication, lost);
        isFencedOff = fenced.answer === READ_ONLY;
        return fenced;
      });
    if (config.operator.catchUpSeconds > 0)
      await step("caught-up", to, async () => {
        const notNow = (why: string) => ({ waitedMs: 0, bytesLeft: null, why });
        if (!isFencedOff) return notNow(`${lost.toUpperCase()} is not fenced: dead, or still written to`);
        if (state.follower !== to) return notNow(`${to.toUpperCase()} no longer follows`);
        return { ...(await catchUp(duty, lost, to)) };
      });
    await step("promoted", to, async () => {
      const remoteLsn = await replication.stop(to);
      state.follower = null;
      // Of a try that broke off after this, what it learnt still holds.
      state.lost ??= { side: lost, remoteLsn, saved: false, leftAlone: false };
      // Where nobody is fenced, jobs are not followed.
      const jobs = config.fencing ? await requeueJobs(system.postgres[to]) : {};
      await replication.unfence(to);
      return { remoteLsn: state.lost.remoteLsn, ...jobs, fenced: await replication.isFenced(to) };
    });
    if (config.proxy === "latched") await step("latched", to, () => latchTo(system, to));
    state.primary = to;
    state.tookOverMs = duty.reports.now();
  });
}

/**
 * People take their time to say that it shall be done. When the primary serves again by then, as often in a row as it had
 * failed, nothing is done.
 */
export async function isDecided(duty: Duty): Promise<boolean> {
  const { config, state, reports, system, signal } = duty;
  const { decisionSeconds, probeIntervalMs, probeTimeoutMs, failedProbes } = config.operator;
  if (decisionSeconds === 0) return true;
  const side = state.primary;
  const beganMs = reports.now();
  const endMs = beganMs + decisionSeconds * 1000;
  for (let round = 0, good = 0; reports.now() < endMs; round += 1) {
    const sentMs = reports.now();
    const health = await probeHealth(system.links.addressOf(`hapi-${side}`), round, probeTimeoutMs);
    signal.throwIfAborted();
    reports.probe({ type: "health", side, sentMs, doneMs: reports.now(), ok: health.ok, why: health.why });
    good = health.ok ? good + 1 : 0;
    if (good === failedProbes) {
      tell(duty, "failover", "called-off", side, beganMs, { why: `${good} probes in a row were answered` });
      return false;
    }
    const restMs = Math.min(probeIntervalMs - (reports.now() - sentMs), endMs - reports.now());
    await sleep(Math.max(0, restMs), undefined, { signal });
  }
  tell(duty, "failover", "decided", side, beganMs, { decisionSeconds });
  return true;
}

/**
 * What cannot be reached cannot be fenced from afar: the latch keeps clients from it, and it must not come back unfenced.
 * Transactions that are open are ended at once. To wait for them would keep all clients waiting, and what they then commit
 * would be acknowledged by a primary that nobody follows any more.
 */
async function fenceOrSayWhyNot(
  { fence, endTransactions }: Replication,
  side: Side,
): Promise<{ answer: string; endedTransactions?: number | null; why?: string }> {
  let inForceFrom: string;
  try {
    inForceFrom = await fence(side, FENCE_TIMEOUT_MS);
  } catch (error) {
    return { answer: `unreachable: ${reasonOf(error)}` };
  }
  try {
    return { answer: READ_ONLY, endedTransactions: await endTransactions(side, inForceFrom, FENCE_TIMEOUT_MS) };
  } catch (error) {
    return { answer: READ_ONLY, endedTransactions: null, why: reasonOf(error) };
  }
}
