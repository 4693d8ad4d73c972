/** The style of the page of courses, in addition to the shared one. */
import { Html } from "../html/html.ts";
import { PAGE_STYLE } from "../html/page-style.ts";

export const TREND_STYLE = new Html(`${PAGE_STYLE}
section { border-top: 1px solid var(--line); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: 0.5rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  break-inside: avoid; }
figcaption { font-size: 0.875rem; } figcaption b { font-size: 1rem; }
svg { display: block; width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.holds .dot { fill: var(--holds); } .broken .dot { fill: var(--broken); } .dot { fill-opacity: 0.8; }
.cross { stroke: var(--none); stroke-width: 1.5; fill: none; }
.grid { stroke: var(--line); } .median { stroke: var(--ink); stroke-width: 1.5; }
.change { stroke: var(--ink); stroke-dasharray: 4 3; } .promise { stroke: var(--broken); stroke-dasharray: 1.5 3; stroke-width: 2; }
td.figure, th.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td:first-child { white-space: nowrap; overflow-wrap: normal; } td { min-width: 4rem; }
`);
