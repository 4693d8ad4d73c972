/** A stored run as lines, so that a test can alter it; and its verdict afterwards. */
import { readFileSync } from "node:fs";
import { judge } from "../../harness/check/judge.ts";
import type { LedgerLine } from "../../harness/model/load/ledger.ts";
import type { AuditLine } from "../../harness/model/record/audit.ts";
import type { DrillEvent } from "../../harness/model/record/event.ts";
import type { ProbeLine } from "../../harness/model/record/probe.ts";
import type { Run } from "../../harness/model/record/run.ts";
import type { Verdict } from "../../harness/model/verdict/verdict.ts";
import { type RunFiles, readRecord } from "../../harness/record/read-record.ts";

export interface Saved {
  extension: [{ valueString: string }, { valueDecimal: number }];
  resource?: Record<string, unknown>;
  request: { url: string };
}

/** A run's files, parsed. */
export interface Kept {
  run: Run;
  ledger: LedgerLine[];
  events: DrillEvent[];
  audit: AuditLine[];
  returned: AuditLine[];
  stranded: { entry: Saved[] } | null;
  probes: ProbeLine[];
}

const textOf = (text: RunFiles["ledger"] | undefined) => (typeof text === "string" ? text : [...(text ?? [])].join(""));
const linesOf = (text: RunFiles["ledger"] | undefined) =>
  textOf(text)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
const told = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

export function keptOf({ run, stranded, ...files }: RunFiles): Kept {
  const { ledger, events, audit, returned } = files;
  return {
    ...{ run: JSON.parse(run), ledger: linesOf(ledger), events: linesOf(events), audit: linesOf(audit) },
    ...{ returned: linesOf(returned), stranded: textOf(stranded) === "" ? null : JSON.parse(textOf(stranded)) },
    probes: linesOf(files.probes),
  };
}

const SAMPLE_FILES = [
  ...["run.json", "ledger.ndjson", "events.ndjson", "audit.ndjson", "returned.ndjson", "stranded.json"],
  "probes.ndjson",
];
const ofSample = (name: string) => readFileSync(new URL(`../../results/sample/${name}`, import.meta.url), "utf8");
const SAMPLE = Object.fromEntries(SAMPLE_FILES.map((name) => [name.split(".")[0], ofSample(name)]));

export function keptSample(): Kept {
  return keptOf(SAMPLE as unknown as RunFiles);
}

/** As if its seal were intact, so that only the lines can show an alteration. */
export function verdictOf({ run, ledger, events, audit, returned, stranded, probes }: Kept): Verdict {
  const saved = stranded === null ? "" : JSON.stringify(stranded);
  const lines = { ledger: told(ledger), events: told(events), audit: told(audit), returned: told(returned) };
  const record = readRecord({ run: JSON.stringify(run), stranded: saved, probes: told(probes), ...lines });
  return judge({ ...record, brokenSeals: [] });
}

/** Updates the counts of rows and reads, so that an alteration is consistent. */
export function withCounts(lines: readonly AuditLine[]): AuditLine[] {
  const count = (type: string, side: string) => lines.filter((line) => line.type === type && line.side === side).length;
  return lines.map((line) => {
    if (line.type === "rows-end") return { ...line, rows: count("row", line.side) };
    if (line.type !== "reads-end") return line;
    return { ...line, reads: count("read", line.side), searches: count("search", line.side) };
  });
}
