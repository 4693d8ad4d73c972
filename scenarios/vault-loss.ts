import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const vaultLoss: Scenario = {
  ...vaultPartition,
  name: "vault-loss",
  asks: "The vault is killed and restarted after two minutes. Does it unseal by itself, and does everything that depends on it work again?",
  goodAnswer: "It unseals by itself within seconds, with nothing lost. What had stopped works again soon after.",
  faults: [{ kind: "vault-loss", afterSeconds: 0, healAfterSeconds: 115 }],
};
