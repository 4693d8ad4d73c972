import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const vaultAwayFailback: Scenario = {
  ...vaultPartition,
  name: "vault-away-failback",
  asks: "Region A was lost, came back and follows B. Can A serve again while the vault is unreachable?",
  goodAnswer: "Yes: both databases run, and need no key to change roles. Nothing is lost.",
  load: { ...vaultPartition.load, afterSeconds: 40 },
  faults: [
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 },
    // Until the first certificate ends, 45 s at the earliest. A's server may take until then to boot.
    { kind: "vault-partition", afterSeconds: 58, healAfterSeconds: 45 },
  ],
  // Soon after the vault became unreachable; waits until A follows.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 60 }],
  disaster: 0,
};
