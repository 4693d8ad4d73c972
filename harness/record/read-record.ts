/** The files of a run folder, as text → the record for the judge. */
import { Contents } from "../model/columns/contents.ts";
import { Names } from "../model/load/names.ts";
import { AuditSchema } from "../model/record/audit.ts";
import { BulkExportLineSchema } from "../model/record/bulk-export.ts";
import { EventSchema } from "../model/record/event.ts";
import { parseJson } from "../model/record/json.ts";
import { ProbeSchema } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import { RUN_SCHEMA, RunSchema } from "../model/record/run.ts";
import type { OtherLedgers } from "../model/record/seal.ts";
import { type SavedVersion, savedIn } from "../model/record/stranded.ts";
import { VaultLineSchema } from "../model/record/vault.ts";
import { WalSchema } from "../model/record/wal.ts";
import { auditInPlace, bulkExportInPlace, eventsInPlace, probesInPlace } from "./in-place.ts";
import { checkTimes, inTimeOf } from "./in-time.ts";
import { planOf } from "./ledger-line.ts";
import { ledgersOf } from "./ledgers-of-run.ts";
import { readLines, type Text, wholeOf } from "./lines.ts";
import { readDevices } from "./read-devices.ts";
import { readLedgers } from "./read-ledger.ts";
import { underSeal } from "./read-seal.ts";
import { linesOf, parsedLine } from "./typed-lines.ts";

export interface RunFiles {
  run: string;
  ledger: Text;
  events: Text;
  probes: Text;
  audit: Text;
  /** Missing if no site came back, and in runs of older harnesses. */
  returned?: Text;
  stranded?: Text;
  wal?: Text;
  bulkExport?: Text;
  devices?: Text;
  bridges?: Text;
  held?: Text;
  /** The ledgers of all runners but the first. */
  otherLedgers?: OtherLedgers<Text>;
  vault?: Text;
  /** Missing in runs of older harnesses, and in runs that did not end. */
  seal?: Text;
}

const EMPTY = { returned: "", stranded: "", wal: "", bulkExport: "", devices: "", bridges: "", held: "", vault: "" };

/** Throws when `run.json` does not match this schema; all other damage is counted in the record. */
export function readRecord({ seal = "", ...files }: RunFiles): RunRecord {
  const { texts, broken } = underSeal({ ...EMPTY, ...files }, seal);
  const json = parseJson(wholeOf(texts.run)) as { schema?: unknown } | null;
  if (json?.schema !== RUN_SCHEMA)
    throw new Error(`its schema is ${JSON.stringify(json?.schema)}, and this judge reads "${RUN_SCHEMA}"`);
  const run = parsedLine(RunSchema, json);
  const names = new Names(run.seed);
  const inTime = inTimeOf(run);
  const ofTheDrill = (line: Parameters<typeof checkTimes>[0]) => checkTimes(line, inTime);
  const ledgers = ledgersOf(run, texts.ledger, texts.otherLedgers);
  const { history, looks, notes } = readLedgers(ledgers, planOf(run), names, run.clock === null ? undefined : inTime);
  const events = linesOf(texts.events, EventSchema, ofTheDrill, eventsInPlace());
  const probes = linesOf(texts.probes, ProbeSchema, ofTheDrill, probesInPlace());
  const audit = { a: new Contents("a", run.seed, names), b: new Contents("b", run.seed, names) };
  const inPlace = auditInPlace();
  const auditLegibility = readLines(texts.audit, (json) => {
    const line = parsedLine(AuditSchema, json);
    audit[line.side].add(line);
    inPlace(line);
  });
  const wal = linesOf(texts.wal, WalSchema, ofTheDrill);
  const bulkExport = linesOf(texts.bulkExport, BulkExportLineSchema, ofTheDrill, bulkExportInPlace());
  const { devices, legibility } = readDevices(texts, run, inTime);
  // The vault's clients use the containers' clock.
  const vault = linesOf(texts.vault, VaultLineSchema, (line) => {
    if ("epochMs" in line && run.clock !== null) inTime("epochMs", line.epochMs - run.clock.offsetMs);
  });
  const returned = returnedOf(texts.returned, run.seed, names);
  return {
    run,
    history,
    looks,
    events: events.values,
    probes: probes.values,
    audit,
    returned: returned.contents,
    saved: savedOf(wholeOf(texts.stranded)),
    wal: wal.values,
    bulkExport: bulkExport.values,
    devices,
    vault: vault.values,
    ledger: notes,
    brokenSeals: broken(),
    legibility: {
      events: events.legibility,
      probes: probes.legibility,
      audit: auditLegibility,
      returned: returned.legibility,
      wal: wal.legibility,
      bulkExport: bulkExport.legibility,
      ...legibility,
      vault: vault.legibility,
    },
  };
}

/** Each return has its own end line, so a site can come back more than once. */
function returnedOf(text: Text, seed: number, names: Names) {
  const contents: Contents[] = [];
  let open: Contents | null = null;
  let inPlace = auditInPlace();
  const legibility = readLines(text, (json) => {
    const line = parsedLine(AuditSchema, json);
    if (open === null) {
      open = new Contents(line.side, seed, names);
      contents.push(open);
      inPlace = auditInPlace();
    }
    open.add(line);
    if (line.type === "rows-end" || line.type === "unreadable") open = null;
    inPlace(line);
  });
  return { contents, legibility };
}

/** Empty if there is no file; `null` if it is damaged. */
function savedOf(text: string): SavedVersion[] | null {
  if (text === "") return [];
  try {
    return savedIn(parseJson(text));
  } catch {
    return null;
  }
}
