/**
 * Before a promotion, the follower receives what the old primary, now fenced, can still send. Without this,
 * acknowledged writes that had not reached the follower would be lost although the database that holds them answers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/plan/config.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Replication } from "../system/replication.ts";
import type { Reports } from "./duty.ts";

const ASK_EVERY_MS = 20;
/** A primary that takes longer to report a position counts as dead. */
const ANSWER_MS = 1000;

export interface CaughtUp {
  waitedMs: number;
  /** What the follower still lacks of what the old primary held at the start; `null` when unknown. */
  bytesLeft: number | null;
  /** Why `bytesLeft` is not 0. */
  why?: string;
}

/** What catching up needs of a `Duty`. */
interface Waiting {
  system: { replication: Pick<Replication, "writtenBy" | "unconfirmedBytes"> };
  config: Pick<Config, "operator">;
  reports: Pick<Reports, "now">;
  signal: AbortSignal;
}

/** Ends when nothing is left, when the time is up, or at once when the old primary no longer answers. */
export async function catchUp(
  { system, config, reports, signal }: Waiting,
  from: SiteName,
  to: SiteName,
): Promise<CaughtUp> {
  const { catchUpSeconds } = config.operator;
  const { replication } = system;
  const beganMs = reports.now();
  const waited = () => reports.now() - beganMs;
  let bytesLeft: number | null = null;
  const endedBy = (why: string): CaughtUp => ({ waitedMs: waited(), bytesLeft, why });
  try {
    const lsn = await replication.writtenBy(from, ANSWER_MS);
    for (;;) {
      bytesLeft = await replication.unconfirmedBytes(to, lsn, ANSWER_MS);
      if (bytesLeft === 0) return { waitedMs: waited(), bytesLeft };
      if (bytesLeft === null) return endedBy(`${from.toUpperCase()} has no replication slot for ${to.toUpperCase()}`);
      if (waited() >= catchUpSeconds * 1000) return endedBy(`timed out after ${catchUpSeconds} s`);
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    return endedBy(`${from.toUpperCase()} no longer answers: ${reasonOf(error)}`);
  }
}
