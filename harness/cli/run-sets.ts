/**
 * Sets of runs from the arguments of `compare`. Each argument is one set: a place (a folder, a pattern or a run's id),
 * `config:NAME`, `scenario:NAME`, `commit:REV`, or several of these joined by commas. A run must match all of them. Without a
 * place, all results are searched. A name that is no place may be a configuration.
 */
import { type DrillFailure, usageFailure } from "../model/program/failure.ts";
import { ComparedSchema, type RunSet } from "../report/compare/pairs.ts";
import { resolveRevision } from "../run/revision.ts";
import { findRuns } from "../store/find-runs.ts";
import { RESULTS } from "../store/results.ts";
import { type LeftOut, readStoredRuns, type StoredRun } from "../store/stored-runs.ts";

type Stored = StoredRun<RunSet["runs"][number]["verdict"]>;
const TERM = /^(config|scenario|commit):(.*)$/;
const TODO = "give a folder, a pattern in quotes, a run's id, config:NAME, scenario:NAME or commit:REV";

export function readSets(names: readonly string[]): { sets: RunSet[]; leftOut: LeftOut[] } {
  if (names.length < 2)
    throw usageFailure("there is nothing to compare with", "a comparison needs at least two sets of runs", TODO);
  const read = reader();
  const leftOut = new Map<string, LeftOut>();
  const sets = names.map((label, index): RunSet => {
    const { runs, without } = runsOf(label, read);
    for (const each of without) leftOut.set(each.folder, each);
    return { letter: String.fromCharCode("A".charCodeAt(0) + index), label, runs };
  });
  return { sets, leftOut: [...leftOut.values()] };
}

/** Reads each place once, however many sets are taken from it. */
function reader(): (place: string) => { runs: Stored[]; leftOut: LeftOut[] } {
  const places = new Map<string, { runs: Stored[]; leftOut: LeftOut[] }>();
  return (place) => {
    const found =
      places.get(place) ??
      readStoredRuns(
        findRuns([place]).map(({ path }) => path),
        ComparedSchema,
      );
    places.set(place, found);
    return found;
  };
}

function runsOf(label: string, read: ReturnType<typeof reader>): { runs: Stored[]; without: LeftOut[] } {
  const terms = label.split(",").map((term) => term.trim());
  const places = terms.filter((term) => !TERM.test(term));
  if (places.length > 1 || places.includes(""))
    throw usageFailure(`${label} is not a set of runs`, `it has ${places.length} places: ${places.join(", ")}`, TODO);
  const filters = terms.filter((term) => TERM.test(term)).map(filterOf);
  const { found, filter } = place(places[0], read);
  const runs = found.runs.filter((run) => [...filters, filter].every((each) => each(run)));
  if (runs.length === 0 && found.leftOut.length === 0) {
    const known = (of: (run: Stored) => string) => [...new Set(found.runs.map(of))].toSorted().join(", ");
    const why = `available: scenarios ${known((run) => run.verdict.scenario)}; configurations ${known((run) => run.verdict.config)}`;
    throw usageFailure(`there is no run of ${label}`, why, TODO);
  }
  return { runs, without: found.leftOut };
}

function place(name: string | undefined, read: ReturnType<typeof reader>) {
  const all = () => true;
  if (name === undefined) return { found: read(RESULTS), filter: all };
  try {
    return { found: read(name), filter: all };
  } catch (error) {
    const found = configRuns(name, read);
    if (found === null)
      throw usageFailure(
        (error as DrillFailure).text.what,
        `it is neither a place nor the configuration of a run: ${name}`,
        TODO,
      );
    return { found, filter: filterOf(`config:${name}`) };
  }
}

function configRuns(name: string, read: ReturnType<typeof reader>): { runs: Stored[]; leftOut: LeftOut[] } | null {
  try {
    const found = read(RESULTS);
    return found.runs.some(({ verdict }) => verdict.config === name) ? found : null;
  } catch {
    return null;
  }
}

function filterOf(term: string): (run: Stored) => boolean {
  const [, kind, value] = TERM.exec(term) as unknown as [string, string, string];
  if (kind === "config") return ({ verdict }) => verdict.config === value;
  if (kind === "scenario") return ({ verdict }) => verdict.scenario === value;
  const [, name, edited] = /^(.*?)(\+changes)?$/.exec(value) as unknown as [string, string, string | undefined];
  const commit = resolveRevision(name) ?? (/^[0-9a-f]{7,40}$/.test(name) ? name : null);
  if (commit === null) throw usageFailure(`there is no commit ${name}`, "git does not know this revision", TODO);
  // A run with files edited after the commit does not belong to it.
  return ({ run }) => {
    const { commit: made = "" } = run.versions;
    return made.startsWith(commit) && made.endsWith("+changes") === (edited !== undefined);
  };
}
