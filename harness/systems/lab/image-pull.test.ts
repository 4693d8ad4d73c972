/** What an engine's answer to a pull means for the next pulls. */
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { PullFailed, Pulls, registryOf } from "./image-pull.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

test.each([
  ["nginx:1.30.4", "Docker Hub"],
  ["grafana/k6:2.2.0", "Docker Hub"],
  ["ghcr.io/shopify/toxiproxy:2.12.0", "ghcr.io"],
  ["localhost/a", "localhost"],
  ["far.example:5000/a/b:1", "far.example:5000"],
])("%s is of %s", (image, registry) => expect(registryOf(image)).toBe(registry));

test.each([
  [
    "toomanyrequests: You have reached your unauthenticated pull rate limit.",
    /^the registry allows no more pulls for now/,
    true,
  ],
  [
    'Get "https://far.example/v2/": dial tcp: lookup far.example on 10.0.0.2:53: no such host',
    /^the registry's name cannot be resolved/,
    true,
  ],
  [
    'Get "https://far.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    /^the registry does not answer in time/,
    true,
  ],
  [
    'Get "https://far.example/v2/": dial tcp 10.0.0.3:443: connect: connection refused',
    /^the registry cannot be reached/,
    true,
  ],
  [
    'Get "https://far.example/v2/": x509: certificate signed by unknown authority',
    /^the registry's certificate is not trusted/,
    true,
  ],
  [
    "manifest for grafana/k6:0.0.0 not found: manifest unknown: manifest unknown",
    /^the registry does not have it/,
    false,
  ],
  [
    "pull access denied for a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    /^the registry refuses it/,
    false,
  ],
  ["unauthorized: authentication required", /^the registry refuses it/, false],
  ["failed to register layer: no space left on device", /^failed to register layer/, false],
])("%s", (words, means, ofRegistry) => {
  const failed = new PullFailed(words);
  expect(failed.message).toMatch(means);
  expect(failed.message).toContain(words);
  expect(failed.ofRegistry).toBe(ofRegistry);
});

/** An engine whose pulls end as the test defines; `asked` lists the pulled images. */
function engineThat(answers: (image: string) => Promise<unknown>) {
  const asked: string[] = [];
  const pull = (image: string) => {
    asked.push(image);
    return answers(image);
  };
  const followProgress = (stream: Readable, done: (error: Error | null) => void, progress: (line: object) => void) => {
    stream.on("data", (line) => progress(JSON.parse(line)));
    stream.on("end", () => done(null));
  };
  const engine = fakeEngine({ pull, modem: { followProgress } });
  return { pulls: new Pulls(engine), asked };
}

test("a registry that cannot be reached is tried once, and others are still used", async () => {
  const { pulls, asked } = engineThat(async () => {
    throw new Error("(HTTP code 500) server error - toomanyrequests: enough ");
  });
  for (const image of ["nginx:1", "postgres:1", "ghcr.io/a/b:1", "ghcr.io/a/c:1"])
    await expect(pulls.pull(image)).rejects.toThrow("allows no more pulls for now (toomanyrequests: enough)");
  expect(asked).toEqual(["nginx:1", "ghcr.io/a/b:1"]);
});

test("a missing image does not rule out others of its registry", async () => {
  const { pulls, asked } = engineThat(async (image) => {
    if (image === "nginx:0") throw new Error("(HTTP code 404) no such image - manifest unknown ");
    return Readable.from(['{"status":"Pulling"}']);
  });
  await expect(pulls.pull("nginx:0")).rejects.toThrow("the registry does not have it");
  await pulls.pull("postgres:1");
  expect(asked).toEqual(["nginx:0", "postgres:1"]);
});

test("an error after a pull has begun is a failure, although its stream ends normally", async () => {
  const { pulls } = engineThat(async () => Readable.from(['{"status":"Pulling"}', '{"error":"unexpected EOF"}']));
  await expect(pulls.pull("nginx:1")).rejects.toThrow("the registry cannot be reached (unexpected EOF)");
});

test("after one hiccup the image is pulled again", async () => {
  let asking = 0;
  const { pulls, asked } = engineThat(async () => {
    asking += 1;
    return Readable.from([asking === 1 ? '{"error":"unexpected EOF"}' : '{"status":"Pulling"}']);
  });
  await pulls.pull("nginx:1");
  await pulls.pull("postgres:1");
  expect(asked).toEqual(["nginx:1", "nginx:1", "postgres:1"]);
});

test("a registry with repeated hiccups is given up", async () => {
  const { pulls, asked } = engineThat(async () => Readable.from(['{"error":"unexpected EOF"}']));
  for (const image of ["nginx:1", "postgres:1"]) await expect(pulls.pull(image)).rejects.toThrow("cannot be reached");
  expect(asked).toEqual(["nginx:1", "nginx:1"]);
});
