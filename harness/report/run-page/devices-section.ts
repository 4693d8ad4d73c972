/** The messages and connections of devices; `null` if there are none. */
import { devicesText } from "../../model/verdict/told.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

/** verdict.json has all of them. */
const SHOWN = 40;

export function devicesSection(measures: Measures): Html | null {
  const { handedOver, lost, duplicated, reordered, late } = measures.deviceMessages;
  const texts = devicesText(measures);
  if (texts.length === 0) return null;
  const rows = Object.entries({ lost, "stored twice": duplicated, "out of order": reordered }).map(
    ([what, { count, messages }]) => [what, count, namesOf(messages)],
  );
  const inMs = (value: number | null) => value?.toFixed(0) ?? null;
  return html`<section aria-labelledby="devices"><h2 id="devices">Messages of devices</h2>
${texts.map((text) => html`<p>${text.charAt(0).toUpperCase() + text.slice(1)}.</p>`)}
${
  handedOver === null
    ? null
    : html`<div class="beside">${[
        table("By device and number", ["", "messages", "which"], rows),
        table(
          "From handing over to storing, ms",
          ["messages", "median", "p95", "p99", "most"],
          [[late.count, inMs(late.p50), inMs(late.p95), inMs(late.p99), inMs(late.maxMs)]],
        ),
      ]}</div>`
}</section>`;
}

function namesOf(messages: readonly string[]): string {
  const rest = messages.length - SHOWN;
  return messages.slice(0, SHOWN).join(" ") + (rest > 0 ? ` … and ${rest} more` : "");
}
