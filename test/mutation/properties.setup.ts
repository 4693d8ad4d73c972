/** One case a property: every mutant runs them all again, and the examples have to notice by themselves. */
import fc from "fast-check";

fc.configureGlobal({ numRuns: 1, endOnFailure: true });
