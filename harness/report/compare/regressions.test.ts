/** When a comparison fails, with its rate of false alarms and its power. */
import { describe, expect, test } from "vitest";
import { chance } from "../../model/load/write.ts";
import { configNamed, fake, type PlannedFigures, set } from "../testing/fake-runs.ts";
import { compareSets } from "./compare.ts";
import { parseExpression } from "./fail-on.ts";
import type { ComparedRun } from "./pairs.ts";

const decided = (a: readonly ComparedRun[], b: readonly ComparedRun[], ...texts: string[]) =>
  compareSets([set("A", a), set("B", b)], texts.map(parseExpression)).decisions;
const regressed = (...args: Parameters<typeof decided>) =>
  decided(...args)
    .filter((each) => each.regressed)
    .map(({ text }) => text);
const many = (figures: PlannedFigures[]) => figures.map((each) => fake(each));
const rtos = (...values: number[]) => many(values.map((rto) => ({ rto })));
const SIX = [2, 2.1, 2.2, 2.3, 2.4, 2.5];

describe("a threshold", () => {
  test.each([
    ["rto>+0", 0.6, true],
    ["rto>+2s", 1.9, false],
    ["rto>+2s", 2.6, true],
    ["rto>+20%", 0.3, false],
    ["rto>+20%", 1.1, true],
  ])("%s, and B is longer by %d s: %s", (text, by, fails) => {
    expect(regressed(rtos(...SIX), rtos(...SIX.map((value) => value + by)), text)).toEqual(fails ? [text] : []);
  });

  test("on availability has the opposite sign", () => {
    const shares = (...values: number[]) => many(values.map((availability) => ({ availability })));
    const [good, bad] = [shares(0.99, 0.991, 0.992, 0.993, 0.994), shares(0.95, 0.951, 0.952, 0.953, 0.954)];
    expect(regressed(good, bad, "availability<-1pt")).toEqual(["availability<-1pt"]);
    expect(regressed(good, bad, "availability<-4.5pt")).toEqual([]);
    expect(regressed(bad, good, "availability<-0pt")).toEqual([]);
  });

  test("names the runs, the worst first, with the figures as the reason", () => {
    const b = rtos(4, 9, 5, 6, 7, 8);
    const [decision] = decided(rtos(...SIX), b, "rto>+1s");
    expect(decision?.evidence[0]).toBe(b[1]?.name);
    expect(decision?.evidence).toHaveLength(6);
    expect(decision?.why).toMatch(
      /^RTO, s: A 2\.25 \[.*B 6\.50 \[.*B - A \+4\..*p ≤ 0\.0\d+ after Holm correction\. See run-\d+, .* and 3 more\.$/,
    );
  });

  test("is exceeded by a censored value only as far as that was observed", () => {
    const beyond = (...values: number[]) => many(values.map((value) => ({ beyond: value })));
    const cut = beyond(30, 30.1, 30.2, 30.3, 30.4, 30.5);
    expect(regressed(rtos(...SIX), cut, "rto>+20s")).toEqual(["rto>+20s"]);
    expect(regressed(rtos(...SIX), cut, "rto>+29s")).toEqual([]);
    expect(regressed(beyond(...SIX), cut, "rto>+0")).toEqual([]);
  });
});

test.each([
  ["broken", (yes: boolean): PlannedFigures => ({ word: yes ? "broken" : "holds" })],
  ["losing", (yes: boolean): PlannedFigures => ({ lost: yes ? 3 : 0 })],
  ["inconclusive", (yes: boolean): PlannedFigures => ({ word: yes ? "inconclusive" : "holds" })],
])("%s: a larger share fails if chance hardly explains it", (text, of) => {
  const share = (count: number) => many(Array.from({ length: 6 }, (_, index) => of(index < count)));
  expect(regressed(share(0), share(6), text)).toEqual([text]);
  expect(regressed(share(0), share(3), text)).toEqual([]);
  expect(regressed(share(6), share(0), text)).toEqual([]);
  const [decision] = decided(share(0), share(5), text);
  expect(decision?.evidence).toHaveLength(5);
});

describe("a check", () => {
  const rto = (count: number, change = {}) =>
    Array.from({ length: 6 }, (_, index) =>
      fake({ word: index < count ? "broken" : "holds", checks: { rto: index < count ? "broken" : "holds" } }, change),
    );

  test("that holds in the whole baseline and is broken in B is a regression without --fail-on", () => {
    const [decision] = decided(rto(0), rto(6)).filter((each) => each.regressed);
    expect(decision).toMatchObject({ text: "the promise of rto", promise: true, n: [6, 6] });
    expect(decision?.why).toMatch(
      /^the promise of rto was kept in all 6 runs of A, and is broken in 6 of 6 runs of B\. /,
    );
  });

  test("broken once in six is chance, and one broken in the baseline, too, is no regression", () => {
    expect(regressed(rto(0), rto(1))).toEqual([]);
    const twenty = (count: number) =>
      Array.from({ length: 4 }, () => rto(0))
        .flat()
        .slice(0, 24 - count)
        .concat(
          ...Array.from({ length: 4 }, () => rto(6))
            .flat()
            .slice(0, count),
        );
    expect(regressed(twenty(1), twenty(20))).toEqual([]);
  });

  test("with a stricter objective in B is another check", () => {
    const config = configNamed("sync");
    const strict = { config: { ...config, objectives: { ...config.objectives, rtoSeconds: 1 } } };
    expect(regressed(rto(0), rto(6, strict))).toEqual([]);
  });
});

describe("what could not be decided is reported", () => {
  test("with too few runs", () => {
    const [decision] = decided(rtos(1, 2, 3), rtos(10, 20, 30), "rto>+0");
    expect(decision).toMatchObject({ regressed: false, p: null, undecided: "3 and 3 runs are too few to decide" });
  });

  test("with nothing measured in one group", () => {
    const [decision] = decided(rtos(1, 2), many([{ rto: null }]), "rto>+0");
    expect(decision?.why).toBe("no run of B measured it");
  });

  test("except what is the same in every run", () => {
    expect(decided(rtos(...SIX), rtos(...SIX), "lost>+0")[0]).toMatchObject({ undecided: "", regressed: false });
  });
});

describe("night after night", () => {
  const EXPRESSIONS = [
    "lost>+0",
    "rto>+0",
    "downtime>+0",
    "availability<-0",
    "redundancy>+0",
    "broken",
    "losing",
    "inconclusive",
  ];
  let draw = 0;
  const u = () => {
    draw += 1;
    return chance(31, draw);
  };
  /** Like real drills: times with a long tail, mostly no losses, some censored ends, some inconclusive runs. */
  const drawn = (count: number, slower = 1) =>
    Array.from({ length: count }, () => {
      const rto = slower * (2 + Math.exp(-2 * Math.log(1 - u()) * 0.3) * 0.2);
      const broken = u() < 0.15;
      return fake({
        word: u() < 0.1 ? "inconclusive" : broken ? "broken" : "holds",
        lost: u() < 0.7 ? 0 : Math.floor(u() * 50),
        rto,
        downtime: rto + u(),
        availability: 0.97 - u() / 50,
        ...(u() < 0.3 ? { apartFor: 28 + u() } : { redundancy: 20 + 10 * u() }),
        checks: { rpo: broken ? "broken" : "holds", rto: u() < 0.1 ? "broken" : "holds" },
      });
    });

  test("without a change, fewer than one night in twenty fails", () => {
    const NIGHTS = 400;
    let alarms = 0;
    for (let night = 0; night < NIGHTS; night += 1) {
      const count = 6 + (night % 3);
      if (regressed(drawn(count), drawn(count), ...EXPRESSIONS).length > 0) alarms += 1;
    }
    expect(alarms / NIGHTS).toBeLessThan(0.05);
  });

  test("a doubled RTO is found with 6 runs per group", () => {
    const NIGHTS = 40;
    let found = 0;
    for (let night = 0; night < NIGHTS; night += 1) {
      // Six conclusive runs: inconclusive ones are another question.
      const conclusive = (slower: number) =>
        drawn(12, slower)
          .filter(({ verdict }) => verdict.verdict !== "inconclusive")
          .slice(0, 6);
      if (regressed(conclusive(1), conclusive(2), "rto>+20%", "lost>+0", "broken").includes("rto>+20%")) found += 1;
    }
    expect(found / NIGHTS).toBeGreaterThan(0.9);
  });
});
