import { expect, test } from "vitest";
import { hapiEnvironment } from "./hapi.ts";

const urlTo = (database: string) => hapiEnvironment({ side: "a", database, password: "p" }).SPRING_DATASOURCE_URL;

test("with one address the driver takes that server; with several it looks for the primary", () => {
  expect(urlTo("links:5441")).toMatch(/^jdbc:postgresql:\/\/links:5441\/[a-z]+\?connectTimeout/);
  expect(urlTo("links:5441")).not.toContain("targetServerType");
  expect(urlTo("links:5441,links:5442")).toMatch(
    /^jdbc:postgresql:\/\/links:5441,links:5442\/.*&targetServerType=primary$/,
  );
});
