/** Lines of a known form, from a file's text. */
import type { ZodType } from "zod";
import type { Legibility } from "../model/record/record.ts";
import type { InPlace } from "./in-place.ts";
import { readLines, type Text } from "./lines.ts";

/** Throws in one line what is wrong, and where. */
export function parsedLine<T>(schema: ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`its ${issue?.path.join(".") || "form"} is wrong: ${issue?.message}`);
}

/** What has no form or no time is left out; what only stands in a wrong place is taken, and counted all the same. */
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
