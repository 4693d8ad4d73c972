import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import { verdictText } from "../../console/verdict-text.ts";
import { carriedText } from "../../model/verdict/told.ts";
import { ratesSection } from "./rates-section.ts";

const STEPPED = fakeRun({
  afterSeconds: 30,
  shape: { kind: "step", afterSeconds: 14, seconds: 4, by: 1, steps: 2 },
});

test("each rate has a row that shows whether it was carried", () => {
  const { carriedRate } = judge(STEPPED).measures;
  const text = ratesSection(carriedRate)?.text ?? "";
  for (const { ratePerSecond, planned, sent } of carriedRate.levels)
    expect(text).toContain(`<th scope="row">${ratePerSecond}</th><td>${planned}</td><td>${sent}</td>`);
  expect(text.match(/<td>yes<\/td>/g)).toHaveLength(3);
  const [level] = carriedRate.levels;
  if (level === undefined) throw new Error("there is no level");
  const levels = [
    { ...level, carried: false },
    { ...level, carried: null, p95Ms: null },
  ];
  expect(ratesSection({ highest: null, levels })?.text).toMatch(/<td>no<\/td>[\s\S]*<td>not known<\/td>/);
});

test("a constant load has no such section", () => {
  expect(ratesSection(judge(fakeRun()).measures.carriedRate)).toBeNull();
});

test("the line has the highest carried rate, and what happened at the next", () => {
  const verdict = judge(STEPPED);
  expect(carriedText(verdict.measures)).toEqual(["60 writes/s carried, the highest that was planned"]);
  const [low, middle, high] = verdict.measures.carriedRate.levels;
  if (!low || !middle || !high) throw new Error("there are no levels");
  const text = (highest: number | null, last: typeof high) =>
    carriedText({ carriedRate: { highest, levels: [low, middle, last] } });
  expect(text(40, { ...high, carried: false, planned: 200, inTime: 150 })).toEqual([
    "40 writes/s carried; of 60, 75 % acknowledged in time",
  ]);
  expect(text(40, { ...high, carried: null })).toEqual(["40 writes/s carried; 60 not known"]);
  expect(carriedText({ carriedRate: { highest: null, levels: [{ ...low, carried: false, inTime: 0 }] } })).toEqual([
    "no rate carried; of 20, 0 % acknowledged in time",
  ]);
  expect(verdictText(verdict, STEPPED.run, { folder: "x" })).toContain("\nrate         60 writes/s carried,");
  expect(verdictText(judge(fakeRun()), fakeRun().run, { folder: "x" })).not.toContain("\nrate ");
});
