import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const keyRevoked: Scenario = {
  ...vaultPartition,
  name: "key-revoked",
  asks: "The customer revokes the key for two minutes, and B's database restarts meanwhile. When does access end, and is it restored?",
  goodAnswer:
    "B's database waits until the key is restored. Certificates are refused at once, and access ends within the bound. Then everything works again, and nothing is lost.",
  faults: [
    { kind: "key-revocation", afterSeconds: 0, healAfterSeconds: 115 },
    { kind: "process-kill", part: "pg-b", afterSeconds: 5, healAfterSeconds: 3 },
  ],
};
