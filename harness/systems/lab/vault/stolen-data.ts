/**
 * A thief of the data directories: copies what is on disk and searches the copy, to which a file with the text was
 * added, to show that the search finds it there. The database's own view of the same files is searched, too, to show that
 * they hold the text.
 */
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../../model/plan/site.ts";
import type { EncryptedData, Searched } from "../../../system/vault.ts";
import { DrillContainer, type Where } from "../container.ts";
import type { Postgres } from "../postgres.ts";

const DISK = "/disk";
const COPY = "/copy";
/** In a folder of its own, as an encrypted folder may be. */
const CONTROL = "./control/text";

/** Allocated bytes: a disk in a file is mostly holes. */
const COUNT = `cd "$1" || exit 1
find . -type f 2>/dev/null | wc -l
du -sk . 2>/dev/null | cut -f 1`;
/** Between zeros, so that grep takes it for a binary file, which encrypted ones are. */
const ADD_CONTROL = `mkdir -p "$(dirname ${CONTROL})" && printf '\\000%s\\000' "$2" >${CONTROL} || exit 1`;
/** Prints a line for each file that holds the text, then grep's exit code. Short options, which any grep has. */
const SEARCH = `LC_ALL=C grep -rlF -e "$2" .
echo "code $?"`;
const NONE_FOUND = 1;

type Container = Pick<StartedTestContainer, "exec">;

export function encryptedData(
  tools: Where,
  databases: Record<SiteName, Pick<Postgres, "container">>,
  volumes: Record<SiteName, string>,
): EncryptedData {
  return {
    // Files of a running database come and go meanwhile, so the search may fail for some of them.
    searchOpen: async (side, text) => (await search(databases[side].container, "$PGDATA", text, [COUNT, SEARCH])).found,
    searchStolen: async (side, text) => {
      const thief = await new DrillContainer(tools, `thief-${side}`)
        .withBindMounts([{ source: volumes[side], target: DISK, mode: "ro" }])
        .start();
      try {
        // Some file systems count what a file takes only when it is written out.
        const { exitCode, output } = await thief.exec(["sh", "-c", `cp -a ${DISK} ${COPY} && sync`]);
        if (exitCode !== 0) throw new Error(`the data directory cannot be copied: ${output.trim()}`);
        return await searchCopy(thief, COPY, text);
      } finally {
        await thief.stop({ timeout: 0 });
      }
    },
  };
}

/**
 * Nobody changes the copy meanwhile, so each file must have been read, and the added one found; unless another one holds
 * the text, which is enough to know.
 */
export async function searchCopy(container: Container, folder: string, text: string): Promise<Searched> {
  const { found, names, code, stderr } = await search(container, folder, text, [COUNT, ADD_CONTROL, SEARCH]);
  const holding = names.filter((name) => name !== CONTROL).length;
  if (holding > 0) return { ...found, holding };
  if (code > NONE_FOUND) throw new Error(`the copy of the data directory cannot be searched: ${stderr.trim()}`);
  if (!names.includes(CONTROL))
    throw new Error("the search of the copy does not find the text in the file that was added: it proves nothing");
  return { ...found, holding };
}

/** `folder` may be a variable of the container's environment. */
async function search(
  container: Container,
  folder: string,
  text: string,
  steps: readonly string[],
): Promise<{ found: Searched; names: string[]; code: number; stderr: string }> {
  const command = [`set -- "${folder}" "$1"`, ...steps].join("\n");
  const { exitCode, stdout, stderr } = await container.exec(["sh", "-c", command, "sh", text]);
  const [files = "", kibibytes = "", ...names] = stdout.trim().split("\n");
  const code = /^code (\d+)$/.exec(names.pop() ?? "")?.[1];
  if (exitCode !== 0 || code === undefined || !isCount(files) || !isCount(kibibytes))
    throw new Error(`the data directory cannot be searched: ${stderr.trim()}`);
  const found = { files: Number(files), bytes: Number(kibibytes) * 1024, holding: names.length };
  return { found, names, code: Number(code), stderr };
}

function isCount(text: string): boolean {
  return /^\s*\d+\s*$/.test(text);
}
