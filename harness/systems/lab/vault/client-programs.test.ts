/** The vault's client programs, `docker/openbao/renew.sh` and `docker/encrypted-postgres/data-key`, without a vault. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientLinesIn } from "../../../model/record/vault.ts";
import { until } from "../../../system/waiting.ts";
import { statusIn } from "./client-certificates.ts";

const RENEW = join(import.meta.dirname, "../../../../docker/openbao/renew.sh");
const DATA_KEY = join(import.meta.dirname, "../../../../docker/encrypted-postgres/data-key");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-vault-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Replaces a real program. */
function program(name: string, script: string): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const environment = (more: Record<string, string> = {}) => ({
  ...{ PATH: `${join(folder, "bin")}:${process.env.PATH}`, FHIRDRILL_SIDE: "b" },
  ...more,
});

describe("the renewer", () => {
  const PEM = (what: string, content: string) =>
    `-----BEGIN ${what}-----\\n${Buffer.from(content).toString("base64")}\\n-----END ${what}-----`;
  const answer = (n: number, key = PEM("PRIVATE KEY", `key ${n}`)) =>
    JSON.stringify(
      {
        request_id: "r",
        data: {
          ca_chain: ["CHAIN"],
          certificate: "CERTIFICATE",
          expiration: 1_790_000_000 + n,
          issuing_ca: "AUTHORITY",
          private_key: "KEY",
          private_key_type: "ec",
        },
        warnings: null,
      },
      null,
      2,
    )
      .replace('"CERTIFICATE"', `"${PEM("CERTIFICATE", `certificate ${n}`)}"`)
      .replace('"KEY"', `"${key}"`);
  /** Answers with the files 1, 2, … in turn, then always with the last one; an empty file stands for a refusal. */
  const answers = (texts: readonly string[]) => {
    for (const [i, text] of texts.entries()) writeFileSync(join(folder, `answer-${i + 1}`), text);
    program(
      "bao",
      `echo x >> "${folder}/asked"
n=$(wc -l < "${folder}/asked")
[ $n -gt ${texts.length} ] && n=${texts.length}
if [ -s "${folder}/answer-$n" ]; then cat "${folder}/answer-$n"; exit 0; fi
echo "Error writing data to pki/issue/hapi: Error making API request." >&2
echo "Code: 403. Errors:" >&2
exit 2`,
    );
  };
  const settings = () =>
    environment({
      FHIRDRILL_CERTIFICATES: folder,
      FHIRDRILL_CERTIFICATE_SECONDS: "60",
      FHIRDRILL_RENEW_SECONDS: "0.05",
    });

  async function renewing(lines: number): Promise<string> {
    let output = "";
    const child: ChildProcess = spawn("sh", [RENEW], { env: settings(), detached: true });
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    const enough = async () => output.split("\n").length > lines;
    try {
      await until({ what: `${lines} lines of the renewer`, deadlineMs: 60_000, everyMs: 10 }, enough);
    } finally {
      process.kill(-(child.pid as number), "SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
    }
    return output.split("\n").slice(0, lines).join("\n");
  }
  const read = (name: string) => readFileSync(join(folder, "current", name), "utf8");

  test("keeps certificate and key of one answer, the key as bytes, and records the expiry", async () => {
    answers([answer(1)]);
    const [line] = clientLinesIn(await renewing(1));
    expect(line).toMatchObject({ type: "given", side: "b", untilEpochMs: 1_790_000_001_000 });
    expect(read("hapi.crt")).toBe(
      `-----BEGIN CERTIFICATE-----\n${Buffer.from("certificate 1").toString("base64")}\n-----END CERTIFICATE-----\n`,
    );
    expect(read("hapi.pk8")).toBe("key 1");
  });

  test("replaces both together, and keeps only pairs that may still be in use", async () => {
    answers([answer(1), answer(2), answer(3), answer(4), ""]);
    clientLinesIn(await renewing(5));
    expect(lstatSync(join(folder, "current")).isSymbolicLink()).toBe(true);
    expect([read("hapi.pk8"), readlinkSync(join(folder, "current"))]).toEqual([
      "key 4",
      expect.stringMatching(/^pair-1790000004-/),
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith("pair-"))).toHaveLength(2);
  });

  test.each([
    ["a vault that refuses", "", 403],
    ["an answer without a key", answer(2, ""), 200],
    ["a key without content", answer(2, "-----BEGIN PRIVATE KEY-----\\n-----END PRIVATE KEY-----"), 200],
  ])("keeps what it has after %s", async (_, second, status) => {
    answers([answer(1), second]);
    const lines = clientLinesIn(await renewing(3));
    expect(lines.slice(1).map((line) => line.type === "not-given" && line.status)).toEqual([status, status]);
    expect(read("hapi.pk8")).toBe("key 1");
  });

  test("run for the status alone, it keeps nothing", () => {
    const status = () => statusIn(spawnSync("sh", [RENEW, "status"], { env: settings(), encoding: "utf8" }).stdout);
    answers([answer(1), ""]);
    expect([status(), status()]).toEqual([200, 403]);
    program("bao", 'echo "dial tcp: connection refused" >&2; exit 2');
    expect(status()).toBe(0);
    expect(existsSync(join(folder, "current"))).toBe(false);
  });
});

describe("a database's key", () => {
  /** The container's files are replaced here. */
  const run = (curl: string, ...args: string[]) => {
    program("curl", curl);
    program("cat", 'echo "content of $1"');
    const env = environment({ FHIRDRILL_VAULT: "http://vault:8200", FHIRDRILL_UNWRAP: "transit/decrypt/data" });
    const { stdout, status } = spawnSync("sh", [DATA_KEY, ...args], { env, encoding: "utf8" });
    return [stdout, status];
  };
  const answered = (body: string, status: string) => `printf '%s\\n%s' '${body}' ${status}`;
  const KEY = '{"request_id":"r","data":{"plaintext":"c2VjcmV0"}}';

  test("is exactly what the vault unwraps", () => {
    expect(run(answered(KEY, "200"))).toEqual(["c2VjcmV0", 0]);
    expect(run(answered(KEY, "200"), "status")).toEqual(["200\n", 0]);
  });

  test("is requested with the token, at the unwrapping path", () => {
    run(`echo "$@" > "${folder}/asked"; ${answered(KEY, "200")}`);
    const asked = readFileSync(join(folder, "asked"), "utf8");
    expect(asked).toContain("X-Vault-Token: content of /etc/fhirdrill/token");
    expect(asked).toContain('{"ciphertext":"content of /etc/fhirdrill/wrapped-key"}');
    expect(asked).toContain("http://vault:8200/v1/transit/decrypt/data");
  });

  test.each([
    ["a refusal", answered('{"errors":["permission denied"]}', "403"), "403\n"],
    ["a sealed vault", answered('{"errors":["sealed"]}', "503"), "503\n"],
    ["no answer", "printf '\\n000'; exit 28", "0\n"],
    ["no curl", "exit 127", "0\n"],
    ["an answer without a key", answered("{}", "200"), "200\n"],
  ])("is missing after %s", (_, curl, output) => {
    expect(run(curl)).toEqual([output, 1]);
    expect(run(curl, "status")).toEqual([output, 0]);
  });
});

test("a client's output that is not a number is an error", () => {
  expect(statusIn(" 403\n")).toBe(403);
  expect(() => statusIn("")).toThrow(/prints no status but ""/);
  expect(() => statusIn("not found")).toThrow(/prints no status but "not found"/);
});
