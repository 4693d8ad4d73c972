/** Reads and judges one record and makes its page: `node bench/long-once.ts FOLDER`. Prints a line of JSON. */
import { judge } from "../harness/check/judge.ts";
import { readRecord } from "../harness/record/read-record.ts";
import { pageOf } from "../harness/report/run-page/page.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { peakMiB, timed } from "./child.ts";

export interface LongOnce {
  writes: number;
  lost: number | null;
  verdict: string;
  why: string[];
  readMs: number;
  judgeMs: number;
  pageMs: number;
  pageBytes: number;
  verdictBytes: number;
  /** Peaks: before anything was read, when all was, when it was judged, and at the end. */
  startMiB: number;
  readMiB: number;
  judgedMiB: number;
  peakMiB: number;
}

const startMiB = peakMiB();
const read = timed(() => readRecord(new RunFolder(process.argv[2] as string).readFiles()));
const record = read.result;
const readMiB = peakMiB();
const judged = timed(() => judge(record));
const verdict = judged.result;
const judgedMiB = peakMiB();
const page = timed(() => pageOf(record, verdict));
const said: LongOnce = {
  writes: record.history.length,
  lost: verdict.measures.lost.count,
  verdict: verdict.verdict,
  why: verdict.checks
    .filter((check) => check.verdict !== "holds")
    .map(({ name, verdict, reason }) => `${name} ${verdict}: ${reason.slice(0, 200)}`),
  ...{ readMs: read.ms, judgeMs: judged.ms, pageMs: page.ms },
  ...{ pageBytes: Buffer.byteLength(page.result), verdictBytes: Buffer.byteLength(JSON.stringify(verdict)) },
  ...{ startMiB, readMiB, judgedMiB, peakMiB: peakMiB() },
};
process.stdout.write(`${JSON.stringify(said)}\n`);
