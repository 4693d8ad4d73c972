import { expect, test } from "vitest";
import { lastAddressOf } from "./dns-stale.ts";

test.each([
  ["172.18.0.0/16", "172.18.255.254"],
  ["192.168.16.0/20", "192.168.31.254"],
  ["10.0.0.128/25", "10.0.0.254"],
  ["10.1.2.4/30", "10.1.2.6"],
])("the last address of %s before the broadcast is %s", (subnet, last) => {
  expect(lastAddressOf(subnet)).toBe(last);
});
