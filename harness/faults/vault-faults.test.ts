/** Faults of the vault, observed as one of its clients. */
import { expect, test } from "vitest";
import type { ComponentState } from "../system/component.ts";
import { bareComponent, bareNetfilter, bareSystem, bareVault } from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

interface Observed {
  state?: ComponentState;
  /** By the rule; `null` without one. */
  dropped?: number | null;
  allowed?: boolean;
  /** The HTTP status that a client gets; `null` when none runs. */
  status: number | null;
}

function armed(
  kind: "vault-partition" | "vault-loss" | "key-revocation",
  { state = "works", dropped = null, allowed = true, status }: Observed,
) {
  const done: string[] = [];
  const component = bareComponent({
    state: async () => state,
    kill: async () => void done.push("kill"),
    startAgain: async () => done.push("start") > 0,
  });
  const rules = (what: string) => async (at: string, given: string[]) =>
    void done.push(`${what} ${at} ${given.join()}`);
  const netfilter = bareNetfilter({
    packetsOf: async () => [dropped],
    addRules: rules("add"),
    removeRules: rules("remove"),
  });
  const vault = bareVault({
    component,
    askAsClient: async () => status,
    isAllowed: async () => allowed,
    setAllowed: async (now) => void done.push(now ? "allow" : "forbid"),
  });
  return { done, fault: armFault(bareSystem({ vault, netfilter }), { kind, afterSeconds: 0 }) };
}

test.each<[string, Parameters<typeof armed>[0], Observed, boolean, boolean]>([
  ["dropped, and no answer", "vault-partition", { dropped: 3, status: 0 }, true, false],
  ["a rule that matched no packet", "vault-partition", { dropped: 0, status: 0 }, false, false],
  ["a rule, but an answer", "vault-partition", { dropped: 3, status: 200 }, false, false],
  ["no rule, and no answer yet", "vault-partition", { status: 0 }, false, false],
  ["no rule, and a served request", "vault-partition", { status: 200 }, false, true],
  ["no client to ask with", "vault-partition", { dropped: 3, status: null }, false, false],
  ["dead", "vault-loss", { state: "dead", status: 0 }, true, false],
  ["dead, but an answer", "vault-loss", { state: "dead", status: 200 }, false, false],
  ["started, but still sealed", "vault-loss", { state: "silent", status: 503 }, false, false],
  ["unsealed, but the client is refused", "vault-loss", { status: 403 }, false, false],
  ["unsealed, and a served request", "vault-loss", { status: 200 }, false, true],
  ["revoked, and refused", "key-revocation", { allowed: false, status: 403 }, true, false],
  ["revoked, but served", "key-revocation", { allowed: false, status: 200 }, false, false],
  ["revoked, but no answer", "key-revocation", { allowed: false, status: 0 }, false, false],
  ["restored, but still refused", "key-revocation", { status: 403 }, false, false],
  ["restored", "key-revocation", { status: 200 }, false, true],
])("%s (%s)", async (_, kind, observed, bit, gone) => {
  expect(await armed(kind, observed).fault.evidence()).toMatchObject({ bit, gone });
});

test("each is injected at the vault alone, and healed", async () => {
  const rule = "INPUT -p tcp -m tcp --dport 8200 -j DROP";
  for (const [kind, injected, healed] of [
    ["vault-partition", `add vault ${rule}`, `remove vault ${rule}`],
    ["vault-loss", "kill", "start"],
    ["key-revocation", "forbid", "allow"],
  ] as const) {
    const { fault, done } = armed(kind, { status: 200 });
    await fault.inject();
    await fault.heal();
    expect(done).toEqual([injected, healed]);
  }
});
