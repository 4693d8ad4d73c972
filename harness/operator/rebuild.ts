/**
 * A lost site's database answers again, and the site becomes the follower. It is fenced first; what only it holds is
 * saved before anything of it is overwritten. Started again after a failure, the plan ends in the same state.
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
        // What it was doing when it was lost must not be finished after its data was saved.
        const endedTransactions = await replication.endTransactions(
          side,
          await replication.fence(side),
          FENCE_TIMEOUT_MS,
        );
        // Nobody will confirm anything to it: what still waits for that would wait for ever, and so would its own copy.
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
      // Its server may have been started meanwhile, with the rest of its region.
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

/** Why people must decide whose writes count: it is not certain that clients wrote to one site only. `null`: it is. */
function whyNot({ config }: Duty, { side, remoteLsn, saved }: Lost): string | null {
  const name = side.toUpperCase();
  if (!config.fencing) return `nobody is fenced, so clients may have written to ${name} after it was given up`;
  if (config.proxy !== "latched") return `the proxy goes where it likes, so clients may have written to both sides`;
  if (!saved && remoteLsn === null) return `nobody knows what of ${name} the other side had when it was promoted`;
  return null;
}

/** Saves in two independent ways: everything the site holds, for the judge, and from its log what only it holds. */
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
