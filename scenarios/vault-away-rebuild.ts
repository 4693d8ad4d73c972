import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const vaultAwayRebuild: Scenario = {
  ...vaultPartition,
  name: "vault-away-rebuild",
  asks: "Region A was lost and comes back while the vault is unreachable. When does A follow B again?",
  goodAnswer:
    "With an encrypted data directory, A's database waits for its key and reports that; it is rebuilt once the vault is back. B goes on meanwhile.",
  load: { ...vaultPartition.load, afterSeconds: 75 },
  faults: [
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 12 },
    { kind: "vault-partition", afterSeconds: 6, healAfterSeconds: 45 },
  ],
  disaster: 0,
};
