/**
 * If clients are in networks of their own, a checker is asked for each network separately, and the worst finding is
 * reported: an outage of one network is not hidden by the other's success. A network that was lost with its region is
 * left out.
 */
import type { CheckWord, Measures } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { gatherFacts } from "./facts.ts";
import { networksOf } from "./networks.ts";

const FROM_WORST: readonly CheckWord[] = ["broken", "inconclusive", "not-examined", "holds", "no-objective"];

/** `badness`: of two findings with the same verdict, the one with more is worse. */
export function worstOfNetworks(checker: Checker, badness: (measures: Partial<Measures>) => number): Checker {
  return {
    ...checker,
    check: (record, facts) => {
      const networks = networksOf(record);
      if (networks === null) return checker.check(record, facts);
      const findings = networks
        .filter(({ lostMs }) => lostMs === null)
        .map(({ side, record: own }) => {
          const finding = checker.check(own, gatherFacts(own));
          return { ...finding, reason: `network ${side.toUpperCase()}: ${finding.reason}` };
        });
      const place = ({ verdict }: Finding) => FROM_WORST.indexOf(verdict);
      const [worst] = findings.toSorted(
        (x, y) => place(x) - place(y) || badness(y.measures ?? {}) - badness(x.measures ?? {}),
      );
      return worst ?? { verdict: "inconclusive", reason: "both client networks were lost" };
    },
  };
}
