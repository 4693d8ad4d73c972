import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { type FakeMachine, fakeMachine } from "../../check/testing/fake-machine.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import type { ProbeLine } from "../../model/record/probe.ts";
import { measuresSection } from "./measures-section.ts";

/** The rows of the machine's table as text, and the notes below it. */
function shown(of: FakeMachine | null, edit: (lines: ProbeLine[]) => ProbeLine[] = (lines) => lines) {
  const record = fakeRun({}, ({ probes }) => ({ probes: of ? edit(fakeMachine(0, 25_000, of)) : probes }));
  const { text } = measuresSection(judge(record).measures);
  const part = text.slice(text.indexOf("<caption>Use of the machine"));
  const rows = [...part.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) => row.replaceAll(/(<[^>]*>)+/g, " ").trim());
  return { rows, notes: [...part.matchAll(/<p class="hint">(.*?)<\/p>/g)].map(([, note]) => note) };
}

test("the use of the machine by others is shown, overall and at its worst", () => {
  const { rows, notes } = shown({ drill: () => 0.5, others: () => 0.3, stolen: () => 0.1, waited: () => 0.2 });
  expect(rows[0]).toMatch(/^all the time at the worst: \d\.\d\d s to \d+\.\d+ s$/);
  expect(rows.slice(1)).toEqual([
    "processors used by others 15 % 15 %",
    "processors stolen by the hypervisor 5 % 5 %",
    "tasks waited for a processor 20 % 20 %",
    "tasks waited for a disk 0 % 0 %",
    "tasks waited for memory 0 % 0 %",
  ]);
  expect(notes).toEqual([]);
});

test("what the kernel does not report is not known, never 0 %", () => {
  const { rows, notes } = shown({ drill: () => 0.5, waited: null });
  expect(rows[3]).toBe("tasks waited for a processor not known not known");
  expect(notes).toEqual(["Not known: no pressure."]);
});

test("time without samples is reported", () => {
  const missing = (line: ProbeLine) => line.type === "machine" && line.atMs > 4000 && line.atMs <= 6000;
  const { notes } = shown({ drill: () => 0.5 }, (lines) => lines.filter((line) => !missing(line)));
  expect(notes).toEqual(["No samples for 2.00 s, which counts as used by others."]);
});

test("a record without samples is reported", () => {
  const { rows, notes } = shown(null);
  expect(rows[1]).toBe("processors used by others not known not known");
  expect(notes).toEqual(["The machine was not sampled."]);
});
