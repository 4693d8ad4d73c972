/** The page of a run of one size: `node bench/report-once.ts WRITES`. Prints a line of JSON. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { corruptContent } from "../harness/check/corrupt-content.ts";
import { CHECKERS, judge } from "../harness/check/judge.ts";
import { pageOf } from "../harness/report/run-page/page.ts";
import { openBrowser } from "../test/browser/chromium.ts";
import { median, timed } from "./child.ts";
import { drawnAfter } from "./drawn.ts";
import { madeUpRun } from "./made-up-run.ts";

const ROUNDS = 5;

export interface Report {
  bytes: number;
  ms: number;
  cpuMs: number;
  /** From navigation to the first frame after everything was drawn: the median and the maximum of five. */
  drawnMs: number;
  slowestMs: number;
  /** From navigation to the first frame of an empty page. */
  emptyMs: number;
}

const { record } = madeUpRun(Number(process.argv[2]));
// The fingerprints of large fake runs are plain numbers without a content.
const verdict = judge(
  record,
  CHECKERS.filter((checker) => checker !== corruptContent),
);
const { result: page, ms, cpuMs } = timed(() => pageOf(record, verdict));

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
const paths = { page: join(folder, "page.html"), empty: join(folder, "empty.html") };
writeFileSync(paths.page, page);
const mark = `<script>requestAnimationFrame(() => performance.mark("drawn"))</script>`;
writeFileSync(paths.empty, `<!doctype html><title>empty</title><p>empty</p>${mark}`);
const browser = await openBrowser((line) => process.stderr.write(`${line}\n`));
try {
  const drawn: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    empty.push(await drawnAfter(browser, paths.empty));
    drawn.push(await drawnAfter(browser, paths.page));
  }
  const said: Report = {
    ...{ bytes: Buffer.byteLength(page), ms, cpuMs },
    ...{ drawnMs: median(drawn), slowestMs: Math.max(...drawn), emptyMs: median(empty) },
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
