/** The outcome of a bulk export in one sentence, and the states of its job in the sites' databases. */
import type { BulkExportLine } from "../../model/record/bulk-export.ts";
import { exportTexts } from "../../model/verdict/told.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { type Cell, table } from "./html-table.ts";

/** `null` if none was requested. */
export function bulkExportSection(lines: readonly BulkExportLine[], measured: Measures["bulkExport"]): Html | null {
  if (lines.length === 0) return null;
  const at = (ms: number) => (ms / 1000).toFixed(3);
  const states = lines.filter((line) => line.type === "job").toSorted((x, y) => x.fromMs - y.fromMs);
  const rows = states.map(({ side, fromMs, toMs, state, step, chunks }): Cell[] => {
    const counts = Object.entries(chunks).map(([name, count]) => `${count} ${name}`);
    return [at(fromMs), at(toMs), side.toUpperCase(), state, step, counts.join(", ")];
  });
  const texts = exportTexts(measured);
  const head = ["first seen, s", "last seen, s", "site", "job", "step", "chunks of the step"];
  return html`<section aria-labelledby="bulk-export"><h2 id="bulk-export">Bulk export</h2>
<p>${texts.length === 0 ? "How it ended is not known." : `The export was ${texts.join("; ")}.`}</p>
<details><summary>${states.length} states of its job</summary>${table("The job in the sites' databases, on the drill's clock", head, rows)}</details></section>`;
}
