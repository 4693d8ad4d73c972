import { describe, expect, test } from "vitest";
import { fingerprint } from "../model/load/content.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import { download, type ExportClient, follow, kickOff } from "./bulk-export.ts";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A client that gets these answers in order, and the last one repeatedly. */
function client(answers: readonly (Answer | null)[]) {
  const lines: BulkExportLine[] = [];
  const asked: string[] = [];
  const it: ExportClient = {
    ask: async (path) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(path);
      if (answer == null) throw new Error("nobody answers");
      return new Response(answer.body ?? null, {
        status: answer.status,
        ...(answer.headers && { headers: answer.headers }),
      });
    },
    now: () => 1000 * asked.length,
    record: (more) => lines.push(...more),
    signal: new AbortController().signal,
    sleep: async () => {},
  };
  return { it, lines, asked };
}
const never = () => false;
const running = (servedBy: string): Answer => ({
  ...{ status: 202, headers: { "X-Served-By": servedBy, "X-Progress": "half", "Retry-After": "120" } },
});

describe("the export is requested", () => {
  const at = "http://fhir.test/fhir/$export-poll-status?_jobId=j-1";

  test.each([
    ["system", "$export?_type=Patient,Observation"],
    ["patient", "Patient/$export?_type=Patient,Observation"],
  ] as const)("at the level %s", async (level, path) => {
    const { it, lines, asked } = client([{ status: 202, headers: { "Content-Location": at } }]);
    expect(await kickOff(it, level)).toBe("j-1");
    expect(asked).toEqual([path]);
    expect(lines).toEqual([{ type: "kick-off", sentMs: 0, doneMs: 1000, status: 202, job: "j-1" }]);
  });

  test.each<[string, Answer | null]>([
    ["refused", { status: 400, headers: { "Content-Location": at } }],
    ["accepted without an address", { status: 202 }],
    ["not answered", null],
  ])("and %s", async (_, answer) => {
    const { it, lines } = client([answer]);
    expect(await kickOff(it, "system")).toBeNull();
    expect(lines).toMatchObject([{ status: answer?.status ?? 0, job: null }]);
  });
});

describe("the job is polled", () => {
  test("through an outage, to its files", async () => {
    const manifest = { output: [{ url: "http://fhir.test/fhir/Binary/1" }, { url: "http://fhir.test/fhir/Binary/2" }] };
    const answers = [
      running("a"),
      null,
      { status: 502 },
      running("b"),
      { status: 200, body: JSON.stringify(manifest) },
    ];
    const { it, lines, asked } = client(answers);
    expect(await follow(it, "j-1", never)).toEqual(manifest.output.map(({ url }) => url));
    expect(new Set(asked)).toEqual(new Set(["$export-poll-status?_jobId=j-1"]));
    expect(lines).toMatchObject([
      { status: 202, servedBy: "a", progress: "half", retryAfter: "120", sentMs: 0, doneMs: 1000 },
      { status: 0, servedBy: "", progress: null, retryAfter: null },
      ...[{ status: 502 }, { status: 202, servedBy: "b" }, { status: 200 }],
    ]);
  });

  test("to no files, if its manifest lists none or cannot be read", async () => {
    for (const body of ["{}", "no manifest"])
      expect(await follow(client([{ status: 200, body }]).it, "j", never)).toEqual([]);
  });

  test("until the time is up", async () => {
    const { it, asked } = client([running("a")]);
    expect(await follow(it, "j", () => asked.length >= 40)).toBeNull();
    expect(asked).toHaveLength(40);
  });

  test.each([404, 410, 500])("until it was answered with %d for half a minute", async (status) => {
    const { it, asked } = client([...Array(14).fill({ status }), running("b"), { status }]);
    expect(await follow(it, "j", never)).toBeNull();
    expect(asked).toHaveLength(14 + 1 + 15);
  });

  test.each([0, 204, 302, 401, 403, 429, 502, 503, 504])(
    "despite any number of answers with %d, which are not about the job",
    async (status) => {
      const { it, asked } = client([status === 0 ? null : { status }]);
      await follow(it, "j", () => asked.length >= 99);
      expect(asked).toHaveLength(99);
    },
  );
});

describe("a file", () => {
  const url = "http://fhir.test/fhir/Binary/f-1";
  const binary = (...texts: string[]) =>
    JSON.stringify({ resourceType: "Binary", data: Buffer.from(texts.join("\n")).toString("base64") });
  const patient = { resourceType: "Patient", id: "p", meta: { versionId: "2" }, identifier: [{ value: "w-1" }] };

  test("is recorded by the resources in its lines", async () => {
    const { it, lines, asked } = client([
      { status: 200, body: binary(JSON.stringify(patient), "", "no resource", "{}") },
    ]);
    await download(it, url, 3);
    expect(asked).toEqual(["Binary/f-1"]);
    const content = fingerprint(patient);
    expect(lines).toMatchObject([
      { type: "file", file: 3, url, status: 200, lines: 3, damaged: 2 },
      { type: "resource", file: 3, resource: "Patient/p", version: 2, content, write: "w-1", refersTo: null },
    ]);
  });

  test("is recorded with the patients that its observations refer to", async () => {
    const subject = { reference: "Patient/p/_history/2" };
    const observation = { resourceType: "Observation", id: "o", subject };
    const { it, lines } = client([{ status: 200, body: binary(JSON.stringify(observation)) }]);
    await download(it, url, 0);
    expect(lines[1]).toMatchObject({ resource: "Observation/o", refersTo: "Patient/p" });
  });

  test("may hold a resource without version and identifier", async () => {
    const { it, lines } = client([{ status: 200, body: binary(`{"resourceType":"Basic","id":"b"}`) }]);
    await download(it, url, 0);
    expect(lines[1]).toMatchObject({ resource: "Basic/b", version: null, write: null });
  });

  test("is requested three times before it counts as unreadable", async () => {
    const { it, lines, asked } = client([null, { status: 404 }, { status: 500 }, { status: 200, body: binary() }]);
    await download(it, url, 0);
    expect(asked).toHaveLength(3);
    expect(lines).toMatchObject([{ status: 500, lines: null, damaged: 0 }]);
  });

  test.each(["no JSON", "{}"])("that is %j and no Binary is unreadable too", async (body) => {
    const { it, lines } = client([{ status: 200, body }]);
    await download(it, url, 0);
    expect(lines).toMatchObject([{ status: 200, lines: null }]);
  });
});
