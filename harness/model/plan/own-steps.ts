/** The programs that a description names, each an argument vector with a time limit. */
import type { Step } from "./own-system.ts";

/** The same value with each program changed. `key`: its path in the description, as `hooks.db-away.heal`. */
export function withSteps<T>(value: T, change: (step: Step, key: string) => Step, key: readonly string[] = []): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each, i) => withSteps(each, change, [...key, String(i)])) as T;
  if ("argv" in value && Array.isArray(value.argv)) return change(value as unknown as Step, key.join(".")) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withSteps(each, change, [...key, name])]),
  ) as T;
}
