/** `--rate`: writes per second. Overrides the scenario's rate and the settings. */
import { Option } from "commander";
import type { Settings } from "../model/plan/settings.ts";
import { whole } from "./whole.ts";

/** The limits of `LoadSchema`: below 5 writes per second, the pause between two writes would count as an outage. */
export function rateOption(): Option {
  return new Option("-r, --rate <writes>", "writes per second (default: the scenario's own)").argParser(whole(5, 1000));
}

export function withRate<T extends Settings>(settings: T, rate: number | undefined): T {
  return rate === undefined ? settings : { ...settings, load: { ...settings.load, ratePerSecond: rate } };
}

/** The argument that repeats this rate. */
export function rateArgument(rate: number | null | undefined): string {
  return rate === undefined || rate === null ? "" : ` --rate ${rate}`;
}
