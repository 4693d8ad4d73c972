import type { ZodType } from "zod";

/** Throws in one line what is wrong, and where. */
export function parsedLine<T>(schema: ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`its ${issue?.path.join(".") || "form"} is wrong: ${issue?.message}`);
}
