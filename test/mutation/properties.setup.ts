/** Few cases a property, and no search for the smallest that fails: every mutant runs them again. */
import fc from "fast-check";

fc.configureGlobal({ numRuns: 5, endOnFailure: true });
