/** Which runs make a course, what it reports of them, and what counts as a change. */
import { describe, expect, test } from "vitest";
import { about, FAKE, type Night, night } from "../testing/fake-trend.ts";
import { type Course, type FigureCourse, trendOf } from "./trend.ts";

const NONE = () => null;
const nights = (count: number, of: (index: number) => Night) =>
  Array.from({ length: count }, (_, i) => night(i, of(i)));
const only = (runs: Parameters<typeof trendOf>[0], subjects: Parameters<typeof trendOf>[1] = NONE): Course => {
  const courses = trendOf(runs, subjects);
  expect(courses).toHaveLength(1);
  return courses[0] as Course;
};
const figure = (course: Course, name: string) => course.figures.find(({ figure }) => figure === name) as FigureCourse;
const halved = nights(20, (i) => ({ rto: about(i < 12 ? 4 : 2, i), lost: about(100, i) }));

describe("a figure", () => {
  test("that changed has a stretch before and after, with its start; one that did not has one stretch", () => {
    const course = only(halved);
    const { stretches, n, tooFew } = figure(course, "RTO");
    expect([n, tooFew]).toEqual([20, false]);
    expect(stretches.map(({ from, to, since, spread }) => [from, to, since, spread.n])).toEqual([
      [0, 11, "2026-01-01T02:00:00.000Z", 12],
      [12, 19, "2026-01-13T02:00:00.000Z", 8],
    ]);
    expect(stretches[1]?.spread.median.value).toBeCloseTo(2, 0);
    expect(stretches[1]?.p).toBeLessThan(0.01);
    expect(figure(course, "lost").stretches).toHaveLength(1);
  });

  test("is the same whatever the order of input", () => {
    const shuffled = halved.toSorted(
      (x, y) => ((x.name.length * 31 + x.name.charCodeAt(6)) % 7) - (y.name.charCodeAt(6) % 5),
    );
    expect(shuffled.map(({ name }) => name)).not.toEqual(halved.map(({ name }) => name));
    expect(trendOf(shuffled, NONE)).toEqual(trendOf(halved, NONE));
    expect(trendOf(halved.toReversed(), NONE)).toEqual(trendOf(halved, NONE));
  });

  test("of nine runs shows no change, however clear", () => {
    const course = only(nights(9, (i) => ({ rto: i < 5 ? 1 : 100 })));
    expect(figure(course, "RTO")).toMatchObject({ n: 9, tooFew: true, stretches: [{ from: 0, to: 8 }] });
  });

  test("ignores inconclusive runs, which are listed with their reason", () => {
    const bad: Night = { verdict: "inconclusive", rto: 1000, lost: 1000 };
    const course = only(nights(20, (i) => (i % 4 === 3 ? bad : { rto: 2, lost: 3 })));
    expect(course.runs).toHaveLength(20);
    expect(course.runs[3]).toMatchObject({ verdict: "inconclusive", reason: "worth-judging: k6 was killed" });
    expect(course.runs[3]?.values).toEqual([null, null, null, null, null]);
    expect(figure(course, "RTO")).toMatchObject({ n: 15, stretches: [{ spread: { n: 15, high: { value: 2 } } }] });
  });

  test("that is not known is null, never 0", () => {
    const course = only(nights(3, () => ({ lost: null })));
    expect(figure(course, "lost")).toMatchObject({ n: 0, stretches: [] });
    expect(figure(course, "redundancy")).toMatchObject({ n: 0, stretches: [] });
  });

  test("that is censored is a lower bound", () => {
    const course = only(nights(20, (i) => (i < 12 ? { rto: about(4, i) } : { beyond: 60, verdict: "broken" })));
    const { stretches } = figure(course, "RTO");
    expect(stretches.map(({ from, spread }) => [from, spread.median.censored])).toEqual([
      [0, false],
      [12, true],
    ]);
  });

  test("has the objective of the newest run", () => {
    const [run] = halved as [(typeof halved)[0]];
    const { config } = run.run;
    const stricter = { ...config, objectives: { ...config.objectives, rtoSeconds: 9 } };
    const course = only([run, night(30, { change: { config: stricter } })]);
    expect(figure(course, "RTO").promised).toBe(9);
    expect(course.changes.map(({ differences }) => differences)).toEqual([["objectives.rtoSeconds 3600 → 9"]]);
  });
});

describe("runs of another setup", () => {
  const slower = { ...FAKE.scenario, load: { ...FAKE.scenario.load, ratePerSecond: 10 } };
  const change = { scenario: slower };

  test("are another course, with the differences listed; the current one is last", () => {
    const courses = trendOf([...nights(3, () => ({})), night(7, { change })], NONE);
    expect(courses.map(({ runs, otherwise, superseded }) => [runs.length, otherwise, superseded])).toEqual([
      [3, [], true],
      [1, ["load.ratePerSecond 20 → 10"], false],
    ]);
  });

  test("do not include other descriptions, objectives, images or hosts: those are changes within a course", () => {
    const host = { cores: 4 };
    const images = [{ part: "hapi", name: "hapi:9", id: "1", origin: "pulled" as const }];
    const course = only([
      night(0),
      night(1, { change: { host, images, scenario: { ...FAKE.scenario, asks: "Else?" } } }),
    ]);
    expect(course.changes).toEqual([
      {
        index: 1,
        since: expect.any(String),
        commits: null,
        differences: ["image.hapi – → hapi:9", "host.cores 2 → 4"],
      },
    ]);
  });
});

test("runs of different commits have the commits between them, and runs of the same have none", () => {
  const asked: string[][] = [];
  const course = only(
    [night(0, { commit: "a" }), night(1, { commit: "a" }), night(2, { commit: "b" }), night(3)],
    (from, to) => {
      asked.push([from, to]);
      return to === "b" ? ["b Faster"] : null;
    },
  );
  expect(asked).toEqual([
    ["a", "b"],
    ["b", "not known"],
  ]);
  expect(course.changes.map(({ index, commits }) => [index, commits?.subjects])).toEqual([
    [2, ["b Faster"]],
    [3, null],
  ]);
});

test("courses are sorted by name", () => {
  const other = { scenario: { ...FAKE.scenario, name: "another" } };
  const names = trendOf([night(0), night(1, { change: other })], NONE).map(({ scenario }) => scenario);
  expect(names).toEqual(["another", "fake"]);
  expect(trendOf([], NONE)).toEqual([]);
});
