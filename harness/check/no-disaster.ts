/** The finding of a checker whose clocks start with the disaster, in a run without a planned one. */
import type { Finding } from "./checker.ts";

export const NO_DISASTER: Finding = { verdict: "no-objective", reason: "no disaster was planned" };
