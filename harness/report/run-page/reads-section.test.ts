import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { withReads } from "../../check/planted-reads.ts";
import { plantedParts, plantedRun, recordOf } from "../../check/planted-run.ts";
import { readsSection } from "./reads-section.ts";

test("reads have a row of their own, beside what became of the writes", () => {
  const { measures } = judge(recordOf(withReads(plantedParts())));
  const { asked, answered } = measures.readAvailability;
  const text = readsSection(measures)?.text ?? "";
  expect(text).toContain(
    `<th scope="row">reads</th><td>${asked}</td><td>${answered}</td><td>${answered}</td><td>0</td><td>0</td>`,
  );
  expect(text).toContain(`<td>0.000</td><td>${measures.downtime.seconds?.toFixed(3)}</td>`);
  const open = { ...measures, readAvailability: { ...measures.readAvailability, seconds: 7, censored: true } };
  expect(readsSection(open)?.text).toContain("<td>more than 7.000</td>");
});

test("a load without reads has no such section", () => {
  expect(readsSection(judge(plantedRun()).measures)).toBeNull();
});
