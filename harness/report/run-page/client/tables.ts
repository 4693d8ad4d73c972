/** The table behind each chart: the same figures for the same range, made when it is opened. */
import type { Timeline } from "../page-data.ts";
import { spanText } from "./describe.ts";
import type { Picture } from "./pictures.ts";
import { type Bins, binsOf, summary, tableRows } from "./view.ts";

const [SINGLE, WIDE] = [600, 200];

export function fillTable(place: HTMLElement, picture: Picture, timeline: Timeline, bins: Bins): void {
  const rows = tableRows(timeline, bins, SINGLE, WIDE);
  const table = document.createElement("table");
  const widest = rows.reduce((most, { from, to }) => Math.max(most, to - from), 1) * timeline.binMs;
  const isAll = bins.to - bins.from === binsOf(timeline);
  const steps =
    widest === timeline.binMs
      ? `Every row is ${timeline.binMs} ms.`
      : `Rows are ${timeline.binMs} ms around faults, steps and the ends of outages, and up to ${widest} ms elsewhere.`;
  const range = `${isAll ? "The whole run" : "The visible range"}, ${spanText(timeline, bins)}.`;
  table.createCaption().textContent = `${picture.title}: ${picture.says}. ${range} ${steps}`;
  const head = table.createTHead().insertRow();
  for (const text of ["from, s", "to, s", ...picture.columns.map(([text]) => text)]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = text;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const of = summary(timeline.columns, row);
    const seconds = [row.from, row.to].map((bin) => ((timeline.fromMs + bin * timeline.binMs) / 1000).toFixed(3));
    const line = body.insertRow();
    for (const text of [...seconds, ...picture.columns.map(([, figure]) => of[figure] ?? picture.missing ?? "")])
      line.insertCell().textContent = String(text);
  }
  place.replaceChildren(table);
}
