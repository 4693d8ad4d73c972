/**
 * A planned switchover, with both sites up: the follower takes over without losses, and the old primary follows it
 * without a copy. Writes are refused from the fence until the proxy is routed. Before the promotion, everything can be
 * undone. A later failure leaves a new primary without a follower; the old one, which holds nothing of its own, is
 * rebuilt.
 */
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { whyUnable } from "./able-to-serve.ts";
import { carryOut, type Duty, type Ending, Refusal, type Step } from "./duty.ts";
import { takeJobs } from "./jobs.ts";
import { routeTo } from "./route.ts";
import { recordSecondsOf, switchRecord } from "./switch-record.ts";

/** A follower applies this in a few seconds; with more, writes would be refused for long. */
const SMALL_LAG_BYTES = 16 * 2 ** 20;
const CAUGHT_UP_MS = 30_000;

export function switchOver(duty: Duty, to: SiteName): Promise<Ending> {
  const { system, config, state, signal } = duty;
  const { replication } = system;
  const from = otherSite(to);
  return carryOut(duty, "switchover", to, async (step) => {
    if (state.primary === to && state.follower === from) return;
    const refusal = await whyNot(duty, to);
    if (refusal !== null) throw new Refusal(refusal);
    await takeOver(duty, to, step);
    await step("latched", to, () => routeTo(system, to));
    state.primary = to;
    state.tookOverMs = duty.reports.now();
    if (recordSecondsOf(config) !== null) await step("record-switched", to, () => switchRecord(duty, to));
    await step("following", from, async () => {
      await replication.setDurability(from, "async");
      await replication.goOn(from, signal);
      await replication.setDurability(to, config.replication);
      state.follower = from;
      state.lost = null;
    });
  });
}

/** Hands over the primary role. A failure before the promotion is undone. */
async function takeOver(
  { system, config, state, signal }: Duty,
  to: SiteName,
  step: Step<"switchover">,
): Promise<void> {
  const { replication } = system;
  const from = otherSite(to);
  let follows = true;
  let promoting = false;
  try {
    await step("fenced", from, () => replication.silence(from));
    await step("caught-up", to, () => replication.untilConfirmed(to, { deadlineMs: CAUGHT_UP_MS, signal }));
    await step("promoted", to, async () => {
      // Before the new primary's first write, so that the old one misses nothing from here on.
      await replication.keepFor(from);
      follows = false;
      state.follower = null;
      await replication.stop(to);
      await replication.keepNothing(from);
      promoting = true;
      state.lost = { side: from, remoteLsn: null, saved: true, leftAlone: false };
      const jobs = await takeJobs(system.postgres[to], config.operator.jobs);
      await replication.unfence(to);
      return jobs;
    });
  } catch (error) {
    // Once the other site may be primary, this one must not be.
    if (promoting) throw error;
    await replication.unfence(from);
    if (!follows) state.lost = { side: to, remoteLsn: null, saved: true, leftAlone: false };
    await replication.keepNothing(to);
    throw error;
  }
}

async function whyNot({ system, config, state }: Duty, to: SiteName): Promise<string | null> {
  const name = to.toUpperCase();
  const from = otherSite(to);
  if (!config.fencing) return "no site is fenced, so clients could write to both";
  if (config.proxy !== "latched") return "the proxy is not routed by the operator, so it need not follow the primary";
  if (state.primary === to || state.follower !== to) return `${name} does not follow ${from.toUpperCase()}`;
  const lag = await system.replication.lagBytes(to).catch(() => null);
  if (lag === null) return `the lag of ${name} behind ${from.toUpperCase()} is unknown`;
  if (lag > SMALL_LAG_BYTES) return `${name} is ${lag} bytes behind`;
  return whyUnable(system, to);
}
