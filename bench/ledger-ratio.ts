/**
 * The cost of reading a ledger compared with `JSON.parse` alone on the same lines: `node bench/ledger-ratio.ts FOLDER`,
 * the folder of a run. Both have the text in memory and take turns. They are compared by all processor time of the
 * process, including its helper threads. Prints a line of JSON.
 */

import { Names } from "../harness/model/load/names.ts";
import { RunSchema } from "../harness/model/record/run.ts";
import { planOf } from "../harness/record/ledger-line.ts";
import { ledgersOf } from "../harness/record/ledgers-of-run.ts";
import { readLedgers } from "../harness/record/read-ledger.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { median } from "./child.ts";

/** The first rounds do not count: the engine compiles in them. */
const WARM_UP = 5;
const ROUNDS = 7;
/** Processor time is counted in coarse steps, so small ledgers are read repeatedly. */
const LINES_A_ROUND = 2e5;

/** Each figure is the median of its rounds. */
export interface LedgerRatio {
  parseMs: number;
  readMs: number;
}

const files = new RunFolder(process.argv[2] as string).readFiles();
const run = RunSchema.parse(JSON.parse(files.run));
const plan = planOf(run);
const ledgers = ledgersOf(run, files.ledger, files.otherLedgers).map((each) => ({ ...each, text: [...each.text] }));
const lines = ledgers.flatMap(({ text }) => text.join("").trimEnd().split("\n"));
const repeats = Math.max(1, Math.round(LINES_A_ROUND / lines.length));

function parseAll(): void {
  let objects = 0;
  for (const line of lines) if (typeof JSON.parse(line) === "object") objects += 1;
  if (objects !== lines.length) throw new Error("not every line is an object");
}

function readAll(): void {
  const { notes } = readLedgers(ledgers, plan, new Names(run.seed));
  if (notes.lines !== lines.length || notes.unreadableCount > 0) throw new Error("not every line was read");
}

function spentMs(work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / repeats;
}

const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => {
  return { parseMs: spentMs(parseAll), readMs: spentMs(readAll) };
}).slice(WARM_UP);
const of = (figure: (round: LedgerRatio) => number) => median(rounds.map(figure));
const said: LedgerRatio = { parseMs: of((round) => round.parseMs), readMs: of((round) => round.readMs) };
process.stdout.write(`${JSON.stringify(said)}\n`);
