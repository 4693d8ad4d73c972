/** Reads and validates files that people wrote: an error names the file, the place and the value. */
import { inspect } from "node:util";
import type { z } from "zod";
import { type DrillFailure, reasonOf, usageFailure } from "../model/program/failure.ts";

export async function readBy<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw usageFailure(`${file} cannot be read`, `${lineOf(error)}${reasonOf(error)}`, "correct the file");
  }
}

export function parsed<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0] as z.core.$ZodIssue;
    throw invalid(file, issue.path, valueAt(value, issue.path), issue.message);
  }
  const unknown = unknownKey(value, result.data);
  if (unknown) throw invalid(file, unknown, valueAt(value, unknown), "unknown key");
  return result.data;
}

export function invalid(file: string, path: readonly PropertyKey[], value: unknown, why: string): DrillFailure {
  const where = path.length === 0 ? "the whole value" : path.map(String).join(".");
  return usageFailure(`${file} is not valid`, `${where} is ${shown(value)}: ${why}`, "correct the value");
}

/** As JSON; a value without JSON as Node shows it, on one line. */
function shown(value: unknown): string {
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return json;
  } catch {
    // JSON lacks its type, or it contains itself.
  }
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** A schema drops unknown keys, but a typing error in an optional key must not result in its default. */
function unknownKey(given: unknown, known: unknown, path: string[] = []): string[] | null {
  if (typeof given !== "object" || given === null || typeof known !== "object" || known === null) return null;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!(key in known)) return [...path, key];
    const below = unknownKey(value, (known as Record<string, unknown>)[key], [...path, key]);
    if (below) return below;
  }
  return null;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** For a syntax error, Node names the line in the first line of the stack. */
function lineOf(error: unknown): string {
  const line = error instanceof SyntaxError ? /^\S+:(\d+)\n/.exec(error.stack ?? "")?.[1] : undefined;
  return line === undefined ? "" : `line ${line}: `;
}
