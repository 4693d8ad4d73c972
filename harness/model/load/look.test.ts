import { expect, test } from "vitest";
import { planLook } from "./look.ts";
import { firstVersionOf, REGISTERS } from "./write.ts";

const looks = (of: "read" | "search" | "both", count = 400) =>
  Array.from({ length: count }, (_, n) => planLook(42, n, of));

test("a read is of a register by its id, and a search is for the same id", () => {
  for (const { by, register, path } of looks("both")) {
    const name = firstVersionOf(42, register).path;
    expect(path).toBe(by === "read" ? name : name.replace("/", "?_id="));
  }
});

test("both kinds alternate; a single kind comes each time, for the same registers", () => {
  expect(looks("both", 4).map(({ by }) => by)).toEqual(["read", "search", "read", "search"]);
  expect(new Set(looks("search").map(({ by }) => by))).toEqual(new Set(["search"]));
  expect(looks("read").map(({ register }) => register)).toEqual(looks("search").map(({ register }) => register));
});

test("they cover all registers, chosen by the seed, and are numbered", () => {
  const seen = new Set(looks("read", 2000).map(({ register }) => register));
  expect(seen.size).toBe(REGISTERS);
  expect(looks("read").map(({ n }) => n)).toEqual(looks("read").map((_, n) => n));
  expect(planLook(43, 5, "read")).not.toEqual(planLook(42, 5, "read"));
  expect(planLook(42, 5, "read")).toEqual(planLook(42, 5, "read"));
});
