/**
 * Which runs' figures count when many runs are combined, and why a run proves nothing. An inconclusive run proves
 * nothing, so its figures do not count, unless it is inconclusive only because an end was not observed: that of an
 * outage of writes or reads, for any clients or after a vault's return, or of the time without redundancy. The longest
 * outages are those that had not ended when the load did. Without them, a median would be that of the good runs.
 */
import type { z } from "zod";
import { MeasuresSchema, type Verdict } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";

/** The measures that have an end, in verdicts of any version. */
export const EndsSchema = MeasuresSchema.pick({
  ...{ rto: true, downtime: true, readAvailability: true, clientNetworks: true, vaultReturn: true },
}).extend({
  redundancy: MeasuresSchema.shape.redundancy.default({ seconds: null, censoredAtSeconds: null }),
});
type Ends = z.infer<typeof EndsSchema>;

/** The checks that are inconclusive if an end was not observed, each with whether that is the reason. */
const END_UNSEEN: Record<string, (measures: Ends) => boolean> = {
  // If there is a figure, the unobserved end is that of a later outage.
  rto: ({ rto }) => rto.censoredAtSeconds !== null || rto.seconds !== null,
  downtime: ({ downtime }) => downtime.censored,
  availability: ({ downtime }) => downtime.censored,
  "read-availability": ({ readAvailability }) => readAvailability.censored,
  redundancy: ({ redundancy }) => redundancy.censoredAtSeconds !== null,
  "client-networks": ({ clientNetworks }) =>
    clientNetworks.some(
      ({ lost, censored, rtoCensoredAtSeconds }) => !lost && (censored || rtoCensoredAtSeconds !== null),
    ),
  "vault-return": ({ vaultReturn }) =>
    vaultReturn.writesCensoredAtSeconds !== null || vaultReturn.clientsCensoredAtSeconds !== null,
};

interface CountedRun<M extends Ends> {
  verdict: Verdict["verdict"];
  checks: Pick<Verdict["checks"][number], "name" | "verdict">[];
  measures: M;
}

function isCounted({ verdict, checks, measures }: CountedRun<Ends>): boolean {
  if (verdict !== "inconclusive") return true;
  const unknown = checks.filter((check) => check.verdict === "inconclusive");
  return unknown.length > 0 && unknown.every(({ name }) => END_UNSEEN[name]?.(measures) ?? false);
}

/** `null` if the figure is not known or does not count. */
export function countedFigure<M extends Ends>(
  run: CountedRun<M>,
  of: (measures: M) => Observation | null,
): Observation | null {
  return isCounted(run) ? of(run.measures) : null;
}

/** Of an inconclusive verdict. */
export function whyInconclusive({ checks }: Pick<Verdict, "checks">): string {
  const check = checks.find(({ verdict }) => verdict === "inconclusive");
  return check ? `${check.name}: ${check.reason}` : "no objective was checked";
}
