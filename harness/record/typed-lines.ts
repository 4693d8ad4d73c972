/** Parses lines of a known schema from a file's text. */
import type { ZodType } from "zod";
import type { Legibility } from "../model/record/record.ts";
import type { InPlace } from "./in-place.ts";
import { readLines, type Text } from "./lines.ts";

/** Throws with one line that says what is wrong, and where. */
export function parsedLine<T>(schema: ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`its ${issue?.path.join(".") || "form"} is wrong: ${issue?.message}`);
}

/** Lines with a wrong form or time are left out; lines that are only out of place are kept, but counted as well. */
export function linesOf<T>(
  text: Text,
  schema: ZodType<T>,
  checkTime: (line: T) => void,
  inPlace: InPlace<T> = () => {},
): { values: T[]; legibility: Legibility } {
  const values: T[] = [];
  const legibility = readLines(text, (json) => {
    const line = parsedLine(schema, json);
    checkTime(line);
    values.push(line);
    inPlace(line);
  });
  return { values, legibility };
}
