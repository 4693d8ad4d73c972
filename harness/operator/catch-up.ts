/**
 * Before a promotion, the follower takes what the old primary, fenced by now, can still send. Otherwise acknowledged
 * writes that had not reached the follower would be lost, although the database that holds them answers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/plan/config.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Replication } from "../system/replication.ts";
import type { Reports } from "./duty.ts";

const ASK_EVERY_MS = 20;
/** A primary that takes longer to report the follower's position counts as dead. */
const ANSWER_MS = 1000;

export interface CaughtUp {
  waitedMs: number;
  /** Of what the old primary held at the start; `null` when nobody could say. */
  bytesLeft: number | null;
  /** Why `bytesLeft` is not 0. */
  why?: string;
}

/** The part of a `Duty` that catching up needs. */
interface Waiting {
  system: { replication: Pick<Replication, "writtenBy" | "unconfirmedBytes"> };
  config: Pick<Config, "operator">;
  reports: Pick<Reports, "now">;
  signal: AbortSignal;
}

/** Ends when nothing is left, when the time is up, and at once when the old primary no longer answers. */
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
      if (bytesLeft === null) return endedBy(`${from.toUpperCase()} keeps nothing for ${to.toUpperCase()}`);
      if (waited() >= catchUpSeconds * 1000) return endedBy(`${catchUpSeconds} s were over`);
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    return endedBy(`${from.toUpperCase()} no longer answers: ${reasonOf(error)}`);
  }
}
