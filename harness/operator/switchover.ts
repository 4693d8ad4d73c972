/**
 * By order, with both sides there: the follower takes over without a loss, and the old primary follows it, without a
 * copy. Nobody can write from the fence on, until the proxy is latched. Before the promotion all can be taken back; after
 * it, what breaks off leaves a new primary without a follower, and the old one, which holds nothing of its own, to be
 * rebuilt.
 */
import { otherSide, type Side } from "../model/side.ts";
import type { Database } from "../system/database.ts";
import { until } from "../system/waiting.ts";
import { fence, unfence } from "../systems/lab/fence.ts";
import { setDurability, startFollowing, subscribe } from "../systems/lab/replication.ts";
import { createSlot, dropSlots, lagBytes, untilConfirmed } from "../systems/lab/slots.ts";
import { whyUnable } from "./able-to-serve.ts";
import { carryOut, type Duty, type Ending, Refusal, type Step } from "./duty.ts";
import { latchTo } from "./latch.ts";
import { stopFollowing } from "./promote.ts";
import { requeueJobs } from "./requeue-jobs.ts";

/** Some seconds' work for a follower; with more, nobody could write for long. */
const SMALL_LAG_BYTES = 16 * 2 ** 20;
const QUIET_MS = 5000;
const CAUGHT_UP_MS = 30_000;

export function switchOver(duty: Duty, to: Side): Promise<Ending> {
  const { system, config, state, signal } = duty;
  const from = otherSide(to);
  const [old, next] = [system.postgres[from], system.postgres[to]];
  return carryOut(duty, "switchover", to, async (step) => {
    if (state.primary === to && state.follower === from) return;
    const refusal = await whyNot(duty, to);
    if (refusal !== null) throw new Refusal(refusal);
    await takeOver(duty, to, step);
    await step("latched", to, () => latchTo(system, to));
    state.primary = to;
    state.tookOverMs = duty.reports.now();
    await step("following", from, async () => {
      await setDurability(old, "async");
      await subscribe(old, system.password, "go on");
      await startFollowing(old, signal);
      await setDurability(next, config.replication);
      state.follower = from;
      state.lost = null;
    });
  });
}

/** From two sides of which one serves to two of which the other can. Until its last act, what fails is taken back. */
async function takeOver({ system, state, signal }: Duty, to: Side, step: Step<"switchover">): Promise<void> {
  const from = otherSide(to);
  const [old, next] = [system.postgres[from], system.postgres[to]];
  let follows = true;
  let promoting = false;
  try {
    await step("fenced", from, () => silence(old));
    await step("caught-up", to, () => untilConfirmed(old, to, { deadlineMs: CAUGHT_UP_MS, signal }));
    await step("promoted", to, async () => {
      // Before it takes its first write: from here on the old primary misses nothing.
      await createSlot(next, from);
      follows = false;
      state.follower = null;
      await stopFollowing(next);
      await dropSlots(old);
      promoting = true;
      state.lost = { side: from, remoteLsn: null, saved: true, leftAlone: false };
      const jobs = await requeueJobs(next);
      await unfence(next);
      return { ...jobs };
    });
  } catch (error) {
    // Once the other side may be a primary, this one must not be one as well.
    if (promoting) throw error;
    await unfence(old);
    if (!follows) state.lost = { side: to, remoteLsn: null, saved: true, leftAlone: false };
    await dropSlots(next);
    throw error;
  }
}

/** Nobody can write any more, and whoever still was at it has come to an end. */
async function silence(postgres: Database): Promise<void> {
  const inForceFrom = await fence(postgres, QUIET_MS);
  const waiting = { deadlineMs: QUIET_MS, everyMs: 20 };
  // Ended are all sessions from before, and not open transactions only: where nothing may be lost, none may have been about
  // to begin one in the very instant of the fence. First their writes may be done: somebody waits for those.
  const old = "usename = $1 and backend_start < $2::timestamptz";
  await until({ ...waiting, deadlineMs: 500, what: "the last writes" }, async () => {
    const writing = `select from pg_stat_activity where ${old} and backend_xid is not null`;
    return (await postgres.query(writing, [postgres.clientRole, inForceFrom])).length === 0;
  }).catch(() => {});
  await until({ ...waiting, what: "the last sessions to end" }, async () => {
    const ended = `select pg_terminate_backend(pid) from pg_stat_activity where ${old}`;
    return (await postgres.query(ended, [postgres.clientRole, inForceFrom])).length === 0;
  });
}

async function whyNot({ system, config, state }: Duty, to: Side): Promise<string | null> {
  const name = to.toUpperCase();
  const from = otherSide(to);
  if (!config.fencing) return "nobody is fenced, so both sides could be written to";
  if (config.proxy !== "latched") return "the proxy goes where it likes, and not where the primary is";
  if (state.primary === to || state.follower !== to) return `${name} does not follow ${from.toUpperCase()}`;
  const lag = await lagBytes(system.postgres[from], to).catch(() => null);
  if (lag === null) return `${name} is not seen to follow ${from.toUpperCase()}`;
  if (lag > SMALL_LAG_BYTES) return `${name} is ${lag} bytes behind`;
  return whyUnable(system, to);
}
