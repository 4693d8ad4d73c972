/** Patterns of faults. */
import type { FaultOf } from "../harness/model/plan/fault.ts";
import type { Link } from "../harness/model/plan/site.ts";

/** A flapping link: `times` cuts, the first after `afterSeconds`, each followed by `upSeconds` without a cut. */
export function flapping(
  link: Link,
  pattern: { times: number; downSeconds: number; upSeconds: number; afterSeconds: number },
): FaultOf<"link-cut">[] {
  const { times, downSeconds, upSeconds, afterSeconds } = pattern;
  return Array.from({ length: times }, (_, index) => ({
    kind: "link-cut",
    link,
    afterSeconds: afterSeconds + index * (downSeconds + upSeconds),
    healAfterSeconds: downSeconds,
  }));
}
