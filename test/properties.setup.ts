/**
 * How many cases each property is tried with: 100, or the number in `FHIRDRILL_PROPERTY_RUNS`: higher for a long
 * search, lower where the tests are repeated often.
 */
import fc from "fast-check";

fc.configureGlobal({ numRuns: Number(process.env.FHIRDRILL_PROPERTY_RUNS ?? 100) });
