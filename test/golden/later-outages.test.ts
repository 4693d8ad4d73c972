/**
 * No outage of a stored run is hidden behind its RTO: every later outage is reported beside it. Compared with the
 * downtime, which does not depend on RTO.
 */
import { globSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judge } from "../../harness/check/judge.ts";
import { type RunFiles, readRecord } from "../../harness/record/read-record.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

const RESULTS = fileURLToPath(new URL("../../results/", import.meta.url));
const FOLDERS = globSync("*/run.json", { cwd: RESULTS }).map((path) => dirname(path));

const STORED: [string, () => RunFiles][] = [
  ...goldenNames().map((name): [string, () => RunFiles] => [name, () => readGolden(name).files]),
  ...FOLDERS.map((name): [string, () => RunFiles] => [
    `results/${name}`,
    () => new RunFolder(`${RESULTS}${name}`).readFiles(),
  ]),
];

test.each(STORED)("%s", (_, filesOf) => {
  const record = readRecord(filesOf());
  const { rto, downtime } = judge(record).measures;
  const { disaster } = record.run.scenario;
  const fault = record.events.find(
    (event) => event.type === "fault" && event.fault === disaster && event.state === "injecting",
  );
  if (fault === undefined || rto.seconds === null) return;
  const backMs = fault.atMs + rto.seconds * 1000;
  const after = downtime.intervals.filter(({ toMs }) => toMs > backMs + 0.001);
  const unnamed = after.filter(
    (interval) => !rto.later.some(({ fromMs, toMs }) => fromMs < interval.toMs && interval.toMs <= toMs),
  );
  expect(unnamed).toEqual([]);
});

test("some stored run has later outages", () => {
  expect(goldenNames().some((name) => readGolden(name).verdict.measures.rto.later.length > 0)).toBe(true);
});
