import { describe, expect, test } from "vitest";
import type { StrandedVersion } from "../model/record/stranded.ts";
import { replay } from "./replay.ts";

interface Standing {
  version: number;
  write: string;
}

/** A fake server with what a replay needs: reads, and transactions of conditional PUTs. */
class Server {
  readonly standing: Map<string, Standing>;
  constructor(standing: Record<string, Standing> = {}) {
    this.standing = new Map(Object.entries(standing));
  }

  readonly hapi = {
    request: async (path: string, init?: RequestInit) => (path === "" ? this.#transaction(init) : this.#read(path)),
  };

  #read(path: string): Response {
    const found = this.standing.get(path);
    if (!found) return new Response("", { status: 404 });
    return Response.json({ meta: { versionId: String(found.version), source: `somebody#${found.write}` } });
  }

  #transaction(init?: RequestInit): Response {
    const write = new Headers(init?.headers).get("X-Request-ID") as string;
    const { entry } = JSON.parse(String(init?.body)) as { entry: { request: { url: string; ifMatch?: string } }[] };
    for (const { request } of entry) {
      const found = this.standing.get(request.url)?.version ?? 0;
      if (request.ifMatch !== undefined && request.ifMatch !== `W/"${found}"`) return new Response("", { status: 412 });
    }
    for (const { request } of entry)
      this.standing.set(request.url, { version: (this.standing.get(request.url)?.version ?? 0) + 1, write });
    return Response.json({});
  }
}

const made = (transaction: number, resource: string, version = 1, write = `w1-${transaction}`): StrandedVersion => {
  return { side: "a", write, resource, version, pid: transaction, transaction, body: { resourceType: "Patient" } };
};

describe("what only the lost site held", () => {
  test("is replayed under its own id, one version after the other", async () => {
    const server = new Server();
    const versions = [made(1, "Patient/p"), made(2, "Patient/q"), made(3, "Patient/p", 2)];
    expect(await replay(versions, server.hapi)).toEqual({ replayed: 3, present: 0, conflicts: [] });
    expect(Object.fromEntries(server.standing)).toEqual({
      "Patient/p": { version: 2, write: "w1-3" },
      "Patient/q": { version: 1, write: "w1-2" },
    });
  });

  test("is not written twice when a replay is repeated", async () => {
    const server = new Server();
    const versions = [made(1, "Patient/p"), made(2, "Patient/q")];
    await replay(versions.slice(0, 1), server.hapi);
    expect(await replay(versions, server.hapi)).toEqual({ replayed: 1, present: 1, conflicts: [] });
    expect(await replay(versions, server.hapi)).toEqual({ replayed: 0, present: 2, conflicts: [] });
    expect(server.standing.get("Patient/p")?.version).toBe(1);
  });

  test("is left out when others have since written the same or a newer version", async () => {
    for (const version of [5, 6]) {
      const server = new Server({ "Patient/r": { version, write: "w1-900" } });
      const { replayed, conflicts } = await replay([made(1, "Patient/r", 5)], server.hapi);
      expect([replayed, conflicts]).toEqual([0, ["Patient/r/5 of w1-1"]]);
      expect(server.standing.get("Patient/r")).toEqual({ version, write: "w1-900" });
    }
  });

  test("is left out when it builds on a conflict, even if the version number fits", async () => {
    const server = new Server({ "Patient/r": { version: 5, write: "w1-900" } });
    const { conflicts } = await replay([made(1, "Patient/r", 5), made(2, "Patient/r", 6)], server.hapi);
    expect(conflicts).toHaveLength(2);
    expect(server.standing.get("Patient/r")?.version).toBe(5);
  });

  test("is replayed by whole transactions or not at all", async () => {
    const server = new Server({ "Patient/q": { version: 1, write: "w1-900" } });
    const both = [made(1, "Patient/p"), made(1, "Patient/q")];
    expect((await replay(both, server.hapi)).conflicts).toHaveLength(2);
    expect(server.standing.has("Patient/p")).toBe(false);
  });

  test("is left to people if it is a deletion", async () => {
    const deleted = { ...made(1, "Patient/p", 2), body: null };
    expect((await replay([deleted], new Server().hapi)).conflicts).toEqual(["Patient/p/2 of w1-1"]);
  });

  test("fails to be replayed when the server does not answer, so the replay is repeated", async () => {
    const broken = { request: async () => new Response("", { status: 500 }) };
    await expect(replay([made(1, "Patient/p")], broken)).rejects.toThrow(/cannot be read: status 500/);
  });
});
