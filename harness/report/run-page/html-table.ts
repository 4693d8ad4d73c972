/** A table of text that scrolls by itself if it is too wide. */
import { type Html, html } from "../html/html.ts";

export type Cell = string | number | null;

/** An unknown value is a dash, with a text for screen readers. */
const NOT_KNOWN = html`<span class="dash">not known</span>`;

export function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const cell = (value: Cell) => (value === null ? NOT_KNOWN : value);
  const lines = rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first ?? ""}</th>${rest.map((value) => html`<td>${cell(value)}</td>`)}</tr>`,
  );
  const columns = head.some(Boolean)
    ? html`<thead><tr>${head.map((text) => (text === "" ? html`<td></td>` : html`<th scope="col">${text}</th>`))}</tr></thead>`
    : null;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption>
${columns}<tbody>${lines}</tbody></table></div>`;
}
