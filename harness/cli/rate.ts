/** `--rate`: writes per second, in place of every scenario's own rate and of the settings. */
import { Option } from "commander";
import type { Settings } from "../model/plan/settings.ts";
import { whole } from "./whole.ts";

/** The limits of `LoadSchema`: below 5 per second, a pause between two writes looks like an outage. */
export function rateOption(): Option {
  return new Option("-r, --rate <writes>", "writes per second (default: the scenario's own)").argParser(whole(5, 1000));
}

export function withRate<T extends Settings>(settings: T, rate: number | undefined): T {
  return rate === undefined ? settings : { ...settings, load: { ...settings.load, ratePerSecond: rate } };
}

/** The argument with which a command does the same again. */
export function rateArgument(rate: number | null | undefined): string {
  return rate === undefined || rate === null ? "" : ` --rate ${rate}`;
}
