import type { Scenario } from "../harness/model/plan/scenario.ts";
import { vaultPartition } from "./vault-partition.ts";

export const vaultLoss: Scenario = {
  ...vaultPartition,
  name: "vault-loss",
  asks: "The vault is killed, and started again after two minutes. Does it open by itself, and does all that depends on it work again?",
  goodAnswer: "It opens by itself within seconds, and has lost nothing. What had stopped works again soon after.",
  faults: [{ kind: "vault-loss", afterSeconds: 0, healAfterSeconds: 115 }],
};
