/**
 * Recorded version: the version of the record in `run.json`, checked against the rest of the record. Less is required
 * of an older record: it needs no seal, for one. So it must be as old as it claims: of a drill that began before newer
 * ones existed, and without anything that only newer ones have. A newer one names the fhirdrill that made it. A drill
 * that an older fhirdrill runs at a later date is therefore inconclusive as well.
 */
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";

/** From that time on, every drill made a record of at least that version. */
const SINCE = [
  { version: 2, atMs: Date.parse("2026-11-28T12:00:00Z") },
  { version: 3, atMs: Date.parse("2026-11-28T23:00:00Z") },
];

/** What is wrong with it, one sentence each. */
export function wrongVersion({ run: { record, startedAt, clock, versions }, events }: RunRecord): string[] {
  // Two clocks date the drill: its own, and k6's, which dates the whole ledger.
  const beganMs = Math.max(Date.parse(startedAt), clock?.offsetMs ?? 0);
  const expected = SINCE.findLast(({ atMs }) => beganMs >= atMs)?.version ?? 1;
  const claim = `run.json says that the record is of version ${record}`;
  return [
    ...(record < expected ? [`${claim}, but a drill of that time made one of version ${expected}`] : []),
    ...(record < 2 && events.some(isOfLasting)
      ? [`${claim}, but it records whether a fault lasted, as only later ones do`]
      : []),
    ...(record >= 2 && versions.fhirdrill === undefined
      ? ["run.json does not say which fhirdrill made the record"]
      : []),
  ];
}

function isOfLasting(event: DrillEvent): boolean {
  return event.type === "fault" && (event.state === "lasted" || event.state === "not-lasted");
}
