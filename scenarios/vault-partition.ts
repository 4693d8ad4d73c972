import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const vaultPartition: Scenario = {
  ...regionLoss,
  name: "vault-partition",
  asks: "The vault is unreachable for two minutes; nothing else is broken. What stops, when, and how soon does it work again?",
  goodAnswer:
    "Databases with an encrypted data directory keep running. Servers that log in with certificates stop within the bound, and write again within seconds of the vault's return. Nothing is lost.",
  load: { ...regionLoss.load, ratePerSecond: 15, afterSeconds: 45 },
  // Longer than a certificate's minute and a connection's half minute together.
  faults: [{ kind: "vault-partition", afterSeconds: 0, healAfterSeconds: 115 }],
  disaster: 0,
};
