/**
 * One case per property: every mutant runs all properties again, and the examples must notice it by themselves.
 */
import fc from "fast-check";

fc.configureGlobal({ numRuns: 1, endOnFailure: true });
