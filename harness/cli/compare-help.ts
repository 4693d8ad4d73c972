/** The text below the options of `compare --help`. In full: docs/comparing-runs.md. */
export const COMPARE_HELP = `
A set is a folder, a quoted pattern, config:NAME, scenario:NAME, commit:REV, or
several of these joined by commas. The first set is the baseline. EXPR, in
quotes, is for example rto>+20%, downtime>+2s, lost>+0, availability<-0.1pt,
broken or inconclusive. The exit code is 3 if the runs support an EXPR, or if
an objective that the whole baseline met is missed more often than by chance.
More: docs/comparing-runs.md`;
