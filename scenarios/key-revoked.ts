import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const keyRevoked: Scenario = {
  ...vaultPartition,
  name: "key-revoked",
  asks: "The customer takes the key away for two minutes, and meanwhile B's database is started again. When does access end, and does it come back?",
  goodAnswer:
    "B's database waits for its key until the customer gives it back. Certificates are refused at once, and access ends within the bound. Afterwards all works again, and nothing is lost.",
  faults: [
    { kind: "key-revocation", afterSeconds: 0, healAfterSeconds: 115 },
    { kind: "process-kill", part: "pg-b", afterSeconds: 5, healAfterSeconds: 3 },
  ],
};
