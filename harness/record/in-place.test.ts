import { describe, expect, test } from "vitest";
import { fakeMachine } from "../check/testing/fake-machine.ts";
import { cameBack } from "../check/testing/fake-return.ts";
import { fakeParts, filesOf } from "../check/testing/fake-run.ts";
import { readRecord } from "./read-record.ts";

const back = cameBack(fakeParts({ lost: [10], stranded: [10] }));
const files = filesOf({ ...back, probes: [...back.probes, ...fakeMachine(0, 9000, {})] });
type File = "events" | "probes" | "audit" | "returned";
const linesOf = (file: File) => files[file].trimEnd().split("\n");
const found = (file: File, lines: readonly string[]) =>
  readRecord({ ...files, [file]: lines.map((line) => `${line}\n`).join("") }).legibility[file].unreadable;
const at = (file: File, ...words: string[]) =>
  linesOf(file).findIndex((line) => words.every((word) => line.includes(word)));

test.each(["events", "probes", "audit", "returned"] as const)("the file of %s is in order", (file) => {
  expect(found(file, linesOf(file))).toEqual([]);
});

describe("the line is named, and still kept,", () => {
  test("for a repeated event, and for one earlier than the event before", () => {
    const lines = linesOf("events");
    const doubled = lines.toSpliced(4, 0, lines[4] as string);
    expect(found("events", doubled)).toEqual(["line 6: it repeats the line before it"]);
    expect(readRecord({ ...files, events: doubled.join("\n") }).events).toHaveLength(lines.length + 1);
    const turned = lines.toSpliced(2, 2, lines[3] as string, lines[2] as string);
    expect(found("events", turned)).toEqual(["line 4: it is earlier than the line before it"]);
  });

  test("for unordered samples of one sort, but not of two sorts, since a slow sample is recorded later", () => {
    const lines = linesOf("probes");
    const [first, second] = [
      at("probes", '"availability"'),
      lines.findIndex((line, i) => i > at("probes", '"availability"') && line.includes('"availability"')),
    ];
    const turned = lines.with(first, lines[second] as string).with(second, lines[first] as string);
    expect(found("probes", turned)).toEqual([
      `line ${second + 1}: it is earlier than the sample of its sort before it`,
    ]);
    expect(found("probes", lines.toSpliced(first, 0, lines[first] as string))).toEqual([
      `line ${first + 2}: it repeats the line before it`,
    ]);
    const lag = at("probes", '"replication-lag"');
    const other = lag === 0 ? first : 0;
    expect(lines[other]).not.toContain('"replication-lag"');
    expect(found("probes", lines.with(lag, lines[other] as string).with(other, lines[lag] as string))).toEqual([]);
  });

  test("but not for two that ended at the same instant and began at different ones", () => {
    const lines = linesOf("probes");
    const first = at("probes", '"availability"');
    const { sentMs, ...probe } = JSON.parse(lines[first] as string);
    const other = JSON.stringify({ ...probe, sentMs: sentMs - 1 });
    expect(found("probes", lines.toSpliced(first, 0, other))).toEqual([]);
  });

  test("nor for two of different components or sites, which are sampled independently", () => {
    const lines = linesOf("probes");
    const i = at("probes", '"resources"', '"part":"hapi-a"');
    const { atMs, ...sample } = JSON.parse(lines[i] as string);
    const of = (part: string, ms: number) => JSON.stringify({ ...sample, part, atMs: ms });
    const rest = lines.filter((line) => !line.includes('"resources"'));
    expect(found("probes", [of("hapi-a", 900), of("hapi-b", 800), ...rest])).toEqual([]);
    expect(found("probes", [of("hapi-a", 900), of("hapi-a", 800), ...rest])).toHaveLength(1);
    const health = JSON.parse(lines[at("probes", '"health"')] as string);
    const look = (side: string, ms: number) => JSON.stringify({ ...health, side, sentMs: ms, doneMs: ms });
    const others = rest.filter((line) => !line.includes('"health"'));
    expect(found("probes", [look("a", 900), look("b", 800), ...others])).toEqual([]);
    expect(found("probes", [look("a", 900), look("a", 800), ...others])).toHaveLength(1);
  });

  test("for a sample that ended before it began", () => {
    const lines = linesOf("probes");
    const i = at("probes", '"health"');
    const early = (lines[i] as string).replace(/"sentMs":[\d.]+/, '"sentMs":5000');
    expect(found("probes", lines.with(i, early))).toEqual([`line ${i + 1}: it was done before it was sent`]);
  });

  test("for a sample of the machine after a missing one, since each continues the previous one", () => {
    const lines = linesOf("probes");
    const i = at("probes", '"machine"', '"fromMs":3000');
    const next = at("probes", '"machine"', '"fromMs":4000');
    expect(found("probes", lines.toSpliced(i, 1))).toEqual([`line ${next}: the sample before it is missing`]);
  });

  test("for a repeated row, and for one with a lower number than the row before", () => {
    for (const file of ["audit", "returned"] as const) {
      const lines = linesOf(file);
      const why = "its number is not above that of the row of [AB] before it";
      const doubled = lines.toSpliced(3, 0, lines[3] as string);
      expect(found(file, doubled)).toEqual([expect.stringMatching(new RegExp(`^line 5: ${why}$`))]);
      const turned = lines.toSpliced(3, 2, lines[4] as string, lines[3] as string);
      expect(found(file, turned)).toEqual([expect.stringMatching(new RegExp(`^line 5: ${why}$`))]);
    }
  });

  test("for rows after their end, a second end, and reads before the rows or after their end", () => {
    const lines = linesOf("audit");
    const [end, asked, read] = [at("audit", '"rows-end"'), at("audit", '"reads-end"'), at("audit", '"read"')];
    expect(found("audit", lines.toSpliced(end, 0, lines[end] as string))).toEqual([
      `line ${end + 2}: the rows of B had ended before it`,
    ]);
    expect(found("audit", lines.toSpliced(end - 1, 2, lines[end] as string, lines[end - 1] as string))).toEqual([
      `line ${end + 1}: the rows of B had ended before it`,
    ]);
    expect(found("audit", lines.toSpliced(asked, 0, lines[asked] as string))).toEqual([
      `line ${asked + 2}: what was asked of B had ended before it`,
    ]);
    expect(found("audit", [lines[read] as string, ...lines.toSpliced(read, 1)])).toEqual([
      "line 1: the rows of B have not ended before it",
    ]);
  });

  test("for rows after `unreadable`, which ends a site's rows", () => {
    const lines = linesOf("audit");
    const [row, end, asked] = [at("audit", '"row"'), at("audit", '"rows-end"'), at("audit", '"read"')];
    const { side } = JSON.parse(lines[end] as string);
    const unreadable = JSON.stringify({ type: "unreadable", side, why: "it broke off" });
    expect(found("audit", [unreadable, lines[asked] as string])).toEqual([]);
    expect(found("audit", [unreadable, lines[row] as string])).toEqual(["line 2: the rows of B had ended before it"]);
  });

  test("for a return that ends twice, which counts as an empty one", () => {
    const lines = linesOf("returned");
    const record = readRecord({ ...files, returned: [...lines, lines.at(-1)].join("\n") });
    expect(record.returned).toHaveLength(2);
    expect(record.returned[1]?.rowsComplete).toBe(false);
  });
});
