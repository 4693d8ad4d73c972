import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Contents } from "../model/columns/contents.ts";
import { History } from "../model/columns/history.ts";
import { type Operation, splitStored } from "../model/columns/operation.ts";
import { wantedSearches } from "../model/columns/wanted-searches.ts";
import { fingerprint } from "../model/load/content.ts";
import { Names } from "../model/load/names.ts";
import { firstVersionOf, kindOfWrite, planWrite, REGISTERS, writeId } from "../model/load/write.ts";
import { type AuditLine, type AuditRead, type AuditRow, AuditSchema } from "../model/record/audit.ts";
import { auditApi } from "./audit-api.ts";

const SEED = 99;
const MIX = { put: 5, post: 3, bundle: 1, update: 1 };
const names = new Names(SEED);

/** A history in which every tenth write has no acknowledgement. */
const operations = Array.from({ length: 1000 }, (_, n): Operation => {
  const known = {
    write: writeId(SEED, n),
    n,
    kind: kindOfWrite(SEED, n, MIX),
    invokedMs: n * 20,
    runner: "k6-1",
    line: n + 1,
    read: null,
  };
  if (n % 10 === 9)
    return {
      ...known,
      ...{ completedMs: null, outcome: "info", reason: "pending", status: 0, stored: [], servedBy: "" },
    };
  const answer = { completedMs: n * 20 + 5, status: 201, stored: storedBy(known), servedBy: "a" };
  return { ...known, ...answer, outcome: "ok", reason: "acknowledged" };
});
const acknowledged = operations.filter((op) => op.outcome === "ok");
const rows = acknowledged.flatMap((op) => op.stored.map((stored) => rowOf(op.write, stored)));

function storedBy({ n, kind }: Pick<Operation, "n" | "kind">): string[] {
  if (kind === "bundle") return [`Patient/p${n}/1`, `Observation/o${n}/1`, `Observation/q${n}/1`];
  if (kind === "post") return [`Patient/p${n}/1`];
  return [`${planWrite(SEED, n, MIX).path}/${kind === "update" ? 2 + Math.floor(n / 100) : 1}`];
}
function rowOf(write: string, stored: string): AuditRow {
  const found = { pid: 1, deleted: false, content: 1, refersTo: null, indexed: true };
  return { type: "row", side: "b", write, ...splitStored(stored), ...found };
}
function holding(list: readonly AuditRow[]): Contents {
  const contents = new Contents("b", SEED, names);
  for (const row of list) contents.add(row);
  return contents;
}
const historyOf = (list: readonly Operation[]) => History.of(SEED, names, list);
const searchesOf = (held: readonly AuditRow[], list = operations) => wantedSearches(historyOf(list), holding(held));
const writesOf = (wanted: readonly { write: string }[]) => new Set(wanted.map(({ write }) => write));

describe("searches", () => {
  test("every acknowledged write of which the database lacks something is searched for, by all its types", () => {
    const gone = fc.uniqueArray(fc.nat({ max: rows.length - 1 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(gone, (indexes) => {
        const missing = new Set(indexes.map((i) => rows[i]?.write));
        const held = rows.filter((_, i) => !indexes.includes(i));
        const searches = new Set(searchesOf(held).map(({ write, resourceType }) => `${write} ${resourceType}`));
        for (const op of acknowledged.filter(({ write }) => missing.has(write)))
          for (const { resource } of op.stored.map(splitStored))
            expect(searches).toContain(`${op.write} ${resource.split("/")[0]}`);
      }),
      { seed: 12 },
    );
  });

  test("if the database is empty, a limited number of acknowledged writes is searched for", () => {
    const searched = writesOf(searchesOf([])).size;
    expect(searched).toBeGreaterThanOrEqual(200);
    expect(searched).toBeLessThan(300);
  });

  const update = acknowledged.find((op) => op.kind === "update") as Operation;
  const ofUpdate = rows.find((row) => row.write === update.write) as AuditRow;
  test.each([
    ["under another write's name", { write: "w1-999" }],
    ["of another resource", { resource: "Patient/p0" }],
    ["of an older version", { version: ofUpdate.version - 1 }],
    ["of a resource that is deleted now", { deleted: true }],
  ])("a row %s does not count", (_, change) => {
    expect(writesOf(searchesOf(rows)).has(update.write)).toBe(false);
    const held = rows.map((row) => (row === ofUpdate ? { ...row, ...change } : row));
    expect(writesOf(searchesOf(held))).toContain(update.write);
  });

  test("of the other writes, a sample of about the wanted size is searched for, always the same one", () => {
    expect(searchesOf(rows)).toEqual(searchesOf(rows));
    expect(writesOf(searchesOf(rows)).size).toBeGreaterThan(30);
    expect(writesOf(searchesOf(rows)).size).toBeLessThan(75);
  });

  test("in a short run all acknowledged writes are searched for, unacknowledged ones never", () => {
    const few = operations.slice(0, 40);
    expect(writesOf(searchesOf(rows, few))).toEqual(writesOf(few.filter((op) => op.outcome === "ok")));
  });

  test("a write is searched for once per type", () => {
    const bundle = acknowledged.find((op) => op.kind === "bundle") as Operation;
    const types = searchesOf([], [bundle]).map(({ resourceType }) => resourceType);
    expect(types).toEqual(["Patient", "Observation"]);
  });
});

describe("reads", () => {
  const scenario = { load: { mix: MIX }, start: { resources: 0 } };
  const few = operations.slice(0, 40);
  const told = new Set(few.flatMap((op) => op.stored.map((stored) => splitStored(stored).resource)));
  /** A server that returns each resource in version 3, and the requests it got. */
  async function audited(answer = (path: string) => given(path), withinMs?: number) {
    const asked: string[] = [];
    const lines: AuditLine[] = [];
    let [now, most] = [0, 0];
    const ask = async (path: string, init?: RequestInit) => {
      asked.push(`${path} ${JSON.stringify(init?.headers)}`);
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      return answer(path);
    };
    const hapi = { side: "b", asking: async () => ask } as const;
    const contents = holding(rows.filter(({ write }) => few.some((op) => op.write === write)));
    await auditApi(hapi, { history: historyOf(few), contents, scenario }, (more) => lines.push(...more), withinMs);
    return { asked, lines, most, reads: lines.filter((line): line is AuditRead => line.type === "read") };
  }
  function given(path: string, changes: object = {}): Response {
    const [resourceType, id] = path.split("/");
    const resource = { resourceType, id, meta: { versionId: "3" }, subject: { reference: "Patient/p" }, ...changes };
    return Response.json(path.includes("?") ? { resourceType: "Bundle", entry: [] } : resource, {
      headers: { ETag: 'W/"3"' },
    });
  }

  test("all acknowledged resources and all registers are read once, bypassing caches", async () => {
    const { reads, asked, lines, most } = await audited();
    const registers = Array.from({ length: REGISTERS }, (_, register) => firstVersionOf(SEED, register).path);
    expect(reads.map(({ resource }) => resource).toSorted()).toEqual([...new Set([...told, ...registers])].toSorted());
    for (const text of asked) expect(text).toContain('{"Cache-Control":"no-cache"}');
    const searches = lines.filter(({ type }) => type === "search").length;
    expect(lines.at(-1)).toEqual({
      ...{ type: "reads-end", side: "b", reads: reads.length, searches, wanted: reads.length },
      ...{ withinMs: 120_000, tookMs: expect.any(Number) },
    });
    expect(searches).toBeGreaterThan(30);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
    for (const line of lines) expect(AuditSchema.parse(line)).toEqual(line);
  });

  test("a read line has the facts of the answer, not the body", async () => {
    const { reads } = await audited();
    const [first] = reads as [AuditRead];
    expect(first).toEqual({
      ...{ type: "read", side: "b", write: first.write, resource: first.resource, status: 200, version: 3 },
      ...{ content: fingerprint({ resourceType: first.resource.split("/")[0] }), refersTo: "Patient/p" },
    });
  });

  test("a search reads to the last page; one that leads out of the server counts as no answer", async () => {
    const page = (id: string, next: string | null) => ({
      resourceType: "Bundle",
      link: next === null ? [] : [{ relation: "next", url: next }],
      entry: [{ resource: { resourceType: "Observation", id } }],
    });
    const foundBy = async (next: string) => {
      const { lines } = await audited((path) => {
        if (path.startsWith("?_getpages=")) return Response.json(page("2", null));
        return path.includes("?") ? Response.json(page("1", next)) : given(path);
      });
      const search = lines.find((line) => line.type === "search");
      return search?.type === "search" ? [search.status, ...search.found] : [];
    };
    expect(await foundBy("http://10.0.0.1:8080/fhir?_getpages=x")).toEqual([200, "Observation/1", "Observation/2"]);
    expect(await foundBy("http://10.0.0.1:8080/elsewhere?_getpages=x")).toEqual([0]);
  });

  test("without time nothing is read, and the number of wanted reads is recorded", async () => {
    const { reads, lines } = await audited(given, 0);
    expect(reads).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ reads: 0, wanted: told.size + REGISTERS - updatedIn(few), withinMs: 0 });
  });
  const updatedIn = (list: readonly Operation[]) =>
    new Set(
      list.flatMap((op) =>
        op.kind === "update" && op.outcome === "ok" ? op.stored.map((at) => splitStored(at).resource) : [],
      ),
    ).size;

  test("a server that does not run gives no answers, and the audit goes on", async () => {
    const lines: AuditLine[] = [];
    const hapi = { side: "b", asking: () => Promise.reject(new Error("it publishes no port")) } as const;
    await auditApi(hapi, { history: historyOf(few), contents: holding([]), scenario }, (more) => lines.push(...more));
    const reads = lines.filter((line) => line.type === "read");
    expect(reads.length).toBeGreaterThan(told.size);
    expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([0]));
    expect(lines.at(-1)).toMatchObject({ type: "reads-end", reads: reads.length, wanted: reads.length });
  });

  test("an error is retried, a deleted resource is not", async () => {
    const failing = await audited((path) => (path.includes("?") ? given(path) : new Response("", { status: 503 })));
    expect(new Set(failing.reads.map(({ status, version, content }) => `${status} ${version} ${content}`))).toEqual(
      new Set(["503 null null"]),
    );
    const timesOf = (asked: string[], path: string) => asked.filter((text) => text.startsWith(`${path} `)).length;
    expect(timesOf(failing.asked, failing.reads[0]?.resource as string)).toBe(3);
    const gone = await audited((path) => (path.includes("?") ? given(path) : new Response("", { status: 410 })));
    expect(timesOf(gone.asked, gone.reads[0]?.resource as string)).toBe(1);
    expect(gone.reads[0]).toMatchObject({ status: 410, version: null, content: null, refersTo: null });
  });
});
