/**
 * What each site holds, and the set checks on it (lost, stranded, recovered, phantom, unexpected, duplicated, torn), on
 * fake runs (`made-up-run.ts`) of growing size, each in a separate process. Plots the cost by size.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { inChild } from "./child.ts";
import { logLogPlot } from "./plot.ts";
import type { SetChecks } from "./set-checks-once.ts";

const SIZES = [1e3, 1e4, 1e5, 1e6, 4e6, 1e7];
const PLOT = new URL("../docs/set-checks.svg", import.meta.url);

const number = (value: number | null) =>
  value === null ? "–" : value.toLocaleString("en", { maximumSignificantDigits: value < 1000 ? 3 : 4 });

const head = [
  "operations",
  "resources",
  "set checks, ms",
  "first time",
  "processor",
  "ns/op",
  "judge, ms",
  "processor",
];
console.log(`| ${[...head, "contents, ms", "record, MiB", "peak, MiB"].join(" | ")} |\n${"|--:".repeat(11)}|`);
const found = SIZES.map((size) => {
  const of = inChild<SetChecks>("set-checks-once.ts", [size]);
  const times = [of.medianMs, of.firstMs, of.cpuMs, (of.cpuMs * 1e6) / size, of.judgeMs, of.judgeCpuMs, of.hashingMs];
  console.log(`| ${[size, size / 4, ...times, of.recordMiB, of.peakMiB].map(number).join(" | ")} |`);
  return { size, of };
});
mkdirSync(new URL(".", PLOT), { recursive: true });
const points = (ms: (of: SetChecks) => number) => found.map(({ size, of }) => ({ x: size, y: ms(of) }));
writeFileSync(
  PLOT,
  logLogPlot("Set checks: cost over size", "operations", "time of the processor, milliseconds", [
    { name: "the judge without the check of contents", colour: "#c2571a", points: points((of) => of.judgeCpuMs) },
    { name: "what each site holds, and the set checks", colour: "#1a66c2", points: points((of) => of.cpuMs) },
  ]),
);
