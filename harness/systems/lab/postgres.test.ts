import { expect, test } from "vitest";
import { dataFolderOf } from "./postgres.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const engineWith = (Env: string[] | undefined) =>
  fakeEngine({ getImage: () => ({ inspect: async () => ({ Config: { Env } }) }) });

test.each([
  ["17", "/var/lib/postgresql/data"],
  ["18", "/var/lib/postgresql/18/docker"],
])("PostgreSQL %s has the data directory that its image declares", async (major, folder) => {
  const engine = engineWith(["PATH=/bin", `PG_MAJOR=${major}`, `PGDATA=${folder}`]);
  expect(await dataFolderOf(engine, `postgres:${major}`)).toBe(folder);
});

test("an image without PGDATA is refused", async () => {
  await expect(dataFolderOf(engineWith(undefined), "own:1")).rejects.toThrow(
    "own:1 does not declare its data directory",
  );
});
