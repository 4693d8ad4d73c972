import { expect, test } from "vitest";
import type { VaultLine } from "../model/record/vault.ts";
import { bareDatabase, bareVault, queryBy } from "../system/testing/bare-system.ts";
import type { EncryptedData } from "../system/vault.ts";
import { recordVault } from "./vault-record.ts";

const given = { type: "given", side: "a", epochMs: 5, untilEpochMs: null };
const DATA: EncryptedData = {
  searchOpen: async () => ({ files: 9, bytes: 9000, holding: 2 }),
  searchStolen: async () => ({ files: 8, bytes: 8000, holding: 0 }),
};

async function recorded({
  data = DATA,
  ledger = async () => `${JSON.stringify(given)}\n`,
  rows = [{ text: "w-12345678" }],
}: {
  data?: EncryptedData | null;
  ledger?: (side: "a" | "b") => Promise<string>;
  rows?: { text: string }[];
} = {}) {
  const lines: VaultLine[] = [];
  const asked: string[] = [];
  const database = (side: "a" | "b") =>
    bareDatabase(side, {
      query: queryBy((sql) => {
        asked.push(`${side}: ${sql.split(" ")[0]}`);
        return rows;
      }),
    });
  const vault = bareVault({ data, clientLedger: ledger });
  const postgres = { a: database("a"), b: database("b") };
  await recordVault({ vault, postgres }, { vault: (more) => void lines.push(...more) });
  return { lines, asked };
}

test("both clients' ledgers are recorded with their end, and what a thief finds beside what is really there", async () => {
  const texts: string[] = [];
  const data: EncryptedData = {
    searchOpen: async (side, text) => {
      texts.push(`${side} ${text}`);
      return { files: 9, bytes: 9000, holding: 2 };
    },
    searchStolen: DATA.searchStolen,
  };
  const { lines, asked } = await recorded({
    data,
    ledger: async (side) => (side === "a" ? `${JSON.stringify(given)}\n` : ""),
  });
  expect(lines).toEqual([
    given,
    { type: "client-end", side: "a", lines: 1 },
    { type: "client-end", side: "b", lines: 0 },
    { type: "searched", side: "a", of: "open", files: 9, bytes: 9000, holding: 2 },
    { type: "searched", side: "a", of: "stolen", files: 8, bytes: 8000, holding: 0 },
    { type: "searched", side: "b", of: "open", files: 9, bytes: 9000, holding: 2 },
    { type: "searched", side: "b", of: "stolen", files: 8, bytes: 8000, holding: 0 },
  ]);
  expect(texts).toEqual(["a w-12345678", "b w-12345678"]);
  // Otherwise the text might be only in memory and in no file.
  expect(asked).toEqual(["a: select", "a: checkpoint", "b: select", "b: checkpoint"]);
});

test("a ledger with a malformed line, or that cannot be fetched, is recorded as unreadable", async () => {
  const { lines } = await recorded({
    data: null,
    ledger: async (side) => {
      if (side === "a") return `${JSON.stringify(given)}\nSegmentation fault\n`;
      throw new Error("no such container");
    },
  });
  expect(lines).toEqual([
    { type: "unreadable", side: "a", what: "client", why: expect.stringContaining("JSON") },
    { type: "unreadable", side: "b", what: "client", why: "no such container" },
  ]);
});

test("so is a data directory that cannot be searched, or without a known text to search for", async () => {
  const why = async (more: Parameters<typeof recorded>[0]) =>
    (await recorded(more)).lines.flatMap((line) => (line.type === "unreadable" ? [`${line.what}: ${line.why}`] : []));
  const refuse = () => Promise.reject(new Error("no space left"));
  expect(await why({ data: { ...DATA, searchStolen: refuse } })).toEqual([
    "data: no space left",
    "data: no space left",
  ]);
  expect(await why({ rows: [] })).toEqual(
    Array.from({ length: 2 }, () => "data: the database holds no request id to search for"),
  );
});

test("a system without a vault leaves no lines", async () => {
  const refuse = () => {
    throw new Error("nothing is to be recorded");
  };
  const postgres = { a: bareDatabase("a"), b: bareDatabase("b") };
  await recordVault({ vault: null, postgres }, { vault: refuse });
  expect((await recorded({ data: null })).asked).toEqual([]);
});
