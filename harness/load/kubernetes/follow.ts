/** Follows a file in a pod as it grows, into one of ours, through every break of the connection. */
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { Line } from "../../systems/attached/kubernetes/cluster.ts";
import type { Copy } from "./copy.ts";
import { Frames } from "./frames.ts";
import { followArgv } from "./keeper.ts";
import { within } from "./within.ts";

/** Starts a program in the pod's keeper. */
export type Open = (argv: string[], hear: (piece: Buffer) => void) => Promise<Line>;

export interface Patience {
  /** For a connection to be there. */
  connectMs: number;
  /** Without a frame, of which there is one a second at least, a connection is taken for broken. */
  silentMs: number;
  againMs: number;
  /** Nothing was heard over any connection. */
  giveUpMs: number;
}

const PATIENCE: Patience = { connectMs: 15_000, silentMs: 10_000, againMs: 500, giveUpMs: 120_000 };

/**
 * Resolves when `signal` is aborted. Rejects with a `DrillFailure` when nothing was heard for too long, or the copy cannot
 * be written.
 */
export async function follow(
  open: Open,
  { path, copy }: { path: string; copy: Copy },
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<void> {
  let heardMs = performance.now();
  const heard = () => {
    heardMs = performance.now();
  };
  while (!signal.aborted) {
    const broke = await followOnce(open, { path, copy }, { signal, patience, heard }).then(
      () => new Error("it ended by itself"),
      (error: unknown) => error,
    );
    if (signal.aborted) return;
    if (broke instanceof DrillFailure) throw broke;
    if (performance.now() - heardMs > patience.giveUpMs)
      throw new DrillFailure(
        {
          what: `${path} of a runner cannot be followed any more`,
          why: `nothing was heard of it for ${patience.giveUpMs / 1000} s: ${reasonOf(broke)}`,
          todo: "look whether the cluster's API server can be reached, and lets this user exec into pods",
        },
        { cause: broke },
      );
    await sleep(patience.againMs, undefined, { signal }).catch(() => {});
  }
}

interface Session {
  signal: AbortSignal;
  patience: Patience;
  heard: () => void;
}

/** One connection, from where the copy ends. */
async function followOnce(
  open: Open,
  { path, copy }: { path: string; copy: Copy },
  { signal, patience, heard }: Session,
): Promise<void> {
  const over = new AbortController();
  const frames = new Frames((bytes, at) => copy.add(bytes, at));
  let lastMs = performance.now();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const opening = open(followArgv(path, copy.bytes), (piece) => {
    // What a connection still brings that was given up would be in the copy twice.
    if (over.signal.aborted) return;
    try {
      frames.push(piece);
      lastMs = performance.now();
      heard();
    } catch (error) {
      over.abort();
      fail(error);
    }
  });
  try {
    const line = await within(patience.connectMs, "connecting", opening);
    const silence = silent(() => performance.now() - lastMs, patience.silentMs, over.signal);
    await Promise.race([line.ended, failed, silence, whenAborted(signal)]);
  } finally {
    over.abort();
    opening.then(
      (line) => line.close(),
      () => {},
    );
  }
}

async function silent(forMs: () => number, mostMs: number, over: AbortSignal): Promise<never> {
  while (!over.aborted) {
    if (forMs() > mostMs) throw new Error(`nothing came for ${mostMs / 1000} s`);
    await sleep(mostMs / 10, undefined, { signal: over }).catch(() => {});
  }
  return new Promise(() => {});
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
