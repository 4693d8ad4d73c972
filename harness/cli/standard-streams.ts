/**
 * The only access to standard output and standard error. Printed text is delivered whole, however slowly it is read, or an
 * error is raised. Progress needs no reader: nothing fails without one.
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { visible } from "../console/visible.ts";
import { DrillFailure, reasonOf } from "../model/program/failure.ts";

/** The reader of the output is gone, as `head` is once it has enough lines. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** The first error of standard output. Nothing is written after it. */
let failure: Error | null = null;
process.stdout.on("error", (error) => {
  failure ??= failureOf(error);
});
process.stderr.on("error", () => {});

/** Prints part of the result. `delivered` confirms its arrival. */
export function print(text: string): void {
  if (failure === null) write(process.stdout, visible(text));
}

/** For machine-readable formats, in which every character counts. On a terminal they are escaped like any other text. */
export function printExactly(text: string): void {
  if (process.stdout.isTTY) print(text);
  else if (failure === null) write(process.stdout, text);
}

/** Progress, notes and errors. */
export function tell(text: string): void {
  try {
    write(process.stderr, visible(text));
  } catch {
    // There is no reader.
  }
}

/** Resolves when everything printed has been read. Otherwise throws the first error, on every call. */
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

/** Node writes to a file once, and silently drops what did not fit on a full disk. */
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
