/**
 * Told dialect: what `run.json` says that the FHIR server can do, held against what was done with it. What a server cannot do
 * is not examined, so a run that says less than is true would keep checks from being asked. The server of a lab is known:
 * its run says nothing of it, and its databases were read. Of one's own system no database is read; a server that cannot do
 * something was not asked for it, and the load has none of it.
 */
import { FIRST_VERSION, WRITE_KINDS } from "../model/load/write.ts";
import { HAPI_DIALECT, mixFor } from "../model/plan/dialect.ts";
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What is wrong with it, a sentence each. */
export function wrongDialect(record: RunRecord): string[] {
  return record.run.config.own === null ? wrongInLab(record) : wrongInOwn(record);
}

function wrongInLab({ run, audit, returned }: RunRecord): string[] {
  const byFhir = [audit.a, audit.b, ...returned].filter(({ rowsEnd }) => rowsEnd?.by !== undefined);
  return [
    ...(run.dialect === null
      ? []
      : ["run.json says what the FHIR server proved to be able to do, and a lab's is known"]),
    ...byFhir.map(
      ({ side }) => `the rows of ${side.toUpperCase()} are said to be by FHIR, and a lab's database was read`,
    ),
  ];
}

function wrongInOwn({ run, audit }: RunRecord): string[] {
  const dialect = run.dialect ?? HAPI_DIALECT;
  const { mix } = run.scenario.load;
  const fit = mixFor(dialect, mix);
  const other = WRITE_KINDS.filter((kind) => mix[kind] !== fit[kind]);
  const countsVersions = dialect.versions === "numbered" && dialect.instanceHistory;
  return [
    ...(other.length > 0
      ? [`run.json says that the FHIR server cannot do what the load did: ${other.join(", ")}`]
      : []),
    ...SITES.flatMap((side) => {
      const { rowsEnd, searches, rows, version } = audit[side];
      const name = side.toUpperCase();
      const wrong: string[] = [];
      if (rowsEnd !== null && rowsEnd.by === undefined)
        wrong.push(`the rows of ${name} are said to be by a database, and nobody reads one's own system's`);
      else if (rowsEnd !== null && rowsEnd.listed !== dialect.tagSearch)
        wrong.push(
          `run.json says that the FHIR server ${dialect.tagSearch ? "finds" : "does not find"} by tag, and the audit of ${name} says otherwise`,
        );
      if (!dialect.identifierSearch && searches.length > 0)
        wrong.push(`run.json says that the FHIR server does not find by identifier, and ${name} was asked to`);
      if (!countsVersions && version.subarray(0, rows).some((own) => own > FIRST_VERSION))
        wrong.push(
          `run.json says that the FHIR server's versions cannot be counted, and the audit of ${name} counts them`,
        );
      return wrong;
    }),
  ];
}
