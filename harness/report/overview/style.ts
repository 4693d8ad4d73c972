/** The overview's own style: a table that scrolls by itself, with fixed headers. */
import { Html } from "../html/html.ts";
import { PAGE_STYLE } from "../html/page-style.ts";

export const OVERVIEW_STYLE = new Html(`${PAGE_STYLE}
body { max-width: none; }
.table { overflow: auto; max-height: 90vh; border: 1px solid var(--line); }
.table table { margin: 0; border-collapse: separate; border-spacing: 0; }
th, td { padding: 0.5rem 0.75rem; }
thead th, thead td { position: sticky; top: 0; z-index: 2; background: var(--panel); }
tbody th { position: sticky; left: 0; z-index: 1; min-width: min(9rem, 30vw); max-width: 9rem; background: var(--panel); }
thead td { left: 0; z-index: 3; }
tbody td { min-width: 13rem; border-left: 5px solid transparent; scroll-margin: 4rem 0 0 10rem; }
td.holds { border-left: 5px solid var(--holds); background: color-mix(in srgb, var(--holds) 8%, var(--back)); }
td.broken { border-left: 5px double var(--broken); background: color-mix(in srgb, var(--broken) 14%, var(--back)); }
td.inconclusive { border-left: 5px dashed var(--none); }
td p, td ul, td dl { margin: 0; } .newest { font-size: 1rem; } .check { font-weight: 600; }
dl { display: grid; grid-template-columns: auto 1fr; column-gap: 0.75rem; font-variant-numeric: tabular-nums; } dd { margin: 0; }
@media print { .table { max-height: none; overflow: visible; } tr { break-inside: avoid; } }
`);
