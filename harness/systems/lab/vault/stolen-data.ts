/**
 * A thief of the data directories: copies what is on disk and searches the copy. The database's own view of the same files
 * is searched in the same manner, to show that the search finds what is there.
 */
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../../model/plan/site.ts";
import type { EncryptedData, Searched } from "../../../system/vault.ts";
import { DrillContainer, type Where } from "../container.ts";
import type { Postgres } from "../postgres.ts";

const DISK = "/disk";
const COPY = "/copy";

/** Files of a running database come and go meanwhile, so errors are ignored. Binary files are searched like text. */
const SEARCH = `cd "$1" || exit 1
find . -type f 2>/dev/null | wc -l
LC_ALL=C grep --recursive --files-with-matches --fixed-strings -e "$2" . 2>/dev/null | wc -l`;

export function encryptedData(
  tools: Where,
  databases: Record<SiteName, Pick<Postgres, "container">>,
  volumes: Record<SiteName, string>,
): EncryptedData {
  return {
    searchOpen: (side, text) => search(databases[side].container, "$PGDATA", text),
    searchStolen: async (side, text) => {
      const thief = await new DrillContainer(tools, `thief-${side}`)
        .withBindMounts([{ source: volumes[side], target: DISK, mode: "ro" }])
        .start();
      try {
        const { exitCode, output } = await thief.exec(["cp", "--archive", DISK, COPY]);
        if (exitCode !== 0) throw new Error(`the data directory cannot be copied: ${output.trim()}`);
        return await search(thief, COPY, text);
      } finally {
        await thief.stop({ timeout: 0 });
      }
    },
  };
}

/** `folder` may be a variable of the container's environment. */
async function search(container: StartedTestContainer, folder: string, text: string): Promise<Searched> {
  const command = `set -- "${folder}" "$1"\n${SEARCH}`;
  const { exitCode, stdout, output } = await container.exec(["sh", "-c", command, "sh", text]);
  const [files, holding] = stdout.trim().split(/\s+/).map(Number);
  if (exitCode !== 0 || !Number.isInteger(files) || !Number.isInteger(holding))
    throw new Error(`the data directory cannot be searched: ${output.trim()}`);
  return { files: files as number, holding: holding as number };
}
