/** A made-up run whose clients are in two networks: even writes come from A's, odd ones from B's. Pure. */
import type { Operation } from "../../model/columns/operation.ts";
import type { PrivateLinkSettings } from "../../model/plan/private-link.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { Parts } from "./fake-run.ts";

export const ENDPOINTS = { a: "172.30.0.80", b: "172.31.0.80" } as const;
const RUNNERS = { a: "k6-1", b: "k6-2" } as const;

export const PRIVATE_LINK: PrivateLinkSettings = {
  ...{ endpoints: "both", recordSeconds: null, dnsCacheSeconds: 0, connections: "kept" },
};

export const networkOf = ({ n }: Pick<Operation, "n">): SiteName => (n % 2 === 0 ? "a" : "b");

/** `changed`: how the outcome of a write in its network differs from a run without networks. */
export function withNetworks(parts: Parts, changed: (op: Operation) => Partial<Operation> = () => ({})): Parts {
  const { run } = parts;
  const operations = parts.operations.map((op) => {
    const answered = op.outcome === "ok" ? { via: ENDPOINTS.a } : {};
    return { ...op, runner: RUNNERS[networkOf(op)], ...answered, ...changed(op) };
  });
  const use = (side: SiteName) => ({ runner: RUNNERS[side], endpoint: ENDPOINTS[side] });
  return {
    ...parts,
    operations,
    run: {
      ...run,
      runners: [RUNNERS.a, RUNNERS.b],
      privateLink: { a: use("a"), b: use("b") },
      config: { ...run.config, privateLink: PRIVATE_LINK },
      scenario: { ...run.scenario, privateLink: true, load: { ...run.scenario.load, runners: 2 } },
    },
  };
}

/** A write that was not sent because its client found no address. */
export function notFound({ invokedMs }: Operation): Partial<Operation> {
  return {
    ...{ outcome: "fail", reason: "name-not-found", status: 0, servedBy: "", stored: [] },
    ...{ read: null, via: "", completedMs: invokedMs + 5 },
  };
}
