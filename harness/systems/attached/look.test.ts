/** What is checked before anything is broken; the checks change nothing. */
import { describe, expect, test } from "vitest";
import { OF_ANY_DRILL, tagged, tagOf } from "../../model/load/tag.ts";
import { type OwnSystem, type OwnSystemInput, OwnSystemSchema } from "../../model/plan/own-system.ts";
import { MemoryFhir } from "../../system/testing/memory-fhir.ts";
import { fakeEngine } from "../lab/testing/fake-engine.ts";
import { lookAt } from "./look.ts";

const program = (script: string): { argv: [string, ...string[]] } => ({ argv: [process.execPath, "-e", script] });
const prints = (text: string) => program(`process.stdout.write(${JSON.stringify(text)})`);
const ends = (code: number) => program(`process.exit(${code})`);

const ID = "0123456789abcdef";
function docker(labels: Record<string, string> = { "fhirdrill.allow": "true" }, state = "running") {
  const container = { Id: ID, Names: ["/pg"], Labels: labels, Image: "postgres:17", State: state };
  return fakeEngine({ listContainers: async () => [container] });
}
const database = { database: { is: "database", find: { container: "pg" } } } as const;

function looked(more: Partial<OwnSystemInput> = {}, { fhir = new MemoryFhir(), engine = docker() } = {}) {
  const own: OwnSystem = OwnSystemSchema.parse({
    ...{ is: "a system", fhir: { base: "http://fhir.test/fhir" }, targets: database },
    ...more,
  });
  return lookAt({ name: "staging", own, engine, ask: fhir.ask, databases: null, cluster: null, now: () => 0 });
}

test("the findings are returned, and all requests were reads", async () => {
  const fhir = new MemoryFhir();
  expect(await looked({}, { fhir })).toMatchObject({
    targets: [{ name: "database", id: ID, container: "pg" }],
    ...{ software: "memory", fhirVersion: "4.0.1", foreignPatients: 0 },
  });
  expect(fhir.asked.every((text) => text.startsWith("GET "))).toBe(true);
});

test("a container that does not consent is not broken", async () => {
  await expect(looked({}, { engine: docker({}) })).rejects.toThrow(/does not consent/);
  const no = { "fhirdrill.allow": "false" };
  const proof = { environment: "staging", proof: prints("staging\n") };
  await expect(looked({ expect: proof }, { engine: docker(no) })).rejects.toThrow(/does not consent/);
  await expect(looked({ expect: proof }, { engine: docker({}) })).resolves.toBeDefined();
});

test.each([
  ["another name", prints("production"), /is not proven to be staging: it prints production/],
  ["nothing", prints(""), /it prints nothing/],
  ["the name, and fails", program("console.log('staging'); process.exit(1)"), /ended with 1/],
])("an environment whose proof prints %s is refused", async (_, proof, why) => {
  await expect(looked({ expect: { environment: "staging", proof } })).rejects.toThrow(why);
});

test("a system with hooks alone needs a proof of its environment", async () => {
  const hooks = {
    cut: { inject: ends(0), heal: ends(0), evidence: prints('{"bit":false}'), ttlSeconds: 10 },
  };
  await expect(looked({ targets: {}, hooks })).rejects.toThrow(/nothing shows that staging may be broken/);
  const proof = { environment: "staging", proof: prints("staging") };
  await expect(looked({ targets: {}, hooks, expect: proof })).resolves.toMatchObject({ targets: [] });
});

test.each([
  ["is already in force", prints('{"bit":true}'), /cut is already in force/],
  ["cannot be observed", prints("maybe"), /it is unknown whether cut is in force/],
])("no drill begins with a hook whose fault %s", async (_, evidence, why) => {
  const hooks = { cut: { inject: ends(0), heal: ends(0), evidence, ttlSeconds: 10 } };
  await expect(looked({ hooks })).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(why) });
});

async function withPatients(): Promise<MemoryFhir> {
  const fhir = new MemoryFhir();
  const put = (id: string, body: object) =>
    fhir.ask(`Patient/${id}`, { method: "PUT", body: JSON.stringify({ resourceType: "Patient", ...body }) });
  await put("theirs", {});
  await put("of-a-drill", tagged({}, [OF_ANY_DRILL, tagOf(7)]));
  return fhir;
}

test("a system with other patients is refused, unless existingData is set", async () => {
  const fhir = await withPatients();
  await expect(looked({}, { fhir })).rejects.toMatchObject({
    exitCode: 64,
    message: expect.stringContaining("1 of them"),
  });
  expect(await looked({ guard: { existingData: true } }, { fhir })).toMatchObject({ foreignPatients: 1 });
});

test("a server that does not count does not pass as empty", async () => {
  const fhir = await withPatients();
  fhir.intercept = (path) => (path.includes("_summary") ? Response.json({ resourceType: "Bundle" }) : null);
  await expect(looked({}, { fhir })).rejects.toThrow(/does not report how many/);
});

describe("while another drill writes", () => {
  /** Before each of the first requests that count by tag, a patient of a drill is stored. */
  async function growing(times: number): Promise<MemoryFhir> {
    const fhir = await withPatients();
    let left = times;
    fhir.intercept = (path) => {
      if (!path.includes("_tag") || left === 0) return null;
      left -= 1;
      void fhir.ask(`Patient/more-${left}`, {
        method: "PUT",
        body: JSON.stringify({ resourceType: "Patient", ...tagged({}, [OF_ANY_DRILL, tagOf(8)]) }),
      });
      return null;
    };
    return fhir;
  }

  test("its patients are not taken for others, nor others for its own", async () => {
    for (const times of [2, 3, 5]) {
      const looking = looked({ guard: { existingData: true } }, { fhir: await growing(times) });
      expect(await looking).toMatchObject({ foreignPatients: 1 });
    }
  });

  test("all the time, nothing is broken, and the reason is named", async () => {
    await expect(looked({}, { fhir: await growing(100) })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("another drill may be running"),
    });
  });
});

test("a system that is not well is not broken", async () => {
  const inconclusive = (why: RegExp) => ({ exitCode: 2, message: expect.stringMatching(why) });
  await expect(looked({ observe: { redundant: ends(1) } })).rejects.toMatchObject(
    inconclusive(/the sites do not both have all/),
  );
  await expect(looked({}, { engine: docker(undefined, "exited") })).rejects.toMatchObject(inconclusive(/does not run/));
  const html = new MemoryFhir();
  html.intercept = () => new Response("<html>");
  await expect(looked({}, { fhir: html })).rejects.toMatchObject(inconclusive(/without a CapabilityStatement/));
  const failing = new MemoryFhir();
  failing.intercept = (path) => (path.startsWith("Patient") ? new Response("", { status: 503 }) : null);
  await expect(looked({}, { fhir: failing })).rejects.toMatchObject(inconclusive(/status 503/));
  await expect(looked({ observe: { primary: { run: prints('{"primary":null}') } } })).rejects.toMatchObject(
    inconclusive(/the primary cannot be determined/),
  );
});
