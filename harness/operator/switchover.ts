/**
 * A planned switchover, with both sites up: the follower takes over without a loss, and the old primary follows it
 * without a copy. Nobody can write from the fence until the proxy is routed. Before the promotion everything can be
 * undone. A failure after it leaves a new primary without a follower; the old one, which holds nothing of its own, is
 * rebuilt.
 */
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { whyUnable } from "./able-to-serve.ts";
import { carryOut, type Duty, type Ending, Refusal, type Step } from "./duty.ts";
import { takeJobs } from "./jobs.ts";
import { routeTo } from "./route.ts";
import { recordSecondsOf, switchRecord } from "./switch-record.ts";

/** A few seconds' work for a follower; with more, nobody could write for long. */
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

/** Hands the primary role over. Until its last act, a failure is undone. */
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
      // Before the new primary takes its first write: from here on the old one misses nothing.
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
    // Once the other site may be a primary, this one must not be one as well.
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
  if (!config.fencing) return "nobody is fenced, so both sides could be written to";
  if (config.proxy !== "latched") return "the proxy goes where it likes, and not where the primary is";
  if (state.primary === to || state.follower !== to) return `${name} does not follow ${from.toUpperCase()}`;
  const lag = await system.replication.lagBytes(to).catch(() => null);
  if (lag === null) return `${name} is not seen to follow ${from.toUpperCase()}`;
  if (lag > SMALL_LAG_BYTES) return `${name} is ${lag} bytes behind`;
  return whyUnable(system, to);
}
