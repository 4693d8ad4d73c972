/** The load script as k6 runs it, with a fake k6: what it sends and records, and when it begins. */
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CompleteLine, LedgerLine, LoadOptions } from "../../harness/model/load/ledger.ts";
import { planLook } from "../../harness/model/load/look.ts";
import { segmentOf } from "../../harness/model/load/segments.ts";
import { startSignal } from "../../harness/model/load/start-signal.ts";
import { tagged, tagOf } from "../../harness/model/load/tag.ts";
import { planWrite, WRITE_KINDS, type WriteKind } from "../../harness/model/load/write.ts";

interface Sent {
  method: string;
  url: string;
  body: string | null;
  headers: Record<string, string>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | null;
  remote_ip?: string;
}

const k6 = vi.hoisted(() => ({
  iteration: 0,
  segment: null as string | null,
  slept: [] as number[],
  sent: [] as Sent[],
  answer: (_: Sent): Answer => ({ status: 201 }),
}));

function ask(method: string, url: string, body: string | null, { headers }: { headers: Record<string, string> }) {
  const sent = { method, url, body, headers };
  k6.sent.push(sent);
  return { headers: {}, body: null, error: "", error_code: 0, ...k6.answer(sent) };
}

vi.mock("k6", () => ({ sleep: (seconds: number) => void k6.slept.push(seconds) }));
vi.mock("k6/data", () => ({
  SharedArray: class {
    constructor(_: string, make: () => unknown[]) {
      // biome-ignore lint/correctness/noConstructorReturn: as k6 does, the instance is replaced by the given list.
      return make();
    }
  },
}));
vi.mock("k6/execution", () => ({
  default: {
    scenario: {
      get iterationInTest() {
        return k6.iteration;
      },
    },
    test: {
      options: {
        get executionSegment() {
          return k6.segment;
        },
      },
    },
  },
}));
vi.mock("k6/http", () => ({
  default: {
    request: ask,
    get: (url: string, params: { headers: Record<string, string> }) => ask("GET", url, null, params),
  },
}));

const SEED = 42;
const BASE = "https://fhir.test/FHIR/base";
const task: LoadOptions = {
  ...{
    runner: "k6-1",
    runners: 1,
    baseUrl: BASE,
    headers: { Authorization: "Bearer x" },
    seed: SEED,
    tags: [tagOf(SEED)],
  },
  ...{ mix: { put: 1, post: 1, bundle: 1, update: 1 }, versions: "numbered", ratePerSecond: 10, durationSeconds: 5 },
  ...{
    timeoutSeconds: 4,
    retry: "none",
    signal: "Basic/start-16",
    patienceSeconds: 60,
    summary: "/record/k6-summary.json",
  },
};

const written: LedgerLine[] = [];
const log = vi.spyOn(console, "log").mockImplementation((line: string) => void written.push(JSON.parse(line)));
beforeEach(() => {
  written.length = 0;
  k6.sent.length = 0;
  k6.slept.length = 0;
});
afterAll(() => {
  log.mockRestore();
  vi.unstubAllGlobals();
});

async function script(changes: Partial<LoadOptions> = {}, environment: Record<string, string> = {}) {
  vi.resetModules();
  vi.stubGlobal("__ENV", { FHIRDRILL_LOAD: JSON.stringify({ ...task, ...changes }), ...environment });
  return import("./writes.k6.ts");
}

const planned = Object.fromEntries(
  WRITE_KINDS.map((kind) => {
    const all = Array.from({ length: 100 }, (_, n) => planWrite(SEED, n, task.mix));
    return [kind, all.find((write) => write.kind === kind)];
  }),
) as Record<WriteKind, ReturnType<typeof planWrite>>;

/** What the complete line of such a write names as stored. */
async function storedBy(kind: WriteKind, changes: Partial<LoadOptions>, answer: Answer): Promise<string[]> {
  const { default: write } = await script(changes);
  k6.iteration = planned[kind].n;
  k6.answer = ({ method }) => (method === "GET" ? { status: 200, headers: { Etag: 'W/"1"' } } : answer);
  write();
  return (written.at(-1) as CompleteLine).stored;
}

describe("what is sent", () => {
  test.each(WRITE_KINDS)("for a %s is what was planned, and each of its resources has the run's tag", async (kind) => {
    await storedBy(kind, {}, { status: 201 });
    const sent = k6.sent.at(-1) as Sent;
    const { method, path, body, id } = planned[kind];
    expect(JSON.parse(sent.body as string)).toEqual(tagged(body, [tagOf(SEED)]));
    expect(sent.body?.split('"meta":{"tag":[{"system":"urn:fhirdrill:run","code":"16"}]}')).toHaveLength(
      kind === "bundle" ? 4 : 2,
    );
    expect([sent.method, sent.url]).toEqual([method, path === "" ? BASE : `${BASE}/${path}`]);
    expect(sent.headers).toMatchObject({ Authorization: "Bearer x", "X-Request-ID": id });
  });

  test.each(WRITE_KINDS)("for a %s is serialized at most once, and nothing is parsed for it", async (kind) => {
    const { default: write } = await script();
    k6.iteration = planned[kind].n;
    k6.answer = ({ method }) =>
      method === "GET" ? { status: 200, headers: { Etag: 'W/"1"' }, body: "{}" } : { status: 201 };
    log.mockImplementation(() => {});
    const [made, read] = [vi.spyOn(JSON, "stringify"), vi.spyOn(JSON, "parse")];
    write();
    const times = [made.mock.calls.length, read.mock.calls.length];
    for (const spy of [made, read]) spy.mockRestore();
    log.mockImplementation((line: string) => void written.push(JSON.parse(line)));
    // A transaction is serialized. An update parses what it reads and serializes its read line.
    expect(times).toEqual({ put: [0, 0], post: [0, 0], bundle: [1, 0], update: [1, 1] }[kind]);
  });
});

describe("when all runners get the same options", () => {
  const { runner: _, ...shared } = task;
  const started = async (runners: number, environment: Record<string, string>) => {
    vi.resetModules();
    vi.stubGlobal("__ENV", { FHIRDRILL_LOAD: JSON.stringify({ ...shared, runners }), ...environment });
    return import("./writes.k6.ts");
  };
  const lineOf = ({ default: write }: Awaited<ReturnType<typeof started>>) => {
    k6.iteration = planned.put.n;
    k6.answer = () => ({ status: 201 });
    write();
    return written.at(-1)?.r;
  };

  test("each runs the segment of its index, as by flags, and its lines have its name", async () => {
    for (let index = 0; index < 3; index += 1) {
      const script = await started(3, { FHIRDRILL_RUNNER_INDEX: String(index) });
      const part = segmentOf(index, 3);
      expect(script.options).toMatchObject({
        executionSegment: part?.segment,
        executionSegmentSequence: part?.sequence,
      });
      expect(lineOf(script)).toBe(`k6-${index + 1}`);
    }
  });

  test("a single runner has the whole load", async () => {
    const script = await started(1, { FHIRDRILL_RUNNER_INDEX: "0" });
    expect(script.options).not.toHaveProperty("executionSegment");
    expect(lineOf(script)).toBe("k6-1");
  });

  test("a runner without an index takes its name from its segment", async () => {
    k6.segment = "1/4:1/2";
    const script = await started(4, {});
    expect(script.options).not.toHaveProperty("executionSegment");
    expect(lineOf(script)).toBe("k6-2");
    k6.segment = null;
    expect(lineOf(await started(1, {}))).toBe("k6-1");
  });

  test("secret headers come separately and are sent too", async () => {
    const { default: write } = await script({ headers: {} }, { FHIRDRILL_HEADERS: '{"Authorization":"Bearer y"}' });
    k6.iteration = planned.put.n;
    k6.answer = () => ({ status: 201 });
    write();
    expect(k6.sent.at(-1)?.headers).toMatchObject({ Authorization: "Bearer y" });
  });
});

test("the answering address is recorded if asked for, and only if there is an answer", async () => {
  const told = async (answer: Answer, environment?: Record<string, string>) => {
    const { default: write } = await script({}, environment);
    k6.iteration = planned.put.n;
    k6.answer = () => answer;
    write();
    return (written.at(-1) as CompleteLine).via;
  };
  const asked = { FHIRDRILL_TELL_ADDRESS: "true" };
  expect(await told({ status: 201, remote_ip: "10.0.1.80" }, asked)).toBe("10.0.1.80");
  expect(await told({ status: 0, remote_ip: "" }, asked)).toBeUndefined();
  expect(await told({ status: 201, remote_ip: "10.0.1.80" })).toBeUndefined();
});

describe("what an answer names as stored", () => {
  const at = (location: string, status = 201): Answer => ({ status, headers: { Location: location } });
  const UUID = "0b9c2b1e-6f0c-4a38-9d5e-1c8e7a1f0c11";

  test.each<[string, Partial<LoadOptions>, Answer, string[]]>([
    ["a number", {}, at(`${BASE}/Patient/7/_history/3`), ["Patient/7/3"]],
    ["no version", {}, at(`${BASE}/Patient/7`), []],
    ["no number", {}, at(`${BASE}/Patient/7/_history/${UUID}`), []],
    [
      "an opaque version",
      { versions: "opaque" },
      at(`${BASE}/Patient/${UUID}/_history/${UUID}`),
      [`Patient/${UUID}/1`],
    ],
    [
      "a number where versions are opaque",
      { versions: "opaque" },
      at("Patient/A.b-9/_history/77"),
      ["Patient/A.b-9/1"],
    ],
    ["no version where they are opaque", { versions: "opaque" }, at(`${BASE}/Patient/7`), ["Patient/7/1"]],
    ["no resource, when the base looks like one", { versions: "opaque" }, at(`${BASE}/`), []],
    ["nothing", { versions: "opaque" }, { status: 201 }, []],
    ["what it did not store", { versions: "opaque" }, at("Patient/7", 302), []],
    ["what it did not store, with an error", { versions: "opaque" }, at("Patient/7", 412), []],
  ])("is %s", async (_, changes, answer, stored) => {
    expect(await storedBy("post", changes, answer)).toEqual(stored);
  });

  test("by its Content-Location, if there is one", async () => {
    const headers = { "Content-Location": "Patient/7/_history/2", Location: "Patient/8/_history/1" };
    expect(await storedBy("put", {}, { status: 200, headers })).toEqual(["Patient/7/2"]);
  });

  const bundle = (...places: string[]): Answer => ({
    status: 200,
    // The answer's own Location names a bundle that is stored nowhere.
    headers: { Location: `${BASE}/Bundle/${UUID}` },
    body: JSON.stringify({ entry: places.map((location) => ({ response: { status: "201", location } })) }),
  });

  test("is nothing when the answer was cut off", async () => {
    const cut = { ...bundle("Patient/7/_history/1", "Observation/8/_history/1"), status: 0 };
    expect(await storedBy("bundle", {}, cut)).toEqual([]);
  });

  test("by the entries of a transaction response", async () => {
    const [numbered, opaque] = [
      bundle("Patient/7/_history/1", "Observation/8/_history/1", `${BASE}/Observation/9/_history/1`),
      bundle(`Patient/${UUID}/_history/${UUID}`, "Observation/8", `${BASE}/Observation/x.Y-9`),
    ];
    expect(await storedBy("bundle", {}, numbered)).toEqual(["Patient/7/1", "Observation/8/1", "Observation/9/1"]);
    expect(await storedBy("bundle", { versions: "opaque" }, opaque)).toEqual([
      ...[`Patient/${UUID}/1`, "Observation/8/1", "Observation/x.Y-9/1"],
    ]);
    expect(
      await storedBy("bundle", { versions: "opaque" }, { status: 200, headers: { Location: "Bundle/1" } }),
    ).toEqual([]);
  });
});

describe("the rate", () => {
  test("is constant without stages", async () => {
    const { options } = await script();
    const { preAllocatedVUs, maxVUs, ...rest } = options.scenarios.writes;
    expect(rest).toEqual({
      ...{ executor: "constant-arrival-rate", rate: 10, timeUnit: "1s", duration: "5s", gracefulStop: "5s" },
    });
  });

  test("follows the stages, with enough virtual users for the peak", async () => {
    const stages = [
      { seconds: 3, from: 10, to: 10 },
      { seconds: 2, from: 100, to: 100 },
    ];
    const { options } = await script({ stages });
    const { preAllocatedVUs, maxVUs, ...rest } = options.scenarios.writes;
    expect(rest).toEqual({
      ...{ executor: "ramping-arrival-rate", startRate: 10, timeUnit: "1s", gracefulStop: "5s" },
      stages: [
        { target: 10, duration: "3s" },
        { target: 100, duration: "0s" },
        { target: 100, duration: "2s" },
      ],
    });
    expect([preAllocatedVUs, maxVUs]).toEqual([410, 410]);
  });
});

describe("reads", () => {
  const reads = { ratePerSecond: 20, of: "both" } as const;
  const found = { resourceType: "Patient", meta: { versionId: "3" }, identifier: [{ value: "w16-7" }] };
  async function looked(n: number, answer: Answer) {
    const { look } = await script({ reads });
    k6.iteration = n;
    k6.answer = () => answer;
    look();
    return written;
  }

  test("are sent beside the writes and counted separately", async () => {
    const { options } = await script({ reads });
    expect(options.scenarios.looks).toMatchObject({
      ...{ executor: "constant-arrival-rate", exec: "look", rate: 20, duration: "5s", maxVUs: 90 },
    });
    expect(Object.keys(options.thresholds ?? {})).toEqual([
      "iterations{scenario:writes}",
      "dropped_iterations{scenario:writes}",
    ]);
    const { options: without } = await script();
    expect([Object.keys(without.scenarios), without.thresholds]).toEqual([["writes"], undefined]);
  });

  test("by id leave one line, with the version from the header", async () => {
    const lines = await looked(4, {
      status: 200,
      headers: { Etag: 'W/"3"', "X-Served-By": "b" },
      body: JSON.stringify(found),
    });
    const { register } = planLook(SEED, 4, "both");
    expect(lines).toMatchObject([
      { type: "look", n: 4, by: "read", register, status: 200, version: 3, writer: "w16-7", servedBy: "b", r: "k6-1" },
    ]);
    expect(k6.sent[0]?.url).toBe(`${BASE}/Patient/r16-${register}`);
    expect(k6.sent[0]?.headers["Cache-Control"]).toBe("no-cache");
  });

  test("by search leave one line, with the version found, and nothing on the server", async () => {
    const body = JSON.stringify({ resourceType: "Bundle", entry: [{ resource: found }] });
    const lines = await looked(5, { status: 200, body });
    const { register } = planLook(SEED, 5, "both");
    expect(lines).toMatchObject([{ n: 5, by: "search", register, version: 3, writer: "w16-7", servedBy: "" }]);
    expect(k6.sent[0]?.url).toBe(`${BASE}/Patient?_id=r16-${register}`);
    expect(k6.sent[0]?.headers["Cache-Control"]).toBe("no-store");
  });

  test.each<[string, number, Answer]>([
    ["an error", 4, { status: 503, headers: { Etag: 'W/"3"' }, body: JSON.stringify(found) }],
    ["no answer", 5, { status: 0 }],
    ["an empty bundle", 5, { status: 200, body: JSON.stringify({ resourceType: "Bundle" }) }],
    ["no version", 5, { status: 200, body: JSON.stringify({ entry: [{ resource: { meta: {}, identifier: [{}] } }] }) }],
    ["no JSON", 5, { status: 200, body: "<html>" }],
  ])("of %s have found nothing", async (_, n, answer) => {
    expect(await looked(n, answer)).toMatchObject([{ status: answer.status, version: null, writer: null }]);
  });
});

test("one's own resources are read from the given file", async () => {
  const own = [{ resourceType: "Patient", id: "p", active: true }];
  vi.stubGlobal("open", (path: string) => (path === "/record/own.json" ? JSON.stringify(own) : ""));
  const { default: write } = await script({ resources: "/record/own.json" });
  k6.iteration = planned.put.n;
  k6.answer = () => ({ status: 201 });
  write();
  const sent = JSON.parse(k6.sent[0]?.body as string);
  expect(sent).toEqual(tagged(planWrite(SEED, planned.put.n, task.mix, { resources: own }).body, [tagOf(SEED)]));
  expect(sent.active).toBe(true);
});

describe("when several runners share the load", () => {
  test("each gets the same number of virtual users, in all never fewer than a single one", async () => {
    for (const runners of [1, 2, 3, 7, 16]) {
      const { options } = await script({ runners });
      const { preAllocatedVUs, maxVUs } = options.scenarios.writes;
      expect(preAllocatedVUs).toBe(maxVUs);
      expect([maxVUs % runners, maxVUs - (10 * 4 + 10) < runners, maxVUs >= 10 * 4 + 10]).toEqual([0, true, true]);
    }
  });

  test.each([1, 2])("each of %d records its begin and end if there is another", async (runners) => {
    k6.answer = () => ({ status: 200, body: "{}" });
    const { setup, teardown, handleSummary } = await script({ runners, runner: "k6-2", summary: "/record/own.json" });
    setup();
    teardown();
    const told = written.map((line) => [(line as { type: string }).type, line.r]);
    expect(told).toEqual(
      runners === 1
        ? []
        : [
            ["begin", "k6-2"],
            ["end", "k6-2"],
          ],
    );
    expect(Object.keys(handleSummary({}))).toEqual(["/record/own.json"]);
  });
});

describe("the load begins", () => {
  const found = (value: string): Answer => ({
    status: 200,
    body: JSON.stringify({ resourceType: "Bundle", entry: [{ resource: { identifier: [{ value }] } }] }),
  });
  async function looks(updateCreate: boolean, answers: Answer[]): Promise<Sent[]> {
    const left = [...answers];
    k6.answer = () => left.shift() ?? { status: 500 };
    const { setup } = await script({ signal: startSignal(SEED, { updateCreate }).look });
    setup();
    return k6.sent;
  }

  test("when the signal is found by its id", async () => {
    const sent = await looks(true, [{ status: 0 }, { status: 404 }, { status: 200, body: "{}" }]);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(3).fill(`GET ${BASE}/Basic/start-16`));
    expect(k6.slept).toEqual([0.1, 0.1]);
  });

  test("with server-assigned ids, when a search finds it, and not when a search is merely answered", async () => {
    const nothing = [
      { status: 200, body: `{"resourceType":"Bundle","link":[{"url":"Basic?identifier=x|start-16"}]}` },
      { status: 200, body: "<html>" },
      { status: 200, body: null },
      { ...found("start-16"), status: 500 },
      found("start-17"),
    ];
    const sent = await looks(false, [...nothing, found("start-16")]);
    expect(sent).toHaveLength(nothing.length + 1);
    expect(k6.slept).toEqual(nothing.map(() => 0.5));
    expect(sent[0]?.url).toBe(`${BASE}/Basic?identifier=urn%3Afhirdrill%3Awrite%7Cstart-16`);
    expect(sent[0]?.headers).toEqual({ Authorization: "Bearer x", "Cache-Control": "no-cache" });
  });
});
