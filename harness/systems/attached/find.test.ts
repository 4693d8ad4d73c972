import { expect, test } from "vitest";
import { type OwnSystem, OwnSystemSchema } from "../../model/plan/own-system.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { type FoundTarget, findTargets, refusalOf } from "./find.ts";

type Docker = Parameters<typeof findTargets>[0];
const compose = (service: string, more = {}) => ({
  "com.docker.compose.project": "shop",
  "com.docker.compose.service": service,
  ...more,
});
const container = (name: string, Labels: Record<string, string> = {}, State = "running") => ({
  ...{ Id: `id-of-${name}`, Names: [`/${name}`], Image: "any:1", State, Labels },
});
const engineWith = (...all: object[]) => ({ listContainers: async () => all }) as unknown as Docker;
const targets = (described: object): OwnSystem["targets"] =>
  OwnSystemSchema.parse({ is: "ours", fhir: { base: "http://edge/fhir" }, targets: described }).targets;

const byService = (service: string) => ({ compose: { project: "shop", service } });
const DATABASE = targets({ db: { is: "database", site: "a", find: byService("db") } });

async function whyNot(docker: Docker, described = DATABASE): Promise<string> {
  const failed = await findTargets(docker, described).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DrillFailure);
  expect((failed as DrillFailure).exitCode).toBe(64);
  return (failed as DrillFailure).message;
}

test("each target is found by its description, even if stopped, and identified by its id", async () => {
  const docker = engineWith(
    container("shop-db-1", compose("db", { "fhirdrill.allow": "true" })),
    container("other-db-1", { ...compose("db"), "com.docker.compose.project": "another" }),
    container("proxy", {}, "exited"),
    container("app", { tier: "fhir" }),
  );
  const found = await findTargets(
    docker,
    targets({
      db: { is: "database", site: "a", find: byService("db") },
      proxy: { is: "proxy", find: { container: "proxy" } },
      app: { is: "server", site: "b", find: { label: { name: "tier", value: "fhir" } } },
    }),
  );
  expect(found).toEqual([
    {
      name: "db",
      is: "database",
      side: "a",
      id: "id-of-shop-db-1",
      container: "shop-db-1",
      image: "any:1",
      running: true,
      allows: true,
    },
    {
      name: "proxy",
      is: "proxy",
      side: null,
      id: "id-of-proxy",
      container: "proxy",
      image: "any:1",
      running: false,
      allows: null,
    },
    {
      name: "app",
      is: "server",
      side: "b",
      id: "id-of-app",
      container: "app",
      image: "any:1",
      running: true,
      allows: null,
    },
  ]);
});

test("no container, or more than one, is refused, naming the target", async () => {
  expect(await whyNot(engineWith(container("db")))).toBe(
    "there is no container for the target db: it looks for the service db of the compose project shop, and the engine has none",
  );
  expect(
    await whyNot(engineWith(container("shop-db-1", compose("db")), container("shop-db-2", compose("db")))),
  ).toContain("finds shop-db-1, shop-db-2");
});

test("a container is at most one target, and never one of our own lab", async () => {
  const one = container("shop-db-1", compose("db"));
  const twice = targets({ db: DATABASE.db, again: { is: "other", find: { container: "shop-db-1" } } });
  expect(await whyNot(engineWith(one), twice)).toContain("the targets db and again are one container");
  const ours = container("shop-db-1", compose("db", { "org.fhirdrill.run": "r1" }));
  expect(await whyNot(engineWith(ours))).toContain("belongs to the run r1");
});

test("a container is not found by a prefix of its name", async () => {
  const docker = engineWith(container("proxy-2"));
  expect(await whyNot(docker, targets({ proxy: { is: "proxy", find: { container: "proxy" } } }))).toContain(
    "no container",
  );
});

test.each<[FoundTarget["allows"], boolean, boolean]>([
  [true, false, true],
  [true, true, true],
  [null, true, true],
  [null, false, false],
  [false, false, false],
  [false, true, false],
])("a container with consent %s and a proven environment %s may be broken: %s", (allows, proven, may) => {
  const [name, container] = ["db", "shop-db-1"];
  const found: FoundTarget = {
    name,
    container,
    is: "database",
    side: "a",
    id: "1",
    image: "any:1",
    running: true,
    allows,
  };
  expect(refusalOf(found, proven) === null).toBe(may);
});
