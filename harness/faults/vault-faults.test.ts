/** What is done to a vault, seen from the place of a client that asks it for what it depends on. */
import { expect, test } from "vitest";
import type { ComponentState } from "../system/component.ts";
import { bareComponent, bareNetfilter, bareSystem, bareVault } from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

interface Seen {
  state?: ComponentState;
  /** By the rule; `null` without one. */
  dropped?: number | null;
  allowed?: boolean;
  /** What a client is answered; `null` when none runs. */
  status: number | null;
}

function armed(
  kind: "vault-partition" | "vault-loss" | "key-revocation",
  { state = "works", dropped = null, allowed = true, status }: Seen,
) {
  const told: string[] = [];
  const component = bareComponent({
    state: async () => state,
    kill: async () => void told.push("kill"),
    startAgain: async () => told.push("start") > 0,
  });
  const rules = (what: string) => async (at: string, given: string[]) =>
    void told.push(`${what} ${at} ${given.join()}`);
  const netfilter = bareNetfilter({
    packetsOf: async () => [dropped],
    addRules: rules("add"),
    removeRules: rules("remove"),
  });
  const vault = bareVault({
    component,
    askAsClient: async () => status,
    isAllowed: async () => allowed,
    setAllowed: async (now) => void told.push(now ? "allow" : "forbid"),
  });
  return { told, fault: armFault(bareSystem({ vault, netfilter }), { kind, afterSeconds: 0 }) };
}

test.each<[string, Parameters<typeof armed>[0], Seen, boolean, boolean]>([
  ["dropped, and no answer", "vault-partition", { dropped: 3, status: 0 }, true, false],
  ["a rule that nothing met", "vault-partition", { dropped: 0, status: 0 }, false, false],
  ["a rule, and an answer all the same", "vault-partition", { dropped: 3, status: 200 }, false, false],
  ["no rule, and no answer yet", "vault-partition", { status: 0 }, false, false],
  ["no rule, and what it asks for", "vault-partition", { status: 200 }, false, true],
  ["no client that could ask", "vault-partition", { dropped: 3, status: null }, false, false],
  ["dead", "vault-loss", { state: "dead", status: 0 }, true, false],
  ["dead, and an answer all the same", "vault-loss", { state: "dead", status: 200 }, false, false],
  ["started, and still sealed", "vault-loss", { state: "silent", status: 503 }, false, false],
  ["open, and a client that is refused", "vault-loss", { status: 403 }, false, false],
  ["open, and what it asks for", "vault-loss", { status: 200 }, false, true],
  ["taken away, and refused", "key-revocation", { allowed: false, status: 403 }, true, false],
  ["taken away, and given all the same", "key-revocation", { allowed: false, status: 200 }, false, false],
  ["taken away, and no answer", "key-revocation", { allowed: false, status: 0 }, false, false],
  ["given back, and still refused", "key-revocation", { status: 403 }, false, false],
  ["given back", "key-revocation", { status: 200 }, false, true],
])("%s (%s)", async (_, kind, seen, bit, gone) => {
  expect(await armed(kind, seen).fault.evidence()).toMatchObject({ bit, gone });
});

test("each is done to the vault alone, and undone", async () => {
  const rule = "INPUT -p tcp -m tcp --dport 8200 -j DROP";
  for (const [kind, done, undone] of [
    ["vault-partition", `add vault ${rule}`, `remove vault ${rule}`],
    ["vault-loss", "kill", "start"],
    ["key-revocation", "forbid", "allow"],
  ] as const) {
    const { fault, told } = armed(kind, { status: 200 });
    await fault.inject();
    await fault.heal();
    expect(told).toEqual([done, undone]);
  }
});
