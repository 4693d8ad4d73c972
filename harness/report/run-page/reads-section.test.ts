import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { withReads } from "../../check/testing/fake-reads.ts";
import { fakeParts, fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { verdictText } from "../../console/verdict-text.ts";
import { readsText } from "../../model/verdict/told.ts";
import { readsSection } from "./reads-section.ts";

test("reads have a row of their own, beside the writes", () => {
  const { measures } = judge(recordOf(withReads(fakeParts())));
  const { asked, answered } = measures.readAvailability;
  const text = readsSection(measures)?.text ?? "";
  expect(text).toContain(
    `<th scope="row">reads</th><td>${asked}</td><td>${answered}</td><td>${answered}</td><td>0</td><td>0</td>`,
  );
  expect(text).toContain(`<td>0.000</td><td>${measures.downtime.seconds?.toFixed(3)}</td>`);
  const open = { ...measures, readAvailability: { ...measures.readAvailability, seconds: 7, censored: true } };
  expect(readsSection(open)?.text).toContain("<td>more than 7.000</td>");
});

test("the line beside downtime has who answered, for how long nobody did, and what was stale", () => {
  const record = recordOf(withReads(fakeParts()));
  const { measures } = judge(record);
  expect(readsText(measures)).toEqual(["110 of 110 answered (A 110, B 0); nobody could read for 0.00 s; 0 stale"]);
  const of = (changes: Partial<typeof measures.readAvailability>) =>
    readsText({ readAvailability: { ...measures.readAvailability, ...changes } })[0];
  expect(of({ stale: 3, stalestMs: 1500 })).toMatch(/; 3 stale, the stalest by 1\.50 s$/);
  expect(of({ stale: null, censored: true, seconds: 12 })).toMatch(
    /more than 12\.0 s; how many were stale is not known$/,
  );
  expect(readsText(judge(fakeRun()).measures)).toEqual([]);
  expect(verdictText(judge(record), record.run, { folder: "x" })).toMatch(/\ndowntime .*\nreads +110 of 110 answered/);
});

test("a load without reads has no such section", () => {
  expect(readsSection(judge(fakeRun()).measures)).toBeNull();
});
