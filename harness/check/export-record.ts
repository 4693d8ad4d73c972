/** Whether the record of a bulk export is whole: from its acceptance, over its polls, to its last file. */
import { type BulkExportLine, DONE, type LineOf, RUNNING } from "../model/record/bulk-export.ts";

/** A client polls every two seconds, and waits ten for an answer. */
const LONGEST_SILENCE_MS = 30_000;

/** Why the record, or the list of files in it, is incomplete; `null` if it is whole. */
export function whyCut(lines: readonly BulkExportLine[]): string | null {
  const only = <Type extends BulkExportLine["type"]>(type: Type) =>
    lines.filter((line): line is LineOf<Type> => line.type === type);
  const [kickOffs, polls, ends] = [only("kick-off"), only("poll"), only("end")];
  const [[kickOff], [end]] = [kickOffs, ends];
  if (kickOff === undefined || kickOffs.length > 1 || end === undefined || ends.length > 1)
    return "the export was not recorded from its beginning to its end";
  if (kickOff.status !== RUNNING || kickOff.job === null) return "the export was not accepted";
  const counted = { polls: end.polls, jobs: end.jobs, files: end.files, resources: end.resources };
  const found = {
    polls: polls.length,
    jobs: only("job").length,
    files: only("file").length,
    resources: only("resource").length,
  };
  const names = Object.keys(counted) as (keyof typeof counted)[];
  const wrong = names
    .filter((name) => counted[name] !== found[name])
    .map((name) => `${found[name]} ${name} instead of ${counted[name]}`);
  if (end.listed !== null && end.listed !== end.files) wrong.push(`${end.files} files of ${end.listed}`);
  const held = Map.groupBy(only("resource"), ({ file }) => file);
  for (const [place, { file, url, lines: whole, damaged, status }] of only("file").entries()) {
    if (file !== place) wrong.push(`${url} is file ${file} instead of ${place}`);
    const kept = (held.get(file)?.length ?? 0) + damaged;
    if (whole !== null && kept !== whole) wrong.push(`${kept} lines of ${url} instead of ${whole}`);
    if (whole !== null && status !== DONE) wrong.push(`lines of ${url}, which was answered for with a ${status}`);
  }
  if (wrong.length > 0) return `its record is incomplete: ${wrong.join(", ")}`;
  if (polls.some(({ sentMs }) => sentMs < kickOff.doneMs)) return "its client polled before it was accepted";
  const timesMs = [kickOff, ...polls].map(({ doneMs }) => doneMs);
  const isPolled = timesMs.slice(1).every((atMs, i) => atMs - (timesMs[i] as number) <= LONGEST_SILENCE_MS);
  return isPolled ? null : "its client did not poll all the time";
}
