/** Against FHIR servers in memory, each with a dialect of its own. */
import { describe, expect, test } from "vitest";
import { OF_ANY_DRILL, tagBesideOf } from "../model/load/tag.ts";
import { IDENTIFIER_SYSTEM, SEED_LIMIT, writeIdPrefix } from "../model/load/write.ts";
import { HAPI_DIALECT } from "../model/plan/dialect.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import type { Ask } from "../system/fhir-server.ts";
import { type Manner, MemoryFhir } from "../system/testing/memory-fhir.ts";
import { proveDialect } from "./dialect.ts";
import { waitMs } from "./dialect-client.ts";

const SEED = 42;
const ALL = { ...HAPI_DIALECT, software: "memory", fhirVersion: "4.0.1" };
const prove = (ask: Ask, seed = SEED) => proveDialect(ask, { seed, patienceMs: 0 });

type Request = { method: string; path: string; headers: Headers };
const requestOf = (path: string, { method = "GET", headers }: RequestInit = {}): Request => ({
  ...{ method, path },
  headers: new Headers(headers),
});

/** A server that answers some requests differently. */
function answering(instead: (request: Request) => Response | null, manner: Manner = {}): MemoryFhir {
  const fhir = new MemoryFhir(manner);
  fhir.intercept = (path, init) => instead(requestOf(path, init));
  return fhir;
}

/** A server that does what was requested, but answers something else. */
function saying(
  change: (request: Request, answer: Response) => Response | Promise<Response>,
  manner: Manner = {},
): Ask {
  const { ask } = new MemoryFhir(manner);
  return async (path, init) => change(requestOf(path, init), await ask(path, init));
}

const plain = (status: number, text = "", headers: Record<string, string> = {}) =>
  new Response(text, { status, headers });
const without = (answer: Response, ...names: string[]) => {
  for (const name of names) answer.headers.delete(name);
  return answer;
};

async function failureOf(proving: Promise<unknown>): Promise<DrillFailure["text"]> {
  const failed = await proving.then(
    () => "it did not fail",
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(DrillFailure);
  expect((failed as DrillFailure).exitCode).toBe(EXIT.inconclusive);
  return (failed as DrillFailure).text;
}

describe("a server in memory", () => {
  const lacking = (...abilities: NonNullable<Manner["without"]>): Manner => ({ without: abilities });
  test.each<[string, Manner, object]>([
    ["supports everything", {}, {}],
    ["assigns ids itself", { ownIds: true }, { updateCreate: false }],
    ["has opaque versions", { versions: "opaque" }, { versions: "opaque" }],
    ["does both", { ownIds: true, versions: "opaque" }, { updateCreate: false, versions: "opaque" }],
    ["supports no transactions", lacking("transaction"), { transaction: false }],
    ["ignores If-None-Exist", lacking("if-none-exist"), { conditionalCreate: false }],
    ["ignores If-Match", lacking("if-match"), { versionedUpdate: false }],
    ["does not search by tag", lacking("tag-search"), { tagSearch: false }],
    ["does not search by identifier", lacking("identifier-search"), { identifierSearch: false }],
    ["lists no history", lacking("history"), { instanceHistory: false, versions: "opaque" }],
  ])("that %s", async (_, manner, differs) => {
    expect(await prove(new MemoryFhir(manner).ask)).toEqual({ ...ALL, ...differs });
  });
});

describe("a PUT under an id of the client's", () => {
  const isNew = (id: { has: (name: string) => boolean }, { method, path }: Request) =>
    method === "PUT" && !id.has(path);

  test.each([400, 404, 405, 422, 501])("that is answered with %i is not used", async (status) => {
    const fhir = answering((request) => (isNew(fhir.stored, request) ? plain(status) : null));
    expect(await prove(fhir.ask)).toEqual({ ...ALL, updateCreate: false });
  });

  test("that creates a resource under another id is not used", async () => {
    const { ask, stored } = new MemoryFhir();
    const renaming: Ask = (path, init) =>
      init?.method === "PUT" && !stored.has(path) ? ask("Patient", { ...init, method: "POST" }) : ask(path, init);
    expect(await prove(renaming)).toEqual({ ...ALL, updateCreate: false });
  });

  test("whose answer has no location is not used", async () => {
    const ask = saying(({ method }, answer) =>
      method === "PUT" && answer.status === 201 ? without(answer, "Location") : answer,
    );
    expect(await prove(ask)).toMatchObject({ updateCreate: false });
  });

  test("that is acknowledged but cannot be read is not used", async () => {
    const fhir = new MemoryFhir();
    const put = new Set<string>();
    fhir.intercept = (path, init) => {
      if (init?.method === "PUT" && !fhir.stored.has(path)) put.add(path);
      return init?.method === undefined && put.has(path) ? plain(404) : null;
    };
    expect(await prove(fhir.ask)).toEqual({ ...ALL, updateCreate: false });
  });
});

describe("updates", () => {
  const NONE = { versionedUpdate: false, instanceHistory: false, versions: "opaque" };

  test("that are refused leave versions opaque", async () => {
    const fhir = answering(({ method }) => (method === "PUT" ? plain(405) : null), { ownIds: true });
    expect(await prove(fhir.ask)).toEqual({ ...ALL, updateCreate: false, ...NONE });
  });

  test("that are refused under any condition are not conditional", async () => {
    const fhir = answering(({ headers }) => (headers.has("If-Match") ? plain(412) : null));
    expect(await prove(fhir.ask)).toEqual({ ...ALL, versionedUpdate: false });
  });

  test("whose wrong condition is answered with a conflict are conditional", async () => {
    const ask = saying((_, answer) => (answer.status === 412 ? plain(409) : answer));
    expect(await prove(ask)).toEqual(ALL);
  });

  test("whose wrong condition is answered with another error are not conditional", async () => {
    const ask = saying((_, answer) => (answer.status === 412 ? plain(400) : answer));
    expect(await prove(ask)).toEqual({ ...ALL, versionedUpdate: false });
  });

  test("whose version no read shows are neither conditional nor numbered", async () => {
    const ask = saying(({ method }, answer) => (method === "GET" ? without(answer, "ETag") : answer));
    expect(await prove(ask)).toEqual({ ...ALL, versionedUpdate: false, versions: "opaque" });
  });

  const nameless = (answer: Response) => {
    answer.headers.set("Location", (answer.headers.get("Location") ?? "").replace(/\/_history.*/, ""));
    return answer;
  };
  test.each<[string, (request: Request, answer: Response) => boolean]>([
    ["a create", ({ method }) => method === "POST"],
    ["a PUT that creates", ({ method }, { status }) => method === "PUT" && status === 201],
    ["an update", ({ method }, { status }) => method === "PUT" && status === 200],
  ])("are not numbered if the answer to %s has no number", async (_, isIt) => {
    const ask = saying((request, answer) => (isIt(request, answer) ? nameless(answer) : answer));
    expect(await prove(ask)).toMatchObject({ updateCreate: true, versions: "opaque" });
  });

  test("have no history if a version is missing there", async () => {
    const ask = saying(async ({ path }, answer) => {
      if (!path.endsWith("/_history")) return answer;
      const bundle = (await answer.json()) as { entry: unknown[] };
      return Response.json({ ...bundle, entry: bundle.entry.slice(1) });
    });
    expect(await prove(ask)).toEqual({ ...ALL, instanceHistory: false, versions: "opaque" });
  });
});

describe("a search", () => {
  test.each(["identifier", "_tag"])(
    "that does not understand %s, and finds whatever there is, finds nothing",
    async (name) => {
      const { ask } = new MemoryFhir();
      const lenient: Ask = (path, init) => ask(path.replace(new RegExp(`&${name}=[^&]*`), ""), init);
      const ability = name === "_tag" ? "tagSearch" : "identifierSearch";
      expect(await prove(lenient)).toEqual({ ...ALL, [ability]: false });
    },
  );

  test("that finds a write only a little later is not used", async () => {
    let searches = 0;
    const fhir = answering(({ path }) => {
      if (!path.startsWith("Patient?")) return null;
      searches += 1;
      return searches === 1 ? Response.json({ resourceType: "Bundle", type: "searchset" }) : null;
    });
    expect(await prove(fhir.ask)).toEqual({ ...ALL, identifierSearch: false });
  });

  test("bypasses caches", async () => {
    const fresh: (string | null)[] = [];
    const fhir = answering(({ path, headers }) => {
      if (path.includes("?")) fresh.push(headers.get("Cache-Control"));
      return null;
    });
    await prove(fhir.ask);
    expect(new Set(fresh)).toEqual(new Set(["no-cache"]));
  });
});

describe("a transaction is not used", () => {
  const inRead = (change: (resource: { resourceType: string; subject?: object; status?: string }) => object) =>
    saying(async ({ method, path }, answer) => {
      if (method !== "GET" || !path.startsWith("Observation/")) return answer;
      return Response.json(change((await answer.json()) as never));
    });
  const inAnswer = (change: (text: string) => string) =>
    saying(async ({ method, path }, answer) =>
      method === "POST" && path === "" ? plain(200, change(await answer.text())) : answer,
    );

  test.each<[string, () => Ask]>([
    ["does not name what it created", () => inAnswer((text) => text.replaceAll("location", "where"))],
    [
      "says more than it was sent",
      () => inAnswer((text) => text.replace(/]}$/, `,{"location":"Patient/1/_history/1"}]}`)),
    ],
    ["does not name everything", () => inAnswer((text) => text.replace("location", "where"))],
    ["names it in another order", () => inAnswer((text) => text.replace("Patient/", "Observation/"))],
    ["has no versions although single writes have", () => inAnswer((text) => text.replaceAll("/_history/1", ""))],
    ["keeps the reference as it was", () => inRead((each) => ({ ...each, subject: { reference: "urn:uuid:0" } }))],
    ["drops the reference", () => inRead(({ subject: _, ...each }) => each)],
    ["stores other content", () => inRead((each) => ({ ...each, status: "amended" }))],
    ["stores only a part", () => answering(({ path }) => (path.startsWith("Observation/") ? plain(404) : null)).ask],
    [
      "accepts it, and does it later",
      () => answering(({ path, method }) => (path === "" && method === "POST" ? plain(202) : null)).ask,
    ],
  ])("if the server %s", async (_, ask) => {
    expect(await prove(ask())).toEqual({ ...ALL, transaction: false });
  });
});

test("a write that is readable only after a while is waited for", async () => {
  const late = new Set<string>();
  const fhir = answering(({ method, path }) => {
    if (method !== "GET" || !/^\w+\/\w/.test(path) || !fhir.stored.has(path) || late.has(path)) return null;
    late.add(path);
    return plain(404);
  });
  expect(await proveDialect(fhir.ask, { seed: SEED, patienceMs: 10_000 })).toEqual(ALL);
  expect(late.size).toBeGreaterThan(3);
});

test("everything it writes has a tag of the run, and a name that no write of the load or the warm-up has", async () => {
  const fhir = new MemoryFhir();
  await prove(fhir.ask);
  const stored = [...fhir.stored.values()].flat();
  expect(stored.length).toBeGreaterThan(8);
  const taken = [SEED, (SEED + SEED_LIMIT / 2) % SEED_LIMIT].map(writeIdPrefix);
  for (const resource of stored) {
    expect(resource?.meta?.tag).toEqual([OF_ANY_DRILL, tagBesideOf(SEED)]);
    const [identifier] = resource?.identifier ?? [];
    expect(identifier?.system).toBe(IDENTIFIER_SYSTEM);
    for (const prefix of taken) expect(`${identifier?.value} ${resource?.id}`).not.toContain(prefix);
  }
});

describe("a server that throttles", () => {
  test("is waited for, and its 429s prove nothing", async () => {
    let asked = 0;
    const fhir = answering(() => {
      asked += 1;
      return asked < 12 && asked % 3 > 0 ? plain(429, "too fast", { "Retry-After": "0" }) : null;
    });
    expect(await prove(fhir.ask)).toEqual(ALL);
  });

  test("for too long is not drilled", async () => {
    const fhir = answering(({ method }) => (method === "POST" ? plain(429, "", { "Retry-After": "61" }) : null));
    expect((await failureOf(prove(fhir.ask))).what).toBe("the service throttles its clients even without a load");
    expect(fhir.asked).toHaveLength(2);
  });

  test.each<[string | null, number]>([
    [null, 1000],
    ["0", 100],
    ["7", 7000],
    [" 7 ", 7000],
    ["Sun, 06 Nov 1994 08:49:40 GMT", 3000],
    ["Sun, 06 Nov 1994 08:49:30 GMT", 100],
    ["soon", 1000],
  ])("with Retry-After %j is waited for %i ms", (said, ms) => {
    expect(waitMs(said, Date.parse("1994-11-06T08:49:37Z"))).toBe(ms);
  });
});

describe("a server is refused, with the beginning of its message,", () => {
  const WORDS = '{"issue": [{\n  "diagnostics": "no scope for it"}]}';
  const SAID = '{"issue": [{ "diagnostics": "no scope for it"}]}';
  const to = (wanted: (request: Request) => boolean, instead: () => Response) =>
    answering((request) => (wanted(request) ? instead() : null)).ask;
  const isOf = (method: string, path: string) => (request: Request) =>
    request.method === method && request.path === path;

  test.each([401, 403])("if it does not let the drill write: %i", async (status) => {
    for (const path of ["Patient", "", "Basic"]) {
      const { what, why, todo } = await failureOf(prove(to(isOf("POST", path), () => plain(status, WORDS))));
      expect(what).toBe("the drill is not allowed to write");
      expect(why).toBe(`POST ${path || "of a transaction"} was answered with status ${status}: ${SAID}`);
      expect(todo).toContain("Patient, Observation and Basic");
    }
    const fhir = answering(({ method }) => (method === "PUT" ? plain(status) : null));
    expect((await failureOf(prove(fhir.ask))).why).toMatch(/^PUT Patient\/w/);
  });

  test("if it creates no Patient", async () => {
    const { what, why } = await failureOf(prove(to(isOf("POST", "Patient"), () => plain(422, WORDS))));
    expect([what, why]).toEqual(["no Patient can be created", `POST Patient was answered with status 422: ${SAID}`]);
  });

  test("if it creates no Basic, which the start signal needs", async () => {
    const { what } = await failureOf(prove(to(isOf("POST", "Basic"), () => plain(404, WORDS))));
    expect(what).toBe("no Basic can be created");
  });

  test.each<[string, () => Response]>([
    ["nothing", () => plain(404, WORDS)],
    ["a page", () => plain(200, "<html>")],
    ["something else", () => Response.json({ resourceType: "Patient" })],
    ["of a server that is not up", () => Response.json({ resourceType: "CapabilityStatement" }, { status: 503 })],
    ["nothing but null", () => plain(200, "null")],
  ])("if its metadata is %s", async (_, instead) => {
    const { what, why } = await failureOf(prove(to(isOf("GET", "metadata"), instead)));
    expect(what).toBe("no FHIR server answers at the FHIR base");
    expect(why).toMatch(/^metadata was answered with status \d+: /);
  });

  test("if it does not name what it created", async () => {
    const ask = saying(({ method }, answer) => (method === "POST" ? without(answer, "Location") : answer));
    expect((await failureOf(prove(ask))).what).toBe("what is written cannot be looked up");
  });

  test("if the canary cannot be read back, or with other content", async () => {
    const isCanary = ({ method, path }: Request) => method === "GET" && path === "Patient/1000";
    const unread = await failureOf(prove(to(isCanary, () => plain(404, WORDS))));
    expect(unread).toMatchObject({
      what: "what was just written cannot be read back",
      why: `Patient/1000 is answered with status 404: ${SAID}`,
    });
    const ask = saying(async (request, answer) =>
      isCanary(request) ? Response.json({ ...((await answer.json()) as object), gender: "other" }) : answer,
    );
    expect((await failureOf(prove(ask))).why).toBe("Patient/1000 has other content than was written");
    expect((await failureOf(prove(to(isCanary, () => plain(200, ""))))).why).toMatch(/other content/);
  });

  test("if it accepts no ids and finds nothing, so the load cannot get its start signal", async () => {
    const fhir = new MemoryFhir({ ownIds: true, without: ["identifier-search"] });
    expect((await failureOf(prove(fhir.ask))).what).toBe("this FHIR server cannot be drilled");
  });
});

describe("a seed that was used there before is refused", () => {
  const WAS_HERE = "this server has been drilled with this seed before";

  test.each<Manner>([{}, { ownIds: true }, { without: ["identifier-search"] }])("by %j", async (manner) => {
    const fhir = new MemoryFhir(manner);
    await prove(fhir.ask);
    expect((await failureOf(prove(fhir.ask))).what).toBe(WAS_HERE);
    expect(await prove(fhir.ask, SEED + 1)).toMatchObject({ transaction: true });
  });

  test("even if everything was deleted, since names would continue their old versions", async () => {
    const fhir = new MemoryFhir();
    await prove(fhir.ask);
    for (const name of fhir.stored.keys()) await fhir.ask(name, { method: "DELETE" });
    expect((await failureOf(prove(fhir.ask))).what).toBe(WAS_HERE);
  });
});

describe("a server that fails in the middle", () => {
  const asked = async () => {
    const fhir = new MemoryFhir();
    await prove(fhir.ask);
    return fhir.asked;
  };

  test("at any request is not healthy, and nothing is concluded from it", async () => {
    const requests = await asked();
    for (const [at, request] of requests.entries()) {
      const fhir = new MemoryFhir();
      const ask: Ask = async (path, init) => {
        if (fhir.asked.length === at) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
        return fhir.ask(path, init);
      };
      const { what, why } = await failureOf(prove(ask));
      expect([request, what]).toEqual([request, "the service is not healthy"]);
      expect(why).toMatch(/: connect ECONNREFUSED$/);
    }
  });

  test("with its own error at any write is not healthy either", async () => {
    const requests = await asked();
    const writes = requests.flatMap((request, at) => (request.startsWith("GET") ? [] : [at]));
    expect(writes.length).toBeGreaterThan(8);
    for (const at of writes) {
      const fhir = new MemoryFhir();
      fhir.intercept = () => (fhir.asked.length === at + 1 ? plain(500, "the database is gone") : null);
      const { what, why } = await failureOf(prove(fhir.ask));
      expect([at, what]).toEqual([at, "the service is not healthy"]);
      expect(why).toMatch(/: status 500: the database is gone$/);
    }
  });

  test("gets no more requests when the drill is aborted", async () => {
    const off = new AbortController();
    const fhir = answering(({ path }) => {
      if (path.startsWith("Patient?")) off.abort(new Error("called off"));
      return null;
    });
    await expect(proveDialect(fhir.ask, { seed: SEED, signal: off.signal })).rejects.toThrow("called off");
    expect(fhir.asked.filter((request) => request.startsWith("GET Patient?"))).toHaveLength(1);
  });

  test("is not waited for then either", async () => {
    const off = new AbortController();
    const ended: unknown[] = [];
    const never: Ask = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          ended.push(init.signal?.reason);
          reject(init.signal?.reason);
        });
        off.abort(new Error("called off"));
      });
    await expect(proveDialect(never, { seed: SEED, signal: off.signal })).rejects.toThrow("called off");
    expect(ended).toEqual([new Error("called off")]);
  });
});
