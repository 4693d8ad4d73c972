/**
 * Reading a ledger from disk (`RunFolder.readFiles`, `readLedger`) into columns, each size in a separate process. The
 * lines are those that k6 would have written for a load of the default mix, to servers that assign UUIDs. The heap is
 * smaller than the ledger, so a reader that kept the text would run out of memory: only the columns grow, outside the
 * heap. Also the cost compared with parsing the same lines as JSON (`ledger-ratio.ts`). The last row is the largest
 * load again, shared by four runners with a ledger each.
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeParts } from "../harness/check/testing/fake-run.ts";
import { MIX, resourcesOf } from "../harness/check/testing/fake-writes.ts";
import type { CompleteLine, InvokeLine, LedgerLine, MarkLine, ReadLine } from "../harness/model/load/ledger.ts";
import { ledgerFile, RUNNER_NAMES, type RunnerName } from "../harness/model/load/runners.ts";
import { kindOfWrite, writeId } from "../harness/model/load/write.ts";
import type { Run } from "../harness/model/record/run.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { inChild, median } from "./child.ts";
import type { LedgerRead } from "./ledger-once.ts";
import type { LedgerRatio } from "./ledger-ratio.ts";
import { asServersName } from "./server-names.ts";

const SIZES = [1e4, 1e5, 1e6];
const ROUNDS = 3;
const HEAP = ["--max-old-space-size=64"];
const WRITES_AT_ONCE = 10_000;
const SHARED_BY = 4;
const FIRST_MS = 1_790_000_000_000;

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
try {
  const head = [
    "runners",
    "writes",
    "ledger, MB",
    "read in, ms",
    "processor, ms",
    "MB/s",
    "writes/s",
    "start, MiB",
    "peak, MiB",
  ];
  const tail = ["of it columns, MiB", "`JSON.parse`, ms", "reading, ms", "ratio"];
  console.log(`| ${[...head, ...tail].join(" | ")} |\n${"|--:".repeat(13)}|`);
  const { run } = fakeParts();
  for (const [size, runners] of [
    ...SIZES.map((size) => [size, 1] as const),
    [Math.max(...SIZES), SHARED_BY] as const,
  ]) {
    const runFolder = new RunFolder(join(folder, `${size}-${runners}`));
    runFolder.create();
    const names = RUNNER_NAMES.slice(0, runners);
    runFolder.writeRun({ ...run, runners: [...names] });
    const bytes = names
      .map((name) => writeLedger(join(runFolder.path, ledgerFile(name)), run, { writes: size, name, names }))
      .reduce((sum, each) => sum + each);
    const reads = Array.from({ length: ROUNDS }, () => inChild<LedgerRead>("ledger-once.ts", [runFolder.path], HEAP));
    if (reads.some(({ writes }) => writes !== size)) throw new Error(`of ${size} writes not all were read`);
    const of = (figure: (read: LedgerRead) => number) => median(reads.map(figure));
    const cpuMs = of((read) => read.cpuMs);
    const rates = [bytes / 1000 / cpuMs, (size * 1000) / cpuMs];
    const memory = [of((read) => read.startMiB), of((read) => read.peakMiB), of((read) => read.columnsMiB)];
    const cells = [runners, size, bytes / 1e6, of((read) => read.ms), cpuMs, ...rates, ...memory];
    const { parseMs, readMs } = inChild<LedgerRatio>("ledger-ratio.ts", [runFolder.path]);
    const whole = [...cells, parseMs, readMs].map((cell) => Math.round(cell).toLocaleString("en"));
    console.log(`| ${[...whole, (readMs / parseMs).toFixed(2)].join(" | ")} |`);
    rmSync(runFolder.path, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true });
}

interface Part {
  writes: number;
  /** The runner of this ledger, and all runners that share the writes in turn. */
  name: RunnerName;
  names: readonly RunnerName[];
}

function writeLedger(path: string, { seed }: Run, { writes, name, names }: Part): number {
  const file = openSync(path, "w");
  const mark = (type: MarkLine["type"], n: number) => {
    const line: MarkLine = { type, epochMs: FIRST_MS + 20 * n, r: name };
    if (names.length > 1) writeSync(file, `${JSON.stringify(line)}\n`);
  };
  mark("begin", 0);
  for (let from = 0; from < writes; from += WRITES_AT_ONCE) {
    let text = "";
    for (let n = from; n < Math.min(writes, from + WRITES_AT_ONCE); n += 1)
      if (names[n % names.length] === name)
        for (const line of linesOf(seed, n, name)) text += `${JSON.stringify(line)}\n`;
    writeSync(file, text);
  }
  mark("end", writes + 1);
  closeSync(file);
  return statSync(path).size;
}

function linesOf(seed: number, n: number, r: RunnerName): LedgerLine[] {
  const [write, kind, epochMs] = [writeId(seed, n), kindOfWrite(seed, n, MIX), FIRST_MS + 20 * n];
  const version = 2 + Math.floor(n / 100);
  const made = resourcesOf({ kind, write, n }, seed).map(asServersName);
  const stored = made.map((name) => `${name}/${kind === "update" ? version : 1}`);
  const invoke: InvokeLine = { type: "invoke", write, n, kind, epochMs, r };
  const looked = { sentEpochMs: epochMs, epochMs: epochMs + 3, status: 200, version: version - 1, writer: null };
  const read: ReadLine = { type: "read", write, ...looked, servedBy: "a", r };
  const answer = { status: 201, errorCode: 0, error: "", stored, servedBy: "a" };
  const complete: CompleteLine = { type: "complete", write, epochMs: epochMs + 12, ...answer, r };
  return kind === "update" ? [invoke, read, complete] : [invoke, complete];
}
