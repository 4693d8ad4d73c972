import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const vaultPartition: Scenario = {
  ...regionLoss,
  name: "vault-partition",
  asks: "Nobody reaches the vault for two minutes, and nothing else is broken. What stops, when, and how soon does it work again?",
  goodAnswer:
    "Databases with an encrypted data directory go on. Servers that log in with certificates stop within the bound, and write again within seconds of the vault's return. Nothing is lost.",
  load: { ...regionLoss.load, ratePerSecond: 15, afterSeconds: 45 },
  // Longer than a certificate of a minute and a connection of half a minute together.
  faults: [{ kind: "vault-partition", afterSeconds: 0, healAfterSeconds: 115 }],
  disaster: 0,
};
