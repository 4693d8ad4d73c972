/**
 * The lines of a bulk export's files, compared with what the run knows. Each resource that existed when the export was
 * requested must be in the files once: those that A was filled with. Those, and the registers, have a known first
 * version. What the load wrote may be in the files as a site holds it: version, content and reference. What no site's
 * audit has can be of the drill itself: what the warm-up wrote, as it was sent, or the patient that keeps the follower
 * warm. Foreign is a resource that is none of these; altered is one of them with another content or reference.
 */
import type { Contents } from "../model/columns/contents.ts";
import { beforeLoad } from "../model/load/before-load.ts";
import { fingerprint } from "../model/load/content.ts";
import { STANDBY } from "../model/load/standby.ts";
import { FIRST_VERSION, type FirstVersion, seedOfWarmUp, writeNumber } from "../model/load/write.ts";
import { SITES } from "../model/plan/site.ts";
import type { LineOf } from "../model/record/bulk-export.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { contentsSent, type Sent } from "./sent-content.ts";

type ExportedLine = LineOf<"resource">;

export interface ExportedLines {
  lines: number;
  /** Named as `Type/id`. */
  missing: string[];
  duplicated: string[];
  foreign: string[];
  altered: string[];
}

export function exportedLines({ run, audit, bulkExport }: RunRecord): ExportedLines {
  const exported = bulkExport.filter((line) => line.type === "resource");
  const times = new Map<string, number>();
  for (const { resource } of exported) times.set(resource, (times.get(resource) ?? 0) + 1);
  const { registers, seeded } = beforeLoad(run.seed, run.scenario);
  const known: Known = {
    first: new Map([...registers, ...seeded].map((each) => [each.path, each])),
    sites: SITES.map((site) => audit[site]),
    writes: new Map(exported.map(({ resource, write }) => [resource, write])),
    warmUp: { seed: seedOfWarmUp(run.seed), scenario: run.scenario },
  };
  const judged = exported.map((line) => ({ line, is: whatItIs(line, known) }));
  const named = (what: "foreign" | "altered") => [
    ...new Set(judged.filter(({ is }) => is === what).map(({ line }) => line.resource)),
  ];
  return {
    lines: exported.length,
    missing: seeded.map(({ path }) => path).filter((path) => !times.has(path)),
    duplicated: [...times].filter(([, count]) => count > 1).map(([resource]) => resource),
    foreign: named("foreign"),
    altered: named("altered"),
  };
}

interface Known {
  /** What existed before the load, by `Type/id`. */
  first: ReadonlyMap<string, FirstVersion>;
  sites: readonly Contents[];
  /** The write that made each exported resource. */
  writes: ReadonlyMap<string, string | null>;
  warmUp: Pick<Run, "seed" | "scenario">;
}

type Judged = "stored" | "altered" | "foreign";

function whatItIs(line: ExportedLine, known: Known): Judged {
  if (line.resource === STANDBY.path) return judgedBy(isAs(line, firstOf(STANDBY)));
  const first = known.first.get(line.resource);
  if (first !== undefined && line.version === FIRST_VERSION) return judgedBy(isAs(line, firstOf(first)));
  const rows = rowsOf(line.resource, known.sites);
  if (rows.length === 0) return asWarmUpSentIt(line, known);
  const same = rows.filter(({ version }) => version === line.version);
  if (same.length === 0) return "foreign";
  // If no site's database gave a content, there is none to differ from.
  const readable = same.filter(({ content }) => !Number.isNaN(content));
  return judgedBy(readable.length === 0 || readable.some((row) => isAs(line, row)));
}

interface Held {
  content: number;
  refersTo: string | null;
}

const firstOf = ({ body }: Pick<FirstVersion, "body">): Held => ({ content: fingerprint(body), refersTo: null });

function rowsOf(resource: string, sites: readonly Contents[]): (Held & { version: number })[] {
  return sites.flatMap((site) =>
    site.rowsNamed(site.names.code(resource)).map((row) => {
      const target = site.refersTo[row] as number;
      return {
        version: site.version[row] as number,
        content: site.content[row] as number,
        refersTo: Number.isNaN(target) ? null : site.names.name(target),
      };
    }),
  );
}

/** A reference that was not recorded cannot differ. */
function isAs({ content, refersTo }: ExportedLine, held: Held): boolean {
  return content === held.content && (refersTo === undefined || refersTo === held.refersTo);
}

const judgedBy = (isRight: boolean): Judged => (isRight ? "stored" : "altered");

/** The audit leaves out what the warm-up wrote, but the seed decides it. */
function asWarmUpSentIt(line: ExportedLine, known: Known): Judged {
  const n = writeNumber(known.warmUp.seed, line.write ?? "");
  if (n === null) return "foreign";
  return judgedBy(contentsSent(known.warmUp, n).some((sent) => isAsSent(line, sent, known)));
}

function isAsSent({ resource, version, content, write, refersTo }: ExportedLine, sent: Sent, known: Known): boolean {
  const isItsPlace = sent.path === null ? version === FIRST_VERSION : resource === sent.path;
  if (!isItsPlace || !resource.startsWith(sent.type) || content !== sent.content) return false;
  if (refersTo === undefined) return true;
  if (refersTo === null || !sent.refers) return refersTo === null && !sent.refers;
  // A patient that was stored while the export listed its resources may be missing in the files.
  const isOfAnother = rowsOf(refersTo, known.sites).length > 0;
  return refersTo.startsWith("Patient/") && (known.writes.get(refersTo) ?? write) === write && !isOfAnother;
}
