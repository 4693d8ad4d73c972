/**
 * If clients are in networks of their own, a checker is asked for each network separately, and the worst verdict and
 * the worst figure are reported: an outage of one network is not hidden by the other's success. A network that was lost
 * with its region is left out.
 */
import type { CheckWord, Measures } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { gatherFacts } from "./facts.ts";
import { networksOf } from "./networks.ts";

const FROM_WORST: readonly CheckWord[] = ["broken", "inconclusive", "not-examined", "holds", "no-objective"];

/**
 * `badness`: of two figures the one with more is worse, and the worst is reported, whichever network's verdict is worse;
 * without a value, the figure is not known.
 */
export function worstOfNetworks(
  checker: Checker,
  badness: (measures: Partial<Measures>) => number | null | undefined,
): Checker {
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
      const figure = ({ measures = {} }: Finding) => badness(measures) ?? Number.MAX_VALUE;
      const [slowest] = findings.toSorted((x, y) => figure(y) - figure(x));
      const [worst] = findings.toSorted((x, y) => place(x) - place(y) || figure(y) - figure(x));
      if (worst === undefined) return { verdict: "inconclusive", reason: "both client networks were lost" };
      const isLate = findings.every(({ verdict, isLate }) => verdict !== "broken" || isLate === true);
      return { ...worst, measures: slowest?.measures ?? {}, isLate };
    },
  };
}
