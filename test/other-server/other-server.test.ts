/** The behaviour that drills of this server rely on; over HTTP on loopback. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { allOk } from "@medplum/core";
import type { Bundle, CapabilityStatement, Patient } from "@medplum/fhirtypes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certified } from "./authority.ts";
import { BASE } from "./base.ts";
import { Rate } from "./rate.ts";
import { otherServer } from "./server.ts";
import { Storage } from "./storage.ts";
import { Tokens } from "./token.ts";

const TOKEN = "let-me-in";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const folder = mkdtempSync(join(tmpdir(), "fhirdrill-other-server-"));
const storage = new Storage(join(folder, "here.sqlite"));
const server = otherServer({ storage, token: TOKEN, ratePerSecond: 1_000_000 });
let base: string;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function asker(at: () => string) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${at()}/${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/fhir+json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}
const ask = asker(() => base);

const SYSTEM = "urn:test:write";
function patient(value: string, more: Partial<Patient> = {}): Patient {
  return { resourceType: "Patient", identifier: [{ system: SYSTEM, value }], ...more };
}
async function create(value: string, more: Partial<Patient> = {}): Promise<Patient> {
  const answer = await ask("POST", "Patient", patient(value, more));
  expect(answer.status).toBe(201);
  return (await answer.json()) as Patient;
}
async function found(query: string): Promise<Bundle<Patient>> {
  const answer = await ask("GET", `Patient?${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Bundle<Patient>;
}
const byIdentifier = (value: string) => found(`identifier=${SYSTEM}|${value}`);

describe("it is not HAPI", () => {
  test("its CapabilityStatement says so, without authorization", async () => {
    const answer = await fetch(`${base}/metadata`);
    const { fhirVersion, software, rest } = (await answer.json()) as CapabilityStatement;
    const type = rest?.[0]?.resource?.find((each) => each.type === "Patient");
    expect([answer.status, fhirVersion, software?.name]).toEqual([200, "4.0.1", "other-server"]);
    expect([type?.updateCreate, type?.conditionalCreate, type?.versioning]).toEqual([false, true, "versioned"]);
    expect(type?.searchParam?.map(({ name }) => name)).toEqual(expect.arrayContaining(["identifier", "_tag"]));
  });

  test("ids and versions are its own UUIDs, whatever the client sends", async () => {
    const answer = await ask("POST", "Patient", patient("mine", { id: "mine", meta: { versionId: "1" } }));
    const { id, meta } = (await answer.json()) as Patient;
    expect([id, meta?.versionId]).toEqual([1, 2].map(() => expect.stringMatching(new RegExp(`^${UUID}$`))));
    expect(answer.headers.get("ETag")).toBe(`W/"${meta?.versionId}"`);
    expect(answer.headers.get("Location")).toBe(`${base}/Patient/${id}`);
  });

  test("an update cannot create a resource", async () => {
    const answers = [
      await ask("PUT", "Patient/mine", patient("put", { id: "mine" })),
      await ask("GET", "Patient/mine"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  test.each([{ Authorization: "" }, { Authorization: "Bearer wrong" }])("without the token: 401", async (headers) => {
    const answer = await ask("POST", "Patient", patient("stranger"), headers);
    expect([answer.status, answer.headers.get("WWW-Authenticate")]).toEqual([401, "Bearer"]);
    expect((await byIdentifier("stranger")).total).toBe(0);
  });

  test("above its rate: 429, with Retry-After", async () => {
    const slow = otherServer({ storage, token: TOKEN, ratePerSecond: 0.001 });
    await once(slow.listen(0, "127.0.0.1"), "listening");
    const askSlow = asker(() => `http://127.0.0.1:${(slow.address() as AddressInfo).port}${BASE}`);
    const first = await askSlow("POST", "Patient", patient("taken"));
    const second = await askSlow("POST", "Patient", patient("throttled"));
    expect([first.status, second.status]).toEqual([201, 429]);
    expect(Number(second.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await byIdentifier("throttled")).total).toBe(0);
    slow.close();
  });

  test("further 429s by its settings: writes of a load by their numbers, of all others every n-th request", async () => {
    const moody = otherServer({
      ...{ storage, token: TOKEN, ratePerSecond: 1_000_000 },
      refuses: { writes: [2], every: 3 },
    });
    await once(moody.listen(0, "127.0.0.1"), "listening");
    const askMoody = asker(() => `http://127.0.0.1:${(moody.address() as AddressInfo).port}${BASE}`);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      statuses.push((await askMoody("GET", "Patient?_count=1")).status);
      const id = `w3mv-${i}`;
      statuses.push((await askMoody("POST", "Patient", patient(id), { "X-Request-ID": id })).status);
    }
    expect(statuses).toEqual([200, 201, 200, 201, 429, 429, 200, 201, 200, 201, 429, 201]);
    expect((await byIdentifier("w3mv-2")).total).toBe(0);
    moody.close();
  });

  test("a client gets tokens for its secret, each valid for its lifetime only, also after a restart", async () => {
    const give = (secret: string) => {
      const headers = { Authorization: `Basic ${Buffer.from(`drill:${secret}`).toString("base64")}` };
      return fetch(new URL("/token", base), { method: "POST", headers });
    };
    expect((await give("wrong")).status).toBe(401);
    const { access_token, expires_in } = (await (await give(TOKEN)).json()) as Record<string, string>;
    expect(expires_in).toBeUndefined();
    const answer = await ask("GET", "Patient?_count=1", undefined, { Authorization: `Bearer ${access_token}` });
    expect(answer.status).toBe(200);
    let nowMs = 0;
    const tokens = new Tokens(TOKEN, 15, { now: () => nowMs });
    const authorization = `Basic ${Buffer.from(`drill:${TOKEN}`).toString("base64")}`;
    const token = tokens.give(authorization) ?? "";
    const isGood = () => [tokens, new Tokens(TOKEN, 15, { now: () => nowMs })].map((each) => each.isGood(token));
    nowMs = 14_999;
    expect(isGood()).toEqual([true, true]);
    expect(["", "NaN.x", `${token}x`, `9${token}`].filter((each) => tokens.isGood(each))).toEqual([]);
    expect(new Tokens(TOKEN, 15, { now: () => nowMs, key: "another" }).isGood(token)).toBe(false);
    nowMs = 15_000;
    expect(isGood()).toEqual([false, false]);
  });

  test("with a certificate, it answers only clients that trust its authority, and only by HTTPS", async () => {
    const { authority, certificate, key } = await certified();
    const secure = otherServer({ storage, token: TOKEN, ratePerSecond: 1, certified: { certificate, key } });
    await once(secure.listen(0, "127.0.0.1"), "listening");
    const at = `127.0.0.1:${(secure.address() as AddressInfo).port}${BASE}/metadata`;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      https
        .get(`https://${at}`, { ca: authority }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject);
    });
    expect(status).toBe(200);
    const why = async (url: string) => fetch(url).catch((error: Error) => (error.cause as { code?: string }).code);
    expect([await why(`https://${at}`), typeof (await why(`http://${at}`))]).toEqual([
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "string",
    ]);
    secure.close();
  });

  test("its rate limit refills over time, and holds at most a second's worth", () => {
    let nowMs = 0;
    const rate = new Rate(2, () => nowMs);
    const take = (times: number) => Array.from({ length: times }, () => rate.take());
    expect(take(3)).toEqual([0, 0, 1]);
    nowMs = 500;
    expect(take(2)).toEqual([0, 1]);
    nowMs = 60_000;
    expect(take(3)).toEqual([0, 0, 1]);
  });

  test("invalid JSON, and requests that are not FHIR, are refused", async () => {
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const broken = await fetch(`${base}/Patient`, { method: "POST", headers, body: "{" });
    const elsewhere = await fetch(new URL("/", base), { headers });
    expect([broken.status, elsewhere.status]).toEqual([400, 404]);
  });
});

describe("versions", () => {
  test("an update with If-Match is refused with 412 if the version differs", async () => {
    const first = await create("register");
    const { id = "" } = first;
    const update = (value: string, version = "") =>
      ask("PUT", `Patient/${id}`, patient(value, { id }), { "If-Match": `W/"${version}"` });
    const [good, late] = [await update("second", first.meta?.versionId), await update("third", first.meta?.versionId)];
    expect([good.status, late.status]).toEqual([200, 412]);
    expect(((await (await ask("GET", `Patient/${id}`)).json()) as Patient).identifier?.[0]?.value).toBe("second");
  });

  test("the history has all versions, the newest first, at each read", async () => {
    const { id = "" } = await create("one");
    await ask("PUT", `Patient/${id}`, patient("two", { id }));
    await ask("DELETE", `Patient/${id}`);
    const read = async () => (await (await ask("GET", `Patient/${id}/_history`)).json()) as Bundle<Patient>;
    const [history, again] = [await read(), await read()];
    expect(again).toEqual(history);
    expect(history.entry?.map(({ request, resource }) => [request?.method, resource?.identifier?.[0]?.value])).toEqual([
      ["DELETE", undefined],
      ["PUT", "two"],
      ["POST", "one"],
    ]);
    const [, , first] = history.entry ?? [];
    const answer = await ask("GET", `Patient/${id}/_history/${first?.resource?.meta?.versionId}`);
    expect(await answer.json()).toEqual(first?.resource);
    expect((await ask("GET", `Patient/${id}`)).status).toBe(410);
    expect((await byIdentifier("two")).total).toBe(0);
  });
});

describe("search", () => {
  test("finds by identifier what is stored now, and nothing else", async () => {
    const { id = "" } = await create("before");
    await ask("PUT", `Patient/${id}`, patient("after", { id }));
    expect((await byIdentifier("before")).total).toBe(0);
    expect((await byIdentifier("after")).entry?.map((each) => each.fullUrl)).toEqual([`${base}/Patient/${id}`]);
    expect((await found("identifier=urn:test:other|after")).total).toBe(0);
    expect((await ask("GET", "Patient?nonsense=1")).status).toBe(400);
  });

  test("has all resources with a tag on its pages, each once", async () => {
    const tagged = { meta: { tag: [{ system: "urn:test:run", code: "pages" }] } };
    const made = await Promise.all(Array.from({ length: 7 }, (_, i) => create(`page-${i}`, tagged)));
    await create("untagged");
    const seen: (string | undefined)[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `${base}/Patient?_tag=urn:test:run|pages&_count=3`;
    while (next !== undefined && sizes.length < 9) {
      const page = (await (await fetch(next, { headers: { Authorization: `Bearer ${TOKEN}` } })).json()) as Bundle;
      sizes.push(page.entry?.length ?? 0);
      seen.push(...(page.entry ?? []).map(({ resource }) => resource?.id));
      next = page.link?.find(({ relation }) => relation === "next")?.url;
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
  });
});

describe("writes", () => {
  test("concurrent conditional creates create one resource", async () => {
    const once = () =>
      ask("POST", "Patient", patient("once"), { "If-None-Exist": `identifier=${SYSTEM}|once` }).then(
        ({ status }) => status,
      );
    expect((await Promise.all([once(), once(), once()])).toSorted()).toEqual([200, 200, 201]);
    expect((await byIdentifier("once")).total).toBe(1);
  });

  test("requests are executed one after the other", async () => {
    const seen: string[] = [];
    const handle = (name: string) => async (): Promise<[typeof allOk]> => {
      seen.push(`${name} begins`);
      await setImmediate();
      seen.push(`${name} ends`);
      return [allOk];
    };
    await Promise.all([storage.inTurn(handle("a")), storage.inTurn(handle("b"))]);
    expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  const PLACEHOLDER = "urn:uuid:7d3ad0f0-2f5e-4a55-a9a2-0f7c2a5c1f11";
  const transaction = (value: string, last: { url: string; resource: Patient }): Bundle => ({
    ...{ resourceType: "Bundle", type: "transaction" },
    entry: [
      { fullUrl: PLACEHOLDER, resource: patient(value), request: { method: "POST", url: "Patient" } },
      {
        resource: { resourceType: "Basic", code: { text: "x" }, subject: { reference: PLACEHOLDER } },
        request: { method: "POST", url: "Basic" },
      },
      { resource: last.resource, request: { method: "PUT", url: last.url } },
    ],
  });

  test("a transaction is stored as a whole, with its references resolved", async () => {
    const last = { url: `Patient?identifier=${SYSTEM}|last`, resource: patient("last") };
    const answer = await ask("POST", "", transaction("whole", last));
    const { entry = [] } = (await answer.json()) as Bundle;
    expect([answer.status, entry.map(({ response }) => response?.status)]).toEqual([200, ["201", "201", "201"]]);
    const [made, basic] = entry.map(({ response }) => response?.location ?? "");
    expect(made).toMatch(new RegExp(`^Patient/${UUID}$`));
    expect(await (await ask("GET", basic as string)).json()).toMatchObject({ subject: { reference: made } });
  });

  test("if one entry of a transaction fails, none is stored", async () => {
    const last = { url: "Patient/nobody", resource: patient("last", { id: "nobody" }) };
    expect((await ask("POST", "", transaction("torn", last))).status).toBe(404);
    expect((await byIdentifier("torn")).total).toBe(0);
  });
});

describe("killed and started again", () => {
  const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
  let process_: ChildProcess;
  let at: string;
  const askIt = asker(() => at);

  async function start(name: string, loses: number): Promise<void> {
    process_ = spawn(process.execPath, [MAIN, "0", join(folder, name)], {
      env: { ...process.env, OTHER_SERVER: JSON.stringify({ token: TOKEN, losesLast: loses }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(process_.stdout as NodeJS.ReadableStream, "data");
    at = `http://127.0.0.1:${String(line).trim().split(" ").at(-1)}${BASE}`;
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    process_.kill(signal);
    await once(process_, "exit");
  }
  async function write(values: string[]): Promise<void> {
    for (const value of values) expect((await askIt("POST", "Patient", patient(value))).status).toBe(201);
  }
  async function there(): Promise<(string | undefined)[]> {
    const { entry = [] } = (await (await askIt("GET", "Patient?_count=100")).json()) as Bundle<Patient>;
    return entry.map(({ resource }) => resource?.identifier?.[0]?.value).toSorted();
  }

  test("it still has what it acknowledged", async () => {
    await start("sound", 0);
    await write(["1", "2", "3"]);
    await end("SIGKILL");
    await start("sound", 0);
    expect(await there()).toEqual(["1", "2", "3"]);
    await end("SIGKILL");
  });

  test("with the seeded defect, the last acknowledged requests are lost; after a clean stop, none", async () => {
    await start("defective", 2);
    await write(["1", "2"]);
    await end("SIGTERM");
    await start("defective", 2);
    expect(await there()).toEqual(["1", "2"]);
    await write(["3", "4", "5"]);
    await end("SIGKILL");
    await start("defective", 2);
    expect(await there()).toEqual(["1", "2", "3"]);
    await end("SIGKILL");
    await start("defective", 2);
    expect(await there()).toEqual(["1", "2", "3"]);
    await end("SIGKILL");
  });
});
