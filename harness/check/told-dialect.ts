/**
 * Recorded dialect: what `run.json` says that the FHIR server can do, checked against how it was used. What a server
 * cannot do is not examined, so a record that understates it would keep checks from being asked. A lab's server is
 * known: its record says nothing about it, and its databases were read. The databases of one's own system are not
 * read; a server that cannot do something was not asked for it, and the load does not use it.
 */
import { FIRST_VERSION, WRITE_KINDS } from "../model/load/write.ts";
import { HAPI_DIALECT, mixFor } from "../model/plan/dialect.ts";
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What is wrong with it, one sentence each. */
export function wrongDialect(record: RunRecord): string[] {
  return record.run.config.own === null ? wrongInLab(record) : wrongInOwn(record);
}

function wrongInLab({ run, audit, returned }: RunRecord): string[] {
  const byFhir = [...SITES.map((site) => audit[site]), ...returned].filter(({ rowsEnd }) => rowsEnd?.by !== undefined);
  return [
    ...(run.dialect === null
      ? []
      : ["run.json says what the FHIR server proved to be able to do, but a lab's is known"]),
    ...byFhir.map(
      ({ side }) =>
        `the rows of ${side.toUpperCase()} are recorded as read by FHIR, but a lab's are read from its database`,
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
        wrong.push(`the rows of ${name} are recorded as read from a database, but those of one's own system are not`);
      else if (rowsEnd !== null && rowsEnd.listed !== dialect.tagSearch)
        wrong.push(
          `run.json says that the FHIR server ${dialect.tagSearch ? "can" : "cannot"} search by tag, but the audit of ${name} says otherwise`,
        );
      if (!dialect.identifierSearch && searches.length > 0)
        wrong.push(`run.json says that the FHIR server cannot search by identifier, but ${name} was asked to`);
      if (!countsVersions && version.subarray(0, rows).some((own) => own > FIRST_VERSION))
        wrong.push(
          `run.json says that the FHIR server's versions cannot be counted, but the audit of ${name} counts them`,
        );
      return wrong;
    }),
  ];
}
