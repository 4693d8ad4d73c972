/** Fetches a file from a runner's pod: follows it while it grows, and compares it when it is complete. */
import { renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { Ran } from "../../systems/attached/beside.ts";
import { Copy, sha256Of } from "./copy.ts";
import { follow, type Open } from "./follow.ts";
import { measureArgv } from "./keeper.ts";
import { within } from "./within.ts";

/** Access to a pod's keeper container. */
export interface Keeper {
  open: Open;
  /** Runs a program to its end. */
  exec: (argv: string[]) => Promise<Ran>;
}

/** How often the whole file is fetched again if the first copy differs. */
const ROUNDS = 3;
const MEASURES = 5;
const MEASURE_MS = 60_000;
const AGAIN_MS = 1000;
/** The limit without a further byte while bytes are missing. */
const STALLED_MS = 30_000;
const CHECK_EVERY_MS = 50;

export class Fetched {
  readonly #keeper: Keeper;
  readonly #path: string;
  readonly to: string;
  readonly #stopped = new AbortController();
  /** Ends the first follow; later fetches each have a signal of their own. */
  readonly #followed = new AbortController();
  readonly #copy: Copy;
  /** Rejects when the file can no longer be followed; resolves when it need not be. */
  readonly following: Promise<void>;

  /** Starts following. `path`: in the pod. `to`: the local file. */
  constructor(keeper: Keeper, path: string, to: string) {
    this.#keeper = keeper;
    this.#path = path;
    this.to = to;
    this.#copy = new Copy(to);
    this.following = follow(keeper.open, { path, copy: this.#copy }, this.#followed.signal);
    this.following.catch(() => {});
  }

  /**
   * To be called once the file is complete. Resolves with `true` when our copy is identical, `false` if there is no
   * file.
   */
  async whole(): Promise<boolean> {
    try {
      const there = await this.#measured();
      if (there === null) return false;
      await grown(this.#copy, there.bytes, this.following).catch(() => {});
      await this.#unfollow();
      if (await isSame(this.to, this.#copy.bytes, there)) return true;
      let last: unknown = new Error(`it was fetched ${ROUNDS + 1} times, and never matched the original`);
      for (let round = 1; round <= ROUNDS && !this.#stopped.signal.aborted; round += 1)
        try {
          if (await this.#again(there)) return true;
        } catch (error) {
          last = error;
        }
      throw this.#notWhole(last);
    } finally {
      await this.stop();
    }
  }

  /** Stops and keeps what was fetched. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#unfollow();
  }

  async #unfollow(): Promise<void> {
    if (this.#followed.signal.aborted) return;
    this.#followed.abort();
    await this.following.catch(() => {});
    this.#copy.close();
  }

  async #again(there: Measured): Promise<boolean> {
    const copy = new Copy(`${this.to}.part`);
    const over = new AbortController();
    try {
      const signal = AbortSignal.any([over.signal, this.#stopped.signal]);
      const following = follow(this.#keeper.open, { path: this.#path, copy }, signal);
      following.catch(() => {});
      await grown(copy, there.bytes, following);
      over.abort();
      await following;
    } finally {
      over.abort();
      copy.close();
    }
    if (!(await isSame(copy.path, copy.bytes, there))) return false;
    renameSync(copy.path, this.to);
    return true;
  }

  /** `null` if there is no such file. */
  async #measured(): Promise<Measured | null> {
    let last: unknown;
    for (let round = 0; round < MEASURES; round += 1) {
      if (round > 0) await sleep(AGAIN_MS);
      try {
        const { exitCode, output } = await within(MEASURE_MS, "measuring", this.#keeper.exec(measureArgv(this.#path)));
        if (exitCode === 0 && output === "") return null;
        const [, bytes, sha256 = ""] = /^(\d+) ([0-9a-f]{64})\n$/.exec(output) ?? [];
        if (exitCode === 0 && bytes !== undefined) return { bytes: Number(bytes), sha256 };
        last = new Error(`code ${exitCode}: ${output.slice(0, 200)}`);
      } catch (error) {
        last = error;
      }
    }
    throw this.#notWhole(last);
  }

  #notWhole(cause: unknown): DrillFailure {
    const text = {
      what: `${this.#path} of a runner could not be fetched whole`,
      why: reasonOf(cause),
      todo: "check the runner's pod and its node; what was fetched is in the run folder",
    };
    return new DrillFailure(text, { cause });
  }
}

interface Measured {
  bytes: number;
  sha256: string;
}

async function isSame(path: string, bytes: number, there: Measured): Promise<boolean> {
  return bytes === there.bytes && (await sha256Of(path)) === there.sha256;
}

/** Rejects when no more bytes come although some are missing. */
async function grown(copy: Copy, toBytes: number, following: Promise<void>): Promise<void> {
  let over: unknown = null;
  following.then(
    () => {
      over = new Error("following it has ended");
    },
    (error: unknown) => {
      over = error;
    },
  );
  let [bytes, sinceMs] = [copy.bytes, performance.now()];
  while (copy.bytes < toBytes) {
    if (over !== null) throw over;
    if (copy.bytes > bytes) [bytes, sinceMs] = [copy.bytes, performance.now()];
    if (performance.now() - sinceMs > STALLED_MS) throw new Error(`it stays at ${bytes} of ${toBytes} bytes`);
    await sleep(CHECK_EVERY_MS);
  }
}
