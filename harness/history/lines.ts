/** Reads files of JSON lines as they are after a crash: a torn last line, noise, and all of it counted. */
import type { Legibility } from "../model/record.ts";

const SHOWN = 5;

export interface Line<T> {
  value: T;
  /** From 1. */
  line: number;
}

export interface Lines<T> extends Legibility {
  values: Line<T>[];
}

/** `parse` returns the value or throws with the reason. */
export function readLines<T>(text: string, parse: (json: unknown) => T): Lines<T> {
  const result: Lines<T> = { values: [], lines: 0, torn: false, unreadable: [], unreadableCount: 0 };
  const rows = text.split("\n");
  const last = rows.pop() ?? "";
  if (last !== "") {
    rows.push(last);
    result.torn = !isJson(last);
  }
  for (const [index, row] of rows.entries()) {
    if (row === "" || (result.torn && index === rows.length - 1)) continue;
    result.lines += 1;
    try {
      result.values.push({ value: parse(JSON.parse(row)), line: index + 1 });
    } catch (error) {
      result.unreadableCount += 1;
      if (result.unreadable.length < SHOWN)
        result.unreadable.push(`line ${index + 1}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
