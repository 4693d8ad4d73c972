import { expect, test } from "vitest";
import { readLook } from "./name-look.ts";

test.each([
  ["both", "172.18.0.3      STREAM toxiproxy\nconnects\n", { address: "172.18.0.3", connects: true }],
  [
    "an address where nobody answers",
    "172.18.255.254  STREAM toxiproxy\n",
    {
      address: "172.18.255.254",
      connects: false,
    },
  ],
  ["nothing", "", { address: null, connects: false }],
  ["words of an error", "bash: connects: command not found\n", { address: null, connects: false }],
])("a look that finds %s", (_, output, look) => {
  expect(readLook(output)).toEqual(look);
});
