/**
 * Told version: the version of the record that `run.json` says, held against what else the record has. Less is asked of an
 * older record: it needs no seal, for one. So it must be as old as it says: of a drill that began before newer ones were
 * made, and without what only newer ones have. A newer one says which fhirdrill made it. What an older fhirdrill drills on a later
 * day is therefore inconclusive, too.
 */
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";

/** From when on every drill made a record of that version at least. */
const SINCE = [
  { version: 2, atMs: Date.parse("2026-11-28T12:00:00Z") },
  { version: 3, atMs: Date.parse("2026-11-28T23:00:00Z") },
];

/** What is wrong with it, a sentence each. */
export function wrongVersion({ run: { record, startedAt, clock, versions }, events }: RunRecord): string[] {
  // Two clocks tell when it was: the drill's, and k6's, by which the whole ledger goes.
  const beganMs = Math.max(Date.parse(startedAt), clock?.offsetMs ?? 0);
  const made = SINCE.findLast(({ atMs }) => beganMs >= atMs)?.version ?? 1;
  const said = `run.json says that the record is of version ${record}`;
  return [
    ...(record < made ? [`${said}, and a drill of that time made one of version ${made}`] : []),
    ...(record < 2 && events.some(isOfLasting)
      ? [`${said}, and it tells whether a fault lasted, as later ones do`]
      : []),
    ...(record >= 2 && versions.fhirdrill === undefined
      ? ["run.json does not say which fhirdrill made the record"]
      : []),
  ];
}

function isOfLasting(event: DrillEvent): boolean {
  return event.type === "fault" && (event.state === "lasted" || event.state === "not-lasted");
}
