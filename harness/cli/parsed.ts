/** Reads and validates files written by users. Errors name the file, the place and the value. */
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

/** The value as JSON, or as Node shows it if it has no JSON, on one line. */
function shown(value: unknown): string {
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return json;
  } catch {
    // No JSON type, or circular.
  }
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** The first unknown key. A schema drops these, but a typo in an optional key must not silently yield its default. */
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

/** The line of a syntax error, which Node puts in the first line of the stack. */
function lineOf(error: unknown): string {
  const line = error instanceof SyntaxError ? /^\S+:(\d+)\n/.exec(error.stack ?? "")?.[1] : undefined;
  return line === undefined ? "" : `line ${line}: `;
}
