import { expect, test } from "vitest";
import { firstComplaint } from "./first-complaint.ts";

test.each([
  [
    "apt",
    "Err:1 http://far.example trixie InRelease\nE: Failed to fetch http://far.example/x  Could not resolve\nE: Some index files failed\n",
    "E: Failed to fetch http://far.example/x  Could not resolve",
  ],
  [
    "Maven",
    "[INFO] Scanning\n[ERROR] Failed to execute goal on project hapi: Could not resolve dependencies\n[ERROR] \n",
    "[ERROR] Failed to execute goal on project hapi: Could not resolve dependencies",
  ],
  [
    "Go",
    "go: downloading go.k6.io/k6 v2.2.0\ngo: go.k6.io/k6@v2.2.0: dial tcp: lookup far.example: no such host\n",
    "go: go.k6.io/k6@v2.2.0: dial tcp: lookup far.example: no such host",
  ],
  ["a compiler", "clock.c:3:10: error: unknown type name\n", "clock.c:3:10: error: unknown type name"],
  ["no known program", "Step 1/2 : RUN false\n", null],
])("what %s complains of first", (_, output, complaint) => expect(firstComplaint(output)).toBe(complaint));
