/** The files of a run folder, as text → the record a judge looks at. */
import type { ZodType } from "zod";
import { AuditSchema } from "../model/audit.ts";
import { EventSchema } from "../model/event.ts";
import { ProbeSchema } from "../model/probe.ts";
import type { RunRecord } from "../model/record.ts";
import { RUN_SCHEMA, RunSchema } from "../model/run.ts";
import { readLines } from "./lines.ts";
import { readLedger } from "./operations.ts";

export interface RunFiles {
  run: string;
  ledger: string;
  events: string;
  probes: string;
  audit: string;
}

/** Throws when `run.json` is not of this schema; all other damage is counted in the record. */
export function readRecord(files: RunFiles): RunRecord {
  const json = JSON.parse(files.run) as { schema?: unknown } | null;
  if (json?.schema !== RUN_SCHEMA)
    throw new Error(`its schema is ${JSON.stringify(json?.schema)}, and this judge reads "${RUN_SCHEMA}"`);
  const run = RunSchema.parse(json);
  const plan = { seed: run.seed, mix: run.scenario.load.mix };
  const ledger = readLedger(
    files.ledger,
    run.clock ?? { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY, samples: 0 },
    plan,
  );
  const events = linesOf(files.events, EventSchema);
  const probes = linesOf(files.probes, ProbeSchema);
  const audit = linesOf(files.audit, AuditSchema);
  return {
    run,
    operations: ledger.operations,
    events: events.values,
    probes: probes.values,
    audit: audit.values,
    ledger: ledger.notes,
    legibility: { events: events.legibility, probes: probes.legibility, audit: audit.legibility },
  };
}

function linesOf<T>(text: string, schema: ZodType<T>) {
  const { values, ...legibility } = readLines(text, (json) => schema.parse(json));
  return { values: values.map((line) => line.value), legibility };
}
