/** What a checker says whose clocks start with the disaster, in a run in which none was planned. */
import type { Finding } from "./checker.ts";

export const NO_DISASTER: Finding = { verdict: "no-objective", reason: "nothing was to be broken" };
