/** `--rate`: writes a second in place of every scenario's own, whatever the settings say. */
import { Option } from "commander";
import type { Settings } from "../model/settings.ts";
import { whole } from "./whole.ts";

/** Of `LoadSchema`: below 5 a second, the pause between two writes could not be told from an outage. */
export function rateOption(): Option {
  return new Option("-r, --rate <writes>", "writes per second (default: the scenario's own)").argParser(whole(5, 1000));
}

export function withRate<T extends Settings>(settings: T, rate: number | undefined): T {
  return rate === undefined ? settings : { ...settings, load: { ...settings.load, ratePerSecond: rate } };
}

/** What a command needs to do the same again. */
export function rateArgument(rate: number | null | undefined): string {
  return rate === undefined || rate === null ? "" : ` --rate ${rate}`;
}
