/**
 * Before the promotion: the follower takes what the old primary, which is fenced by then, can still send. Writes that were
 * acknowledged and had not reached it would be lost otherwise, although the database that holds them answers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/config.ts";
import { reasonOf } from "../model/failure.ts";
import type { Side } from "../model/side.ts";
import type { Replication } from "../system/replication.ts";
import type { Reports } from "./duty.ts";

const ASK_EVERY_MS = 20;
/** One that takes longer to say how far the follower is counts as dead. */
const ANSWER_MS = 1000;

export interface CaughtUp {
  waitedMs: number;
  /** Of what the old primary held at the beginning; `null` when nobody could tell. */
  bytesLeft: number | null;
  /** Why it is not 0. */
  why?: string;
}

/** What it takes of a duty. */
interface Waiting {
  system: { replication: Pick<Replication, "writtenBy" | "unconfirmedBytes"> };
  config: Pick<Config, "operator">;
  reports: Pick<Reports, "now">;
  signal: AbortSignal;
}

/** Ends when nothing is left, when the time is over, and at once when the old primary no longer answers. */
export async function catchUp({ system, config, reports, signal }: Waiting, from: Side, to: Side): Promise<CaughtUp> {
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
      if (bytesLeft === null) return endedBy(`${from.toUpperCase()} keeps nothing for ${to.toUpperCase()}`);
      if (waited() >= catchUpSeconds * 1000) return endedBy(`${catchUpSeconds} s were over`);
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    return endedBy(`${from.toUpperCase()} no longer answers: ${reasonOf(error)}`);
  }
}
