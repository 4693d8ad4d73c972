/**
 * The same runs counted again by code that shares nothing with the judge: directly from the lines, and outages by the
 * acknowledgements alone. The number of a version is not enough: the other site assigns it again to another write.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Verdict } from "../../harness/model/verdict/verdict.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

interface Kept {
  run: string;
  ledger: string;
  audit: string;
  verdict: Verdict;
}

const sample = (name: string) => readFileSync(new URL(`../../results/sample/${name}`, import.meta.url), "utf8");
const KEPT: [string, Kept][] = [
  ...goldenNames().map((name): [string, Kept] => {
    const { files, verdict } = readGolden(name) as unknown as { files: Omit<Kept, "verdict">; verdict: Verdict };
    return [name, { ...files, verdict }];
  }),
  [
    "results/sample",
    {
      run: sample("run.json"),
      ledger: sample("ledger.ndjson"),
      audit: sample("audit.ndjson"),
      verdict: JSON.parse(sample("verdict.json")),
    },
  ],
];

const linesOf = (text: string) => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

test.each(KEPT)("%s", (_, { run: json, ledger, audit, verdict }) => {
  const { servingSide, clock } = JSON.parse(json);
  const held = new Set(
    linesOf(audit).flatMap((row) =>
      row.type === "row" && row.side === servingSide ? [`${row.write} ${row.resource}/${row.version}`] : [],
    ),
  );
  const acknowledged = linesOf(ledger).filter(
    ({ type, status }) => type === "complete" && status >= 200 && status < 300,
  );
  const lost = acknowledged.filter(
    ({ write, stored }) => !stored.every((version: string) => held.has(`${write} ${version}`)),
  );
  expect(verdict.measures.lost.ids.toSorted()).toEqual(lost.map(({ write }) => write).toSorted());

  const { intervals } = verdict.measures.downtime;
  const acksMs = acknowledged.map(({ epochMs }) => epochMs - clock.offsetMs).sort((x, y) => x - y);
  const silences = acksMs.slice(1).flatMap((endMs, i) => {
    const beganMs = acksMs[i] as number;
    return endMs - beganMs >= 1000 && beganMs >= (intervals[0]?.fromMs ?? 0) - 1 ? [[beganMs, endMs] as const] : [];
  });
  const uncounted = silences.filter(
    ([beganMs, endMs]) => !intervals.some(({ fromMs, toMs }) => fromMs <= beganMs + 1 && toMs >= endMs - 1),
  );
  expect(uncounted).toEqual([]);
  const isRefused = linesOf(ledger).some(({ type, status }) => type === "complete" && (status < 200 || status >= 300));
  expect(silences.length > 0 || isRefused).toBe(intervals.length > 0);
});
