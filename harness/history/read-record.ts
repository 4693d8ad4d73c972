/** The files of a run folder, as text → the record a judge looks at. */
import type { ZodType } from "zod";
import { AuditSchema } from "../model/audit.ts";
import { Contents } from "../model/contents.ts";
import { type DrillEvent, EventSchema } from "../model/event.ts";
import { parseJson } from "../model/json.ts";
import { Names } from "../model/names.ts";
import { type ProbeLine, ProbeSchema } from "../model/probe.ts";
import type { RunRecord } from "../model/record.ts";
import { RUN_SCHEMA, RunSchema } from "../model/run.ts";
import { type SavedVersion, savedIn } from "../model/stranded.ts";
import { checkTimes, type InTime, inTimeOf } from "./in-time.ts";
import { readLines, type Text } from "./lines.ts";
import { readLedger } from "./read-ledger.ts";

export interface RunFiles {
  run: string;
  ledger: Text;
  events: Text;
  probes: Text;
  audit: Text;
  /** Missing where nobody came back, as in all runs of older makers. */
  returned?: Text;
  stranded?: Text;
}

/** A clock that nobody mapped: times are k6's own, and known to within nothing. */
const UNMAPPED = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY, samples: 0 };

/** Throws when `run.json` is not of this schema; all other damage is counted in the record. */
export function readRecord(files: RunFiles): RunRecord {
  const json = parseJson(files.run) as { schema?: unknown } | null;
  if (json?.schema !== RUN_SCHEMA)
    throw new Error(`its schema is ${JSON.stringify(json?.schema)}, and this judge reads "${RUN_SCHEMA}"`);
  const run = parsed(RunSchema, json);
  const names = new Names(run.seed);
  const plan = { seed: run.seed, mix: run.scenario.load.mix };
  const inTime = inTimeOf(run);
  const clock = run.clock ?? UNMAPPED;
  const { history, notes } = readLedger(files.ledger, clock, plan, names, run.clock === null ? undefined : inTime);
  const events = linesOf(files.events, EventSchema, inTime);
  const probes = linesOf(files.probes, ProbeSchema, inTime);
  const audit = { a: new Contents("a", run.seed, names), b: new Contents("b", run.seed, names) };
  const auditLegibility = readLines(files.audit, (json) => {
    const line = parsed(AuditSchema, json);
    audit[line.side].add(line);
  });
  const returned = returnedOf(files.returned ?? [], run.seed, names);
  return {
    run,
    history,
    events: events.values,
    probes: probes.values,
    audit,
    returned: returned.contents,
    saved: savedOf(files.stranded ?? []),
    ledger: notes,
    legibility: {
      events: events.legibility,
      probes: probes.legibility,
      audit: auditLegibility,
      returned: returned.legibility,
    },
  };
}

/** Each return has an end of its own, so that a side can come back more than once. */
function returnedOf(text: Text, seed: number, names: Names) {
  const contents: Contents[] = [];
  let open: Contents | null = null;
  const legibility = readLines(text, (json) => {
    const line = parsed(AuditSchema, json);
    if (open === null) {
      open = new Contents(line.side, seed, names);
      contents.push(open);
    }
    open.add(line);
    if (line.type === "rows-end" || line.type === "unreadable") open = null;
  });
  return { contents, legibility };
}

/** Nothing was saved where there is no file. */
function savedOf(text: Text): SavedVersion[] | null {
  const whole = typeof text === "string" ? text : [...text].join("");
  if (whole === "") return [];
  try {
    return savedIn(parseJson(whole));
  } catch {
    return null;
  }
}

function linesOf<T extends DrillEvent | ProbeLine>(text: Text, schema: ZodType<T>, inTime: InTime) {
  const values: T[] = [];
  const legibility = readLines(text, (json) => {
    const line = parsed(schema, json);
    checkTimes(line, inTime);
    values.push(line);
  });
  return { values, legibility };
}

/** Throws in one line what is wrong, and where. */
function parsed<T>(schema: ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`its ${issue?.path.join(".") || "form"} is wrong: ${issue?.message}`);
}
