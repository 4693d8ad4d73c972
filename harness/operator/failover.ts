/**
 * The primary is lost and its follower takes over: fence what can be fenced, let the follower catch up if so
 * configured, promote it, route the proxy to it. Where each region has a private endpoint, switch the clients' DNS
 * record to that of the new primary.
 *
 * Works in both directions. A failover that broke off starts again at the next detection, and nothing is done twice.
 * While the other site could not serve, the failover is refused and nothing is touched.
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
 * Short: a dead region does not answer at all, and a living one must not delay the plan with its transactions.
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
      // What an earlier attempt, which broke off after this point, found out still holds.
      state.lost ??= { side: lost, remoteLsn, saved: false, leftAlone: false };
      // Without fencing, jobs are not replicated.
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
 * Whether people decide to fail over, which takes them `decisionSeconds`. The failover is called off if the primary
 * answers as many probes in a row by then as had failed.
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
 * Fences a site, or returns why that was impossible. An unreachable site cannot be fenced remotely: routing keeps
 * clients away from it, and it must not come back unfenced.
 *
 * Open transactions are terminated at once. Waiting for them would keep all clients waiting, and a primary without a
 * follower would acknowledge what they commit.
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
