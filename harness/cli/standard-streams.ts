/**
 * The one way to standard output and standard error. What is printed arrives whole, whoever reads it and however slowly,
 * or it is an error; progress is for whoever is there, and nothing fails for want of a reader.
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { visible } from "../console/visible.ts";
import { DrillFailure, reasonOf } from "../model/failure.ts";

/** Whoever read the output has gone, as `head` does when it has seen enough. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** The first that went wrong with standard output; what comes after it is not even tried. */
let failure: Error | null = null;
process.stdout.on("error", (error) => {
  failure ??= failureOf(error);
});
process.stderr.on("error", () => {});

/** A piece of the result. Whether it arrived is known after `delivered`. */
export function print(text: string): void {
  if (failure === null) write(process.stdout, visible(text));
}

/** For formats of machines, in which every character counts. A terminal gets them like any other text. */
export function printExactly(text: string): void {
  if (process.stdout.isTTY) print(text);
  else if (failure === null) write(process.stdout, text);
}

/** Progress, notes and errors. */
export function tell(text: string): void {
  try {
    write(process.stderr, visible(text));
  } catch {
    // There is nobody left to be told.
  }
}

/** Resolves when all that was printed has been taken. Throws, each time the same, when it cannot be. */
export async function delivered(): Promise<void> {
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  if (process.stdout.errored) failure ??= failureOf(process.stdout.errored);
  if (failure !== null) throw failure;
}

function failureOf(error: NodeJS.ErrnoException): Error {
  if (error.code === "EPIPE") return new ReaderGone(error.message);
  const full = error.code === "ENOSPC";
  return new DrillFailure(
    {
      what: "the result cannot be written to standard output",
      why: full ? "the disk is full" : reasonOf(error),
      todo: full ? "free some space, and run the command again" : "check where the output goes",
    },
    { cause: error },
  );
}

/** Node writes to a file once, and what a full disk has not taken of it is gone without a word. */
function write(stream: Writable & { fd: number }, text: string): void {
  if (stream instanceof Socket) {
    stream.write(text);
    return;
  }
  try {
    let rest = Buffer.from(text);
    while (rest.length > 0) rest = rest.subarray(writeSync(stream.fd, rest));
  } catch (error) {
    stream.emit("error", error);
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}
