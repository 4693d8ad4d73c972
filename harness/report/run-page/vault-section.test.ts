import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { fakeParts, fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { type VaultPlan, withVault } from "../../check/testing/fake-vault.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { vaultSection } from "./vault-section.ts";

const textOf = (record: RunRecord) => vaultSection(record, judge(record).measures)?.text ?? "";
const PLAN: Partial<VaultPlan> = {
  away: { kind: "vault-loss", fromMs: 6500, toMs: 9000 },
  ...{ givenMs: { a: [0, 10_250], b: [0] }, inVainMs: { a: [7000, 8000], b: [8500] } },
};

test("the section shows when the vault was unavailable, whose requests failed, and the effect", () => {
  const text = textOf(recordOf(withVault(fakeParts(), PLAN)));
  expect(text).toContain("<p>2 databases started without the vault, and waited.</p>");
  expect(text).toContain("<p>A text is in 0 of 200 stolen files, and in 14 as the databases see them.</p>");
  for (const row of [
    ["vault-loss", "6.5", "9.0"],
    ["A", "7.0", "8.0", "2", "no answer", "10.3"],
    ["B", "8.5", "8.5", "1", "no answer", "never"],
  ]) {
    const [head, ...cells] = row;
    expect(text).toContain(`<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  }
});

test("a client with two series of failed requests has two rows", () => {
  const twice = { givenMs: { a: [0, 7500, 9500], b: [0] }, inVainMs: { a: [7000, 8000], b: [] } };
  const text = textOf(recordOf(withVault(fakeParts(), { ...PLAN, ...twice })));
  expect(text).toContain('<th scope="row">A</th><td>7.0</td><td>7.0</td><td>1</td><td>no answer</td><td>7.5</td>');
  expect(text).toContain('<th scope="row">A</th><td>8.0</td><td>8.0</td><td>1</td><td>no answer</td><td>9.5</td>');
});

test("unknown times are not shown", () => {
  const parts = withVault(fakeParts(), PLAN);
  const text = textOf(recordOf({ ...parts, vault: parts.vault.slice(1) }));
  expect(text).toContain(
    "The times of the vault's clients are not known: the ledger of the vault&#39;s client at A is incomplete.",
  );
  expect(text).not.toContain("Failed requests of its clients, s");
});

test("a run without a vault has no such section", () => {
  const record = fakeRun();
  expect(vaultSection(record, judge(record).measures)).toBeNull();
});
