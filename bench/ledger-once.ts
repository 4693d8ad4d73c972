/** Reads one run's ledger from disk: `node bench/ledger-once.ts FOLDER`, the folder of a run. Prints a line of JSON. */

import { Names } from "../harness/model/load/names.ts";
import { RunSchema } from "../harness/model/record/run.ts";
import { planOf } from "../harness/record/ledger-line.ts";
import { ledgersOf } from "../harness/record/ledgers-of-run.ts";
import { readLedgers } from "../harness/record/read-ledger.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { peakMiB, timed } from "./child.ts";

export interface LedgerRead {
  writes: number;
  ms: number;
  cpuMs: number;
  /** Arrays outside the heap when everything has been read: the columns. */
  columnsMiB: number;
  /** Peaks: before anything was read, and at the end. */
  startMiB: number;
  peakMiB: number;
}

const startMiB = peakMiB();
const files = new RunFolder(process.argv[2] as string).readFiles();
const run = RunSchema.parse(JSON.parse(files.run));
const plan = planOf(run);
const ledgers = ledgersOf(run, files.ledger, files.otherLedgers);
const { result, ms, cpuMs } = timed(() => readLedgers(ledgers, plan, new Names(run.seed)));
if (result.notes.unreadableCount + result.notes.orphans + result.notes.repeats > 0)
  throw new Error(`the ledger was not read as it was written: ${JSON.stringify(result.notes)}`);
const columnsMiB = process.memoryUsage().arrayBuffers / 2 ** 20;
const said: LedgerRead = { writes: result.history.length, ms, cpuMs, columnsMiB, startMiB, peakMiB: peakMiB() };
process.stdout.write(`${JSON.stringify(said)}\n`);
