/** Copies a growing file from a pod, and reconnects whenever the connection breaks. */
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { Line } from "../../systems/attached/kubernetes/cluster.ts";
import type { Copy } from "./copy.ts";
import { Frames } from "./frames.ts";
import { followArgv } from "./keeper.ts";
import { within } from "./within.ts";

/** Starts a program in the pod's keeper container. */
export type Open = (argv: string[], hear: (piece: Buffer) => void) => Promise<Line>;

export interface Patience {
  /** For a connection to be established. */
  connectMs: number;
  /** A connection without a frame for this long counts as broken; there is at least one a second. */
  silentMs: number;
  againMs: number;
  /** The limit without a frame on any connection. */
  giveUpMs: number;
}

const PATIENCE: Patience = { connectMs: 15_000, silentMs: 10_000, againMs: 500, giveUpMs: 120_000 };

/**
 * Resolves when `signal` is aborted. Rejects with a `DrillFailure` when nothing was received for too long, or the copy
 * cannot be written.
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
          what: `${path} of a runner can no longer be followed`,
          why: `nothing was received for ${patience.giveUpMs / 1000} s: ${reasonOf(broke)}`,
          todo: "check whether the cluster's API server is reachable and allows this user to exec into pods",
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

/** One connection, starting where the copy ends. */
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
    // Bytes from a connection that was given up would be in the copy twice.
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
