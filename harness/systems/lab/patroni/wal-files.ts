/** The write-ahead log of a member, copied out of its container by the engine, without any process inside. */
import { addAbortSignal, type Readable } from "node:stream";
import type { SiteName } from "../../../model/plan/site.ts";
import type { WalPlace } from "../../../model/record/wal.ts";
import type { WalFiles } from "../../../system/wal.ts";
import { handleOf } from "../container.ts";
import type { Engine } from "../engine.ts";
import { filesInTar } from "../tar.ts";
import type { Member } from "./member.ts";
import { archiveFolder, walFolder } from "./settings.ts";

export function walFilesOf(engine: Engine, members: Record<SiteName, Member>, places: readonly WalPlace[]): WalFiles {
  return {
    places,
    read: async function* (side, of, signal) {
      const { container, dataFolder } = members[side];
      const path = of === "own" ? walFolder(dataFolder) : archiveFolder(dataFolder);
      const tar = (await handleOf(engine, container).getArchive({ path, abortSignal: signal })) as Readable;
      yield* filesInTar(addAbortSignal(signal, tar));
    },
  };
}
