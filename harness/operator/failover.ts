/**
 * The primary is lost and its follower takes over: fence what can be fenced, let the follower catch up where the
 * configuration says so, promote it, route the proxy to it. Where clients find the service by a private endpoint of each
 * region, let their record name that of the follower.
 *
 * Works in both directions, also once B is the primary and A follows. A failover that broke off starts again at the
 * next detection, and nothing is done twice. It is refused, with nothing touched, while the other site could not serve.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { StepDetails } from "../model/record/detail.ts";
import type { Replication } from "../system/replication.ts";
import { whyUnable } from "./able-to-serve.ts";
import { catchUp } from "./catch-up.ts";
import { carryOut, type Duty, type Ending, Refusal, tell } from "./duty.ts";
import { probeHealth } from "./health.ts";
import { takeJobs } from "./jobs.ts";
import { routeTo } from "./route.ts";
import { recordSecondsOf, switchRecord } from "./switch-record.ts";

/**
 * A dead region does not answer, so the plan does not wait for one. Nor does it wait long for a living one to end its
 * transactions.
 */
const FENCE_TIMEOUT_MS = 1000;
const READ_ONLY = "read-only";

export function failOver(duty: Duty): Promise<Ending> {
  const { system, config, state } = duty;
  const lost = state.primary;
  const to = otherSite(lost);
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
        return catchUp(duty, lost, to);
      });
    await step("promoted", to, async () => {
      const remoteLsn = await replication.stop(to);
      state.follower = null;
      // What a try that broke off after this point learnt still holds.
      state.lost ??= { side: lost, remoteLsn, saved: false, leftAlone: false };
      // Where no site is fenced, jobs are not replicated.
      const jobs = config.fencing ? await takeJobs(system.postgres[to], config.operator.jobs) : {};
      await replication.unfence(to);
      return { remoteLsn: state.lost.remoteLsn, ...jobs, fenced: await replication.isFenced(to) };
    });
    if (config.proxy === "latched") await step("latched", to, () => routeTo(system, to));
    state.primary = to;
    state.tookOverMs = duty.reports.now();
    if (recordSecondsOf(config) !== null) await step("record-switched", to, () => switchRecord(duty, to));
  });
}

/**
 * Whether people decide to fail over, which takes them `decisionSeconds`. If the primary serves again by then, for as
 * many probes in a row as had failed, nothing is done.
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
 * Fences a site, or says why that was impossible. A site that cannot be reached cannot be fenced from afar: routing
 * keeps clients away from it, and it must not come back unfenced.
 *
 * Open transactions are ended at once. Waiting for them would keep all clients waiting, and a primary that nobody
 * follows any more would acknowledge what they then commit.
 */
async function fenceOrSayWhyNot(
  { fence, endTransactions }: Replication,
  side: SiteName,
): Promise<Extract<StepDetails["fenced"], { answer: string }>> {
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
