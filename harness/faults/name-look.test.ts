import { expect, test } from "vitest";
import { readLook } from "./name-look.ts";

test.each([
  ["both", "172.18.0.3      STREAM toxiproxy\nconnects\n", { address: "172.18.0.3", connects: true }],
  [
    "an address that does not answer",
    "172.18.255.254  STREAM toxiproxy\n",
    {
      address: "172.18.255.254",
      connects: false,
    },
  ],
  ["nothing", "", { address: null, connects: false }],
  ["an error message", "bash: connects: command not found\n", { address: null, connects: false }],
])("the lookup's output has %s", (_, output, found) => {
  expect(readLook(output)).toEqual(found);
});
