/** The shared style of pages about many runs: light or dark by the reader's preference, for phones and paper, too. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --back: #fff; --panel: #f6f8fa; --line: #d0d7de;
  --holds: #0072b2; --broken: #b34700; --none: #6e7781; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --back: #0d1117; --panel: #161b22;
  --line: #30363d; --holds: #56b4e9; --broken: #f0a03c; --none: #8b949e; --link: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; } h3 { font-size: 1rem; }
a { color: var(--link); } p, ul { max-width: 60rem; } ul { padding-left: 1.25rem; } .soft { color: var(--soft); }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.875rem; margin: 0.5rem 0; }
th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
summary { cursor: pointer; padding: 0.25rem 0; }
@media print { body { max-width: none; } details::details-content { content-visibility: visible; } }
`;
