/**
 * The lines of a bulk export's files, compared with what the run knows. Each resource that existed when the export was
 * requested must be in the files once: those that A was filled with. What was written meanwhile may be in them, in a
 * version and with a content that a site holds. Foreign is a resource that is neither of these, nor one that the drill
 * writes beside its load.
 */
import type { Contents } from "../model/columns/contents.ts";
import { beforeLoad } from "../model/load/before-load.ts";
import { seedOfWarmUp, writeIdPrefix } from "../model/load/write.ts";
import { SITES } from "../model/plan/site.ts";
import type { LineOf } from "../model/record/bulk-export.ts";
import type { RunRecord } from "../model/record/record.ts";

type ExportedLine = LineOf<"resource">;

export interface ExportedLines {
  lines: number;
  /** Named as `Type/id`. */
  missing: string[];
  duplicated: string[];
  foreign: string[];
  altered: string[];
}

/** Prefix of ids that the drill chooses for resources of its own. */
const OF_THE_DRILL = "fhirdrill-";

export function exportedLines(record: RunRecord): ExportedLines {
  const { run, audit, bulkExport } = record;
  const exported = bulkExport.filter((line) => line.type === "resource");
  const times = new Map<string, number>();
  for (const { resource } of exported) times.set(resource, (times.get(resource) ?? 0) + 1);
  const before = beforeLoad(run.seed, run.scenario).seeded;
  const contents = SITES.map((site) => audit[site]);
  const known = exported.map((line) => ({ line, is: whatItIs(line, contents) }));
  const named = (what: "foreign" | "altered") => [
    ...new Set(
      known.filter(({ is, line }) => is === what && !isBeside(line, run.seed)).map(({ line }) => line.resource),
    ),
  ];
  return {
    lines: exported.length,
    missing: before.map(({ path }) => path).filter((path) => !times.has(path)),
    duplicated: [...times].filter(([, count]) => count > 1).map(([resource]) => resource),
    foreign: named("foreign"),
    altered: named("altered"),
  };
}

function whatItIs(line: ExportedLine, sites: readonly Contents[]): "stored" | "altered" | "foreign" {
  const rows = sites.flatMap((site) =>
    site
      .rowsNamed(site.names.code(line.resource))
      .map((row) => ({ version: site.version[row], content: site.content[row] })),
  );
  const same = rows.filter(({ version }) => version === line.version);
  if (same.length === 0) return "foreign";
  // Content that could not be read from the database cannot differ.
  return same.some(({ content }) => content === line.content || Number.isNaN(content)) ? "stored" : "altered";
}

function isBeside({ resource, write }: ExportedLine, seed: number): boolean {
  const [, id = ""] = resource.split("/");
  return id.startsWith(OF_THE_DRILL) || (write?.startsWith(writeIdPrefix(seedOfWarmUp(seed))) ?? false);
}
