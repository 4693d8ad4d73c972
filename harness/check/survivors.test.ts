import { describe, expect, test } from "vitest";
import { Contents } from "../model/columns/contents.ts";
import { History } from "../model/columns/history.ts";
import type { Operation } from "../model/columns/operation.ts";
import { splitStored } from "../model/columns/operation.ts";
import { Names } from "../model/load/names.ts";
import type { AuditLine, AuditRow } from "../model/record/audit.ts";
import { ABSENT, holdingsOf, TORN, WHOLE } from "./survivors.ts";
import { RUNNER } from "./testing/fake-writes.ts";

const put: Operation = {
  ...{ write: "w1-0", n: 0, kind: "put", invokedMs: 0, completedMs: 5, outcome: "ok", reason: "acknowledged" },
  ...{ status: 201, stored: ["Patient/w1-0/2"], servedBy: "a", runner: RUNNER, line: 2, read: null },
};
const bundle: Operation = { ...put, kind: "bundle", stored: ["Patient/1/1", "Observation/2/1", "Observation/3/1"] };

const BARE = { content: null, refersTo: null, indexed: true };
/** For a version that is no longer the current one. */
const OLDER = { indexed: null };
let lastPid = 0;
const row = (resource: string, changes: Partial<AuditRow> = {}): AuditRow => {
  const known = { type: "row", side: "b", write: "w1-0", resource, version: 1, deleted: false } as const;
  return { ...known, pid: ++lastPid, ...BARE, ...changes };
};
const read = (resource: string, status: number, version: number | null): AuditLine => {
  return { type: "read", side: "b", write: "w1-0", resource, status, version };
};
/** What B holds of `op`, according to these lines of its audit. */
function holdingsBy(lines: readonly AuditLine[], op: Operation = put, options: { api?: boolean } = {}) {
  const names = new Names(1);
  const b = new Contents("b", 1, names);
  for (const line of lines) if (line.side === "b") b.add(line);
  return holdingsOf(b, History.of(1, names, [op]), options);
}
/** The same, of a complete audit. */
function whole(lines: readonly AuditLine[], op: Operation = put) {
  const count = (type: string) => lines.filter((line) => line.type === type && line.side === "b").length;
  const ends: AuditLine[] = [
    { type: "rows-end", side: "b", rows: count("row"), postgres: "17" },
    { type: "reads-end", side: "b", reads: count("read"), searches: 0 },
  ];
  return holdingsBy([...lines, ...ends], op);
}
const FATES = { [ABSENT]: "absent", [TORN]: "torn", [WHOLE]: "whole" };
const fateOf = (lines: readonly AuditLine[], op: Operation = put) => FATES[whole(lines, op).fates[0] as 0 | 1 | 2];

describe("an acknowledged write", () => {
  test.each([
    ["is whole in the version acknowledged", [row("Patient/w1-0", { version: 2 })], "whole"],
    ["is whole in a later version", [row("Patient/w1-0", { version: 3 })], "whole"],
    [
      "is whole by its newest version, in whatever order they come",
      [row("Patient/w1-0", { version: 2 }), row("Patient/w1-0", OLDER)],
      "whole",
    ],
    [
      "is whole when another write made a later version",
      [row("Patient/w1-0", { version: 2, ...OLDER }), row("Patient/w1-0", { version: 3, write: "w1-9" })],
      "whole",
    ],
    ["is absent in an older version", [row("Patient/w1-0")], "absent"],
    [
      "is absent in the version acknowledged when an older one is current",
      [row("Patient/w1-0", { version: 2, ...OLDER }), row("Patient/w1-0", { write: "w1-9" })],
      "absent",
    ],
    ["is absent when no version is current", [row("Patient/w1-0", { version: 2, ...OLDER })], "absent"],
    [
      "is absent when of two current versions one is older",
      [
        row("Patient/w1-0", { version: 2, ...OLDER }),
        row("Patient/w1-0", { write: "w1-9" }),
        row("Patient/w1-0", { version: 3, write: "w1-8" }),
      ],
      "absent",
    ],
    ["is absent when it was deleted", [row("Patient/w1-0", { version: 3, deleted: true })], "absent"],
    [
      "is absent when its own row says deleted, though a later one does not",
      [
        row("Patient/w1-0", { version: 2, deleted: true, ...OLDER }),
        row("Patient/w1-0", { version: 3, write: "w1-9" }),
      ],
      "absent",
    ],
    ["is absent when another write made the resource", [row("Patient/w1-0", { version: 2, write: "w1-9" })], "absent"],
    ["is absent when only the other site has it", [row("Patient/w1-0", { version: 2, side: "a" })], "absent"],
    [
      "is absent when the API denies it",
      [row("Patient/w1-0", { version: 2 }), read("Patient/w1-0", 404, null)],
      "absent",
    ],
    [
      "is absent when the API calls it gone",
      [row("Patient/w1-0", { version: 2 }), read("Patient/w1-0", 410, null)],
      "absent",
    ],
    [
      "is absent when the API gives an older version",
      [row("Patient/w1-0", { version: 2 }), read("Patient/w1-0", 200, 1)],
      "absent",
    ],
    [
      "is absent when the API gives an older version once, whatever it gives the next time",
      [row("Patient/w1-0", { version: 2 }), read("Patient/w1-0", 200, 1), read("Patient/w1-0", 200, 2)],
      "absent",
    ],
    [
      "is absent when the API denies it to another write",
      [row("Patient/w1-0", { version: 2 }), { ...read("Patient/w1-0", 404, null), write: "w1-9" }],
      "absent",
    ],
    [
      "is absent when the API gives another resource",
      [row("Patient/w1-0", { version: 2 }), { ...read("Patient/w1-0", 200, 2), misnamed: "Patient/9/2" }],
      "absent",
    ],
    ["is absent when there is nothing", [], "absent"],
  ] as [string, AuditLine[], string][])("%s", (_, lines, expected) => {
    expect(fateOf(lines)).toBe(expected);
  });
});

test.each([
  [0, "absent"],
  [1, "torn"],
  [2, "torn"],
  [3, "whole"],
])("a transaction with %i of 3 resources is %s, acknowledged or not", (count, expected) => {
  const rows = ["Patient/1", "Observation/2", "Observation/3"].slice(0, count).map((resource) => row(resource));
  expect(fateOf(rows, bundle)).toBe(expected);
  expect(fateOf(rows, { ...bundle, outcome: "info", stored: [] })).toBe(expected);
});

test("a write without an acknowledgement has one resource once, however many versions it made of it", () => {
  const twice = [row("Patient/1", OLDER), row("Patient/1", { version: 2 })];
  expect(fateOf(twice, { ...bundle, outcome: "info", stored: [] })).toBe("torn");
  const deleted = [row("Patient/1", { deleted: true, ...OLDER })];
  expect(fateOf(deleted, { ...put, outcome: "info", stored: [] })).toBe("absent");
  const unserved = [row("Patient/1", { version: 2, ...OLDER }), row("Patient/1", { write: "w1-9" })];
  expect(fateOf(unserved, { ...put, outcome: "info", stored: [] })).toBe("absent");
});

test("a write whose answer names some of its resources has those, and as many others as are there", () => {
  const named = { ...bundle, outcome: "info" as const, stored: ["Patient/1/1", "Observation/2/1"] };
  const rows = (...resources: string[]) => resources.map((resource) => row(resource));
  expect(fateOf(rows("Patient/1", "Observation/2", "Observation/3"), named)).toBe("whole");
  expect(fateOf(rows("Patient/1", "Observation/2"), named)).toBe("torn");
  expect(fateOf(rows("Patient/1", "Observation/3", "Observation/4"), named)).toBe("torn");
  expect(fateOf([], named)).toBe("absent");
});

test("a write whose answer names more than it sent has nothing if nothing is there", () => {
  const named = (stored: string[]) => ({ ...put, outcome: "info" as const, stored });
  const two = named(["Patient/1/1", "Patient/2/1"]);
  expect(fateOf([], two)).toBe("absent");
  expect(fateOf([row("Patient/9")], two)).toBe("absent");
  expect(fateOf([row("Patient/1"), row("Patient/2")], two)).toBe("whole");
});

test("a transaction of which the API denies a resource is torn", () => {
  const rows = ["Patient/1", "Observation/2", "Observation/3"].map((resource) => row(resource));
  expect(fateOf([...rows, read("Observation/3", 404, null)], bundle)).toBe("torn");
});

describe("whether the audit of a site is complete", () => {
  const end: AuditLine = { type: "rows-end", side: "b", rows: 1, postgres: "17" };
  const readsEnd: AuditLine = { type: "reads-end", side: "b", reads: 1, searches: 0 };
  const seen = read("Patient/1", 200, 1);
  const unreadable: AuditLine = { type: "unreadable", side: "b", why: "it broke off" };

  test.each([
    ["read to the end", [row("Patient/1"), end, seen, readsEnd], true],
    ["rows without their end", [row("Patient/1"), seen, readsEnd], false],
    ["fewer rows than announced", [end, seen, readsEnd], false],
    ["more rows than announced", [row("Patient/1"), row("Patient/2"), end, seen, readsEnd], false],
    ["reads without their end", [row("Patient/1"), end, seen], false],
    ["fewer reads than announced", [row("Patient/1"), end, readsEnd], false],
    ["a read that was answered by an error", [row("Patient/1"), end, read("Patient/1", 500, null), readsEnd], false],
    ["a read that was not answered", [row("Patient/1"), end, read("Patient/1", 0, null), readsEnd], false],
    ["a search less than announced", [row("Patient/1"), end, seen, { ...readsEnd, searches: 1 }], false],
    ["a site that could not be read", [row("Patient/1"), end, seen, readsEnd, unreadable], false],
    ["the other site's end", [row("Patient/1"), { ...end, side: "a" }, seen, readsEnd], false],
  ] as [string, AuditLine[], boolean][])("%s", (_, lines, expected) => {
    expect(holdingsBy(lines).complete).toBe(expected);
  });

  test("a site that serves nobody needs no reads", () => {
    expect(holdingsBy([row("Patient/1"), end], put, { api: false }).complete).toBe(true);
    expect(holdingsBy([row("Patient/1")], put, { api: false }).complete).toBe(false);
  });
});

describe("how often database and API disagree", () => {
  test.each([
    ["both have the same version", [row("Patient/1"), read("Patient/1", 200, 1)], 0],
    ["both have nothing", [read("Patient/1", 404, null)], 0],
    ["the API denies what the database has", [row("Patient/1"), read("Patient/1", 404, null)], 1],
    ["the API has what the database denies", [read("Patient/1", 200, 1)], 1],
    ["a register is in its first version", [row("Patient/r1-7", { write: "r1-7" }), read("Patient/r1-7", 200, 1)], 0],
    ["the API has a newer version", [row("Patient/1"), read("Patient/1", 200, 2)], 1],
    ["the API has an older version", [row("Patient/1", { version: 2 }), read("Patient/1", 200, 1)], 1],
    [
      "the API shows what the database calls deleted",
      [row("Patient/1", { deleted: true, ...OLDER }), read("Patient/1", 200, 1)],
      1,
    ],
  ] as [string, AuditLine[], number][])("%s", (_, lines, expected) => {
    expect(whole(lines).disagreements).toHaveLength(expected);
  });
});

test("a stored name is split at its last slash", () => {
  expect(splitStored("Patient/x/12")).toEqual({ resource: "Patient/x", version: 12 });
});

test("one resource in two versions does not stand in for another that is missing", () => {
  const rows = [row("Patient/1", OLDER), row("Patient/1", { version: 2 }), row("Observation/2")];
  expect(fateOf(rows, bundle)).toBe("torn");
});

test("a transaction of which the API denies every resource is absent", () => {
  const resources = ["Patient/1", "Observation/2", "Observation/3"];
  const lines = resources.flatMap((resource) => [row(resource), read(resource, 404, null)]);
  expect(fateOf(lines, bundle)).toBe("absent");
});

test("what the API denies of one resource takes nothing from another", () => {
  expect(fateOf([row("Patient/w1-0", { version: 2 }), read("Patient/9", 404, null)])).toBe("whole");
  const error = [row("Patient/w1-0", { version: 2 }), read("Patient/w1-0", 500, null)];
  expect(fateOf(error)).toBe("whole");
});

describe("the API is compared with the current version", () => {
  const older = row("Patient/1", OLDER);
  const current = row("Patient/1", { version: 2 });
  test.each([
    ["the current one comes last", [older, current, read("Patient/1", 200, 2)], 0],
    ["the current one comes first", [current, older, read("Patient/1", 200, 2)], 0],
    ["the current one comes first, and the API has the older", [current, older, read("Patient/1", 200, 1)], 1],
    [
      "the older one is current, and the API has the newer",
      [row("Patient/1"), row("Patient/1", { version: 2, ...OLDER }), read("Patient/1", 200, 2)],
      1,
    ],
    [
      "what it was is deleted",
      [
        row("Patient/1", { deleted: true, ...OLDER }),
        { ...current, deleted: true, ...OLDER },
        read("Patient/1", 410, null),
      ],
      0,
    ],
    ["the API names no version", [current, read("Patient/1", 200, null)], 1],
    ["the API answers what is there by an error", [current, read("Patient/1", 500, null)], 1],
    ["the API answers what is not there by an error", [read("Patient/1", 500, null)], 0],
  ] as [string, AuditLine[], number][])("%s", (_, lines, expected) => {
    expect(whole(lines).disagreements).toHaveLength(expected);
  });

  test("and a disagreement names the resource, the answer and the site", () => {
    const lines = [current, read("Patient/1", 404, null)];
    expect(whole(lines).disagreements).toEqual(["Patient/1 answered 404 on b, unlike its database"]);
  });
});

test("an acknowledgement that names one resource three times is not satisfied by that one", () => {
  const thrice = (stored: string[]) => ({ ...bundle, stored });
  expect(fateOf([row("Patient/1")], thrice(["Patient/1/1", "Patient/1/1", "Patient/1/1"]))).toBe("torn");
  const two = [row("Patient/1"), row("Observation/2")];
  expect(fateOf(two, thrice(["Patient/1/1", "Observation/2/1", "Observation/2/1"]))).toBe("torn");
  // What it does not name was not acknowledged by it, even if it is there.
  expect(fateOf([...two, row("Observation/3")], thrice(["Patient/1/1", "Patient/1/1", "Patient/1/1"]))).toBe("torn");
});
