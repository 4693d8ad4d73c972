/**
 * A lost site's database answers again, and the site becomes the follower. It is fenced first, and what only it holds
 * is saved before anything is overwritten. Restarted after a failure, the plan ends in the same state.
 */
import { otherSite } from "../model/plan/site.ts";
import type { StepDetails } from "../model/record/detail.ts";
import { strandedBundle } from "../model/record/stranded.ts";
import { carryOut, type Duty, type Lost, Refusal } from "./duty.ts";
import { replay } from "./replay.ts";

const FENCE_TIMEOUT_MS = 5000;

export async function rebuild(duty: Duty, lost: Lost): Promise<void> {
  const { system, config, state, signal } = duty;
  const { side } = lost;
  const primary = otherSite(side);
  const { replication } = system;
  const { state: ended } = await carryOut(duty, "rebuild", side, async (step) => {
    await step("returned", side, async () => {});
    if (config.fencing)
      await step("fenced", side, async () => {
        // Transactions from before the loss must not commit after the site's data was saved.
        const endedTransactions = await replication.endTransactions(
          side,
          await replication.fence(side),
          FENCE_TIMEOUT_MS,
        );
        // No standby will confirm anything to it: a commit that waits for one would wait for ever, and the copy with
        // it.
        await replication.setDurability(side, "async");
        return { endedTransactions };
      });
    const refusal = whyNot(duty, lost);
    if (refusal !== null) throw new Refusal(refusal);
    await system.hapi[side].stop();
    if (!lost.saved) await step("saved", side, () => save(duty, lost));
    const stranded = state.saved.filter((version) => version.side === side);
    if (config.operator.strandedWrites === "replay" && stranded.length > 0)
      await step("replayed", side, () => replay(stranded, system.hapi[primary]));
    await step("copied", side, async () => {
      // Its server may have been started meanwhile with the rest of its region.
      await system.hapi[side].stop();
      await replication.copyAnew(side, signal);
    });
    await step("following", side, async () => {
      await replication.setDurability(primary, config.replication);
      state.follower = side;
      state.lost = null;
    });
    await step("restarted", side, () => system.hapi[side].startAgain(signal));
  });
  if (ended === "refused") lost.leftAlone = true;
}

/** Why people must decide which writes count: clients may have written to both sites. `null`: they cannot have. */
function whyNot({ config }: Duty, { side, remoteLsn, saved }: Lost): string | null {
  const name = side.toUpperCase();
  if (!config.fencing) return `no site is fenced, so clients may have written to ${name} after the failover`;
  if (config.proxy !== "latched")
    return `the proxy is not routed by the operator, so clients may have written to both sites`;
  if (!saved && remoteLsn === null) return `it is unknown how far the other site followed ${name} when it was promoted`;
  return null;
}

/** Saves twice, independently: everything the site holds, for the judge; and what only it holds, from its WAL. */
async function save({ system, state, reports }: Duty, lost: Lost): Promise<StepDetails["saved"]> {
  const { side } = lost;
  await reports.returned(system.postgres[side]);
  const remoteLsn = lost.remoteLsn as string;
  const stranded = await system.replication.strandedOn(side, remoteLsn);
  state.saved.push(...stranded);
  reports.stranded(strandedBundle(state.saved));
  lost.saved = true;
  const transactions = new Set(stranded.map(({ transaction }) => transaction)).size;
  return { versions: stranded.length, transactions, remoteLsn, file: "stranded.json" };
}
