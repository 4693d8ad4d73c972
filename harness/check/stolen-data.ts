/**
 * Stolen data: whether somebody who takes the files of a data directory, without the key, can read what is in them.
 * Every file of a copy of each site's directory is searched for a text that the database holds. The directory as its
 * database sees it is searched, too, and must contain it: a search that finds nothing anywhere proves nothing. The
 * search of a copy must find a file with the text that the drill added to the copy, or it counts as not made.
 *
 * Unit: files.
 * Broken: a file of a copy that was taken without the key holds the text.
 * Inconclusive: the search did not find the text where it is; or a copy takes less than half of what its directory
 * takes, where that was recorded; or one of the searches was not made, or its record is damaged or contradicts itself.
 * No objective: the configuration does not encrypt its data directories.
 */
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { SearchedLine } from "../model/record/vault.ts";
import type { Checker } from "./checker.ts";

/** A copy holds the whole disk, but some of the directory may not have been written there yet. */
const LEAST_SHARE = 0.5;

export const stolenData: Checker = {
  name: "stolen-data",
  check: (record) => {
    if (record.run.config.vault?.guards !== "data")
      return { verdict: "no-objective", reason: "the configuration does not encrypt its data directories" };
    const searches = record.vault.filter((line): line is SearchedLine => line.type === "searched");
    const [open, stolen] = (["open", "stolen"] as const).map((of) => searches.filter((line) => line.of === of)) as [
      SearchedLine[],
      SearchedLine[],
    ];
    const holding = sum(stolen.map((line) => line.holding));
    const measures = {
      stolenData: {
        ...{ files: sum(stolen.map(({ files }) => files)), holding },
        open: { files: sum(open.map(({ files }) => files)), holding: sum(open.map((line) => line.holding)) },
      },
    };
    const evidence = searches.map(
      ({ side, of, files, holding: found }) =>
        `${of} directory of ${side.toUpperCase()}: ${found} of ${files} files hold the text`,
    );
    if (holding !== null && holding > 0)
      return { verdict: "broken", reason: `${holding} stolen files can be read without the key`, evidence, measures };
    const unknown = SITES.map((side) => whyUnknown(side, record, { open, stolen })).find((why) => why !== null);
    if (unknown !== undefined) return { verdict: "inconclusive", reason: unknown as string, evidence, measures };
    const reason = `the text is in none of ${measures.stolenData.files} stolen files, and in ${measures.stolenData.open.holding} files of the same directories as their databases see them`;
    return { verdict: "holds", reason, evidence, measures };
  },
};

/** `null` if nothing was counted: the sum is not known. */
function sum(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : counts.reduce((all, count) => all + count, 0);
}

function whyUnknown(
  side: SiteName,
  { vault, legibility }: RunRecord,
  { open, stolen }: Record<"open" | "stolen", SearchedLine[]>,
): string | null {
  const name = side.toUpperCase();
  if (legibility.vault.torn || legibility.vault.unreadableCount > 0) return "the record of the searches is damaged";
  const unreadable = vault.find((line) => line.type === "unreadable" && line.what === "data" && line.side === side);
  if (unreadable?.type === "unreadable")
    return `the data directory of ${name} could not be searched: ${unreadable.why}`;
  const [ofOpen, ofStolen] = [open, stolen].map((lines) => lines.filter((line) => line.side === side)) as [
    SearchedLine[],
    SearchedLine[],
  ];
  if (ofOpen.length !== 1 || ofStolen.length !== 1)
    return `the data directory of ${name} was not searched exactly once with the key and once without`;
  const [whole, copy] = [ofOpen[0], ofStolen[0]];
  if (copy?.files === 0) return `the copy of the data directory of ${name} has no files`;
  if ([whole, copy].some((line) => line !== undefined && (line.holding > line.files || line.bytes === 0)))
    return `the record of the searches of the data directory of ${name} contradicts itself`;
  if (whole?.bytes !== undefined && copy?.bytes !== undefined && copy.bytes < LEAST_SHARE * whole.bytes)
    return `the copy of the data directory of ${name} takes ${copy.bytes} of its ${whole.bytes} bytes`;
  return whole?.holding === 0
    ? `the text was not found in the data directory of ${name}, where it must be: the search proves nothing`
    : null;
}
