import { expect, test } from "vitest";
import { VaultSchema } from "./vault.ts";

const ACCESS = { guards: "access", certificateSeconds: 60, renewSeconds: 15, maxLifetimeSeconds: 30 };
const whyNot = (settings: object) => VaultSchema.safeParse(settings).error?.issues.map(({ message }) => message) ?? [];

test("settings without their intended effect are refused", () => {
  expect(whyNot(ACCESS)).toEqual([]);
  expect(whyNot({ ...ACCESS, maxLifetimeSeconds: 29 })).toEqual([
    "maxLifetimeSeconds must be at least 30: with less, HikariCP keeps connections for 30 minutes",
  ]);
  expect(whyNot({ ...ACCESS, renewSeconds: 30 })).toEqual([]);
  expect(whyNot({ ...ACCESS, renewSeconds: 31 })).toEqual([
    "renewSeconds must be at most half of certificateSeconds, so that one renewal may fail",
  ]);
  expect(whyNot({ guards: "data", retrySeconds: 1 })).toEqual([]);
  expect(whyNot({ guards: "data", retrySeconds: 0 }).length).toBe(1);
  expect(whyNot({ guards: "both" }).length).toBe(1);
});
