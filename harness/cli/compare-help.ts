/** What `compare --help` says below its options. In full in docs/comparing-runs.md. */
export const COMPARE_HELP = `
A set is a folder, a pattern in quotes, config:NAME, scenario:NAME, commit:REV,
or some of these with commas between; the first set is the baseline. EXPR is
rto>+20%, downtime>+2s, lost>+0, availability<-0.1pt, broken, inconclusive or
the like, in quotes. It ends with 3 if the runs support one, or if a promise
that all of the baseline kept is broken more often than by chance.
More: docs/comparing-runs.md`;
