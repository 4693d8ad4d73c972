import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const vaultAwayFailover: Scenario = {
  ...vaultPartition,
  name: "vault-away-failover",
  asks: "Region A is lost while the vault is unreachable. Does B take over without it?",
  goodAnswer:
    "B runs already, so it takes over within seconds. With certificates, it serves until its own expires, and again once the vault is back.",
  faults: [
    { kind: "vault-partition", afterSeconds: 0, healAfterSeconds: 115 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
