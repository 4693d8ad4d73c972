/**
 * How many cases each property is tried with: 100, or what `FHIRDRILL_PROPERTY_RUNS` says, for a night of thousands and
 * for mutation tests, which repeat them all a thousand times.
 */
import fc from "fast-check";

fc.configureGlobal({ numRuns: Number(process.env.FHIRDRILL_PROPERTY_RUNS ?? 100) });
