/** How the page of courses looks: light or dark as the reader has it, on a phone, and on paper. */
import { Html } from "../html.ts";

export const TREND_STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --back: #fff; --panel: #f6f8fa; --line: #d0d7de;
  --holds: #0072b2; --broken: #b34700; --none: #6e7781; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --back: #0d1117; --panel: #161b22;
  --line: #30363d; --holds: #56b4e9; --broken: #f0a03c; --none: #8b949e; --link: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; } h3 { font-size: 1rem; }
a { color: var(--link); } p, ul { max-width: 60rem; } ul { padding-left: 1.25rem; } .soft { color: var(--soft); }
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
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.875rem; margin: 0.5rem 0; }
th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.figure, th.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td:first-child { white-space: nowrap; overflow-wrap: normal; } td { min-width: 4rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
@media print { body { max-width: none; } details::details-content { content-visibility: visible; } }
`);
