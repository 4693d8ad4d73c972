/**
 * What a run's figures depend on besides chance: its setup, the machine, the versions and the judge. If two groups differ in
 * more than the comparison is about, readers of the figures must know.
 */
import type { Run } from "../../model/record/run.ts";
import { setupOf } from "../figures/setup.ts";

export interface SetUpRun {
  run: Pick<Run, "scenario" | "config" | "images" | "host" | "versions">;
  verdict: { checks: readonly { name: string }[] };
}

const SHOWN = 3;
const LONGEST = 40;

export interface Difference {
  text: string;
  /** The difference is the question: two configurations are compared. Otherwise it casts doubt on the answer. */
  asked: boolean;
}

/** One for each property that differs between the groups or is mixed within them. */
export function differences(a: { config: string; runs: readonly SetUpRun[] }, b: typeof a): Difference[] {
  const [ofA, ofB] = [valuesOf(a.runs), valuesOf(b.runs)];
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
  return names.flatMap((name) => {
    const [from, to] = [ofA, ofB].map((of) => [...(of.get(name) ?? ["none"])].toSorted()) as [string[], string[]];
    if (from.length === 1 && to.length === 1 && from[0] === to[0]) return [];
    const asked = a.config !== b.config && (name === "config" || name.startsWith("config."));
    const same = from.join() === to.join();
    const text = same ? `${name}: mixed in both: ${list(from)}` : `${name}: ${list(from)} → ${list(to)}`;
    return [{ text, asked }];
  });
}

function list(values: readonly string[]): string {
  const shown = values
    .slice(0, SHOWN)
    .map((value) => (value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value));
  return `${shown.join(", ")}${values.length > SHOWN ? ` and ${values.length - SHOWN} more` : ""}`;
}

function valuesOf(runs: readonly SetUpRun[]): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  const setups = runs.map((run) => new Map(propertiesOf(run)));
  for (const name of new Set(setups.flatMap((each) => [...each.keys()])))
    values.set(name, new Set(setups.map((each) => each.get(name) ?? "none")));
  return values;
}

function propertiesOf({ run, verdict }: SetUpRun): [string, string][] {
  const { scenario, settings, objectives } = setupOf(run);
  const { commit, ...versions } = run.versions;
  return [
    ["config", run.config.name],
    ...leaves("config", { ...settings, objectives }),
    ...leaves("scenario", scenario),
    ...run.images.map((image): [string, string] => [`image ${image.part}`, image.name]),
    ...leaves("host", run.host),
    ...leaves("version", versions),
    ["commit", commit === undefined ? "unknown" : short(commit)],
    ...verdict.checks.map((check): [string, string] => [`check ${check.name}`, "judged"]),
  ];
}

/** Keeps the suffix for files edited since the commit, if any. */
function short(commit: string): string {
  return commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, "$1");
}

function leaves(name: string, value: unknown): [string, string][] {
  if (value === null) return [];
  if (typeof value !== "object") return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, below]) => leaves(`${name}.${key}`, below));
}
