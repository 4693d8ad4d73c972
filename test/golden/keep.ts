/**
 * Keeps a real run, with its present verdict, for `golden.test.ts`:
 *
 *     npm run golden -- region-loss results/region-loss/async/<run id>
 *     npm run golden -- region-loss           judge the kept one again, after the judge was changed on purpose
 *     npm run golden                          all of them
 */
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { judge } from "../../harness/check/judge.ts";
import { type RunFiles, readRecord } from "../../harness/record/read-record.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { goldenNames, goldenPath, readGolden } from "./read-golden.ts";

/** Half of the size that gzip gives, in half a second. */
const PACKED = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 } };

const [name, folder] = process.argv.slice(2);
if (name === undefined) for (const each of goldenNames()) keep(each, readGolden(each).files);
else keep(name, folder === undefined ? readGolden(name).files : textOf(new RunFolder(folder)));

function keep(name: string, files: RunFiles): void {
  const golden = { files, verdict: judge(readRecord(files)) };
  writeFileSync(goldenPath(name), brotliCompressSync(JSON.stringify(golden), PACKED));
  process.stdout.write(`${name}: ${golden.verdict.verdict}, ${golden.verdict.measures.lost.count} lost\n`);
}

function textOf(run: RunFolder) {
  const { run: runJson, otherLedgers, ...lines } = run.readFiles();
  const wholeOf = (texts: Record<string, Iterable<string>>) =>
    Object.fromEntries(Object.entries(texts).map(([file, pieces]) => [file, [...pieces].join("")]));
  return { run: runJson, ...wholeOf(lines), ...(otherLedgers && { otherLedgers: wholeOf(otherLedgers) }) } as RunFiles;
}
