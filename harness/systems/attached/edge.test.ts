/** A fake service in this process, with authorization by token, by header and by an unknown certificate. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { FhirSchema } from "../../model/plan/own-system.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { DEAD_ADDRESS, listen } from "../../system/testing/loopback-server.ts";
import { edgeOf } from "./edge.ts";
import { Secrets } from "./secret.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: (request: IncomingMessage, body: string) => { status?: number; body?: unknown }) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      const { status = 200, body: sent = {} } = answer(request, body);
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(sent));
    });
  });
  servers.push(server);
  return `http://${await listen(server)}`;
}

const SECRET = { run: { argv: [process.execPath, "-e", "console.log('s3cret-of-ours')"], timeoutSeconds: 20 } };

test("the path is below the FHIR base, and the description's headers are sent with each request", async () => {
  const base = await serve(({ url, headers }) => ({
    body: { url, tenant: headers["x-tenant"], own: headers["x-own"] },
  }));
  const fhir = FhirSchema.parse({ base: `${base}/r4/`, headers: { "X-Tenant": "one" } });
  const edge = await edgeOf(fhir, new Secrets());
  const asked = async (path: string) => (await edge.ask(path, { headers: { "X-Own": "1" } })).json();
  expect(await asked("Patient/1")).toEqual({ url: "/r4/Patient/1", tenant: "one", own: "1" });
  expect(await asked("")).toMatchObject({ url: "/r4" });
  expect(await edge.fromBeside(1000)).toEqual({ baseUrl: `${base}/r4`, headers: { "X-Tenant": "one" } });
});

test("a bearer token is sent, and is redacted from output", async () => {
  const base = await serve(({ headers }) => ({ body: { sent: headers.authorization } }));
  const secrets = new Secrets();
  const edge = await edgeOf(FhirSchema.parse({ base, auth: { kind: "bearer", token: SECRET } }), secrets);
  const text = await (await edge.ask("metadata")).text();
  expect(JSON.parse(text)).toEqual({ sent: "Bearer s3cret-of-ours" });
  expect(secrets.redacted(text)).not.toContain("s3cret");
});

function tokenServer(lives: number[]) {
  let bought = 0;
  return serve(({ headers }, body) => {
    const [id, secret] = Buffer.from(String(headers.authorization).slice(6), "base64").toString().split(":");
    if (id !== "drill" || secret !== "s3cret-of-ours" || !body.includes("grant_type=client_credentials"))
      return { status: 401 };
    bought += 1;
    return { body: { access_token: `token-${bought}`, token_type: "Bearer", expires_in: lives[bought - 1] ?? 3600 } };
  });
}
const withClient = (base: string, tokenUrl: string) =>
  FhirSchema.parse({ base, auth: { kind: "client-credentials", tokenUrl, clientId: "drill", clientSecret: SECRET } });

test("a token is requested once, and again before it expires", async () => {
  const base = await serve(({ headers }) => ({ body: headers.authorization }));
  let nowMs = 0;
  const edge = await edgeOf(withClient(base, await tokenServer([100, 100])), new Secrets(), () => nowMs);
  const sent = async () => (await edge.ask("metadata")).json();
  expect(await Promise.all([sent(), sent(), sent()])).toEqual(Array(3).fill("Bearer token-1"));
  nowMs = 74_000;
  expect(await sent()).toBe("Bearer token-1");
  nowMs = 76_000;
  expect(await sent()).toBe("Bearer token-2");
});

test("a token that is refused before it expires is replaced, once per request; a bearer token is not", async () => {
  const asked: unknown[] = [];
  const base = await serve(({ headers }) => {
    asked.push(headers.authorization);
    return headers.authorization === "Bearer token-2" ? {} : { status: 401 };
  });
  const edge = await edgeOf(withClient(base, await tokenServer([])), new Secrets());
  const statuses = async () => [(await edge.ask("x")).status, (await edge.ask("x")).status];
  expect(await statuses()).toEqual([200, 200]);
  expect(asked.splice(0)).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
  const wrong = await edgeOf(withClient(base, await tokenServer([])), new Secrets());
  await wrong.ask("x");
  const other = await serve(() => ({ status: 401 }));
  expect((await wrong.askAt(other)("x")).status).toBe(401);
  expect(asked).toHaveLength(2);
  const own = await edgeOf(FhirSchema.parse({ base, auth: { kind: "bearer", token: SECRET } }), new Secrets());
  expect((await own.ask("x")).status).toBe(401);
  expect(asked).toHaveLength(3);
});

test("a load gets a token that lasts to its end, or a failure", async () => {
  const base = await serve(() => ({}));
  const edge = await edgeOf(withClient(base, await tokenServer([100, 300])), new Secrets(), () => 0);
  await edge.ask("metadata");
  expect((await edge.fromBeside(200_000)).headers).toEqual({ Authorization: "Bearer token-2" });
  const short = await edgeOf(withClient(base, await tokenServer([100, 100])), new Secrets(), () => 0);
  const refused = await short.fromBeside(200_000).catch((error: DrillFailure) => error);
  expect(refused).toBeInstanceOf(DrillFailure);
  expect((refused as DrillFailure).text.why).toBe("it is valid for 100 s but needed for 200 s");
});

test.each([
  ["refuses the client", () => ({ status: 401 }), "it answers with status 401"],
  ["answers with something else", () => ({ body: { token: "x" } }), "access_token"],
  ["issues another token type", () => ({ body: { access_token: "x", token_type: "mac" } }), "tokens of type mac"],
])("a token server that %s is reported", async (_, answer, why) => {
  const edge = await edgeOf(withClient(`http://${DEAD_ADDRESS}/fhir`, await serve(answer)), new Secrets());
  const failed = await edge.ask("metadata").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DrillFailure);
  expect((failed as DrillFailure).text.why).toContain(why);
  expect(JSON.stringify((failed as DrillFailure).text)).not.toContain("s3cret");
});

test("a missing secret or an invalid certificate is refused before any request", async () => {
  const auth = { kind: "bearer", token: { env: "FHIRDRILL_NOT_SET" } };
  const base = `http://${DEAD_ADDRESS}/fhir`;
  await expect(edgeOf(FhirSchema.parse({ base, auth }), new Secrets())).rejects.toThrow("a secret is missing");
  const file = fileURLToPath(new URL("./edge.ts", import.meta.url));
  await expect(edgeOf(FhirSchema.parse({ base, ca: file }), new Secrets())).rejects.toThrow("cannot be used");
});
