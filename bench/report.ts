/**
 * The page of fake runs (`made-up-run.ts`) of growing size: how long it takes to make, how large it is, and how long
 * Chromium takes from navigation until it is drawn; for comparison, an empty page in the same browser. One process for
 * each size.
 */
import { inChild } from "./child.ts";
import type { Report } from "./report-once.ts";

const SIZES = [1e3, 1e4, 1e5, 1e6];

const number = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: value < 1000 ? 3 : 4 });
const head = [
  "writes",
  "page, MB",
  "made in, ms",
  "processor",
  "drawn after, ms",
  "slowest of 5",
  "empty page, ms",
  "ratio",
];
console.log(`| ${head.join(" | ")} |\n${"|--:".repeat(head.length)}|`);
for (const size of SIZES) {
  const { bytes, ms, cpuMs, drawnMs, slowestMs, emptyMs } = inChild<Report>("report-once.ts", [size]);
  const figures = [size, bytes / 1e6, ms, cpuMs, drawnMs, slowestMs, emptyMs, drawnMs / emptyMs];
  console.log(`| ${figures.map(number).join(" | ")} |`);
}
