/**
 * Files that the harness adds to the build context of an image, besides the image's folder in `docker/`. The bridge runs on
 * the harness's own Node with the harness's MQTT client, so its build needs no network. The database with an encrypted data
 * directory uses the entry point of the ordinary one.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { DrillFailure } from "../../model/program/failure.ts";

export interface Brought {
  /** Input of the image's tag: the content of small files, the versions of large ones. */
  stamp: string;
  /** Files and folders, each with its place in the context. */
  files: { source: string; target: string }[];
}

const CLIENT = "mqtt";
const ENTRY_POINT = fileURLToPath(new URL("../../../docker/postgres/docker-entrypoint.sh", import.meta.url));

export function broughtFor(part: string): Brought | null {
  if (part === "encrypted-postgres")
    return {
      stamp: readFileSync(ENTRY_POINT, "utf8"),
      files: [{ source: ENTRY_POINT, target: "docker-entrypoint.sh" }],
    };
  return part === "bridge" ? ofBridge() : null;
}

function ofBridge(): Brought {
  if (process.platform !== "linux")
    throw new DrillFailure({
      what: "the image of the devices' bridge cannot be built here",
      why: `it runs on this machine's Node, which is built for ${process.platform}`,
      todo: "run drills with devices on Linux",
    });
  const packages = [...closureOf(CLIENT, import.meta.filename)];
  const modules = dirname(packages[0]?.folder ?? "");
  // Beside or below the client, as on this machine; packages from further up go beside it.
  const placeOf = ({ name, folder }: Package) => {
    const place = relative(modules, folder);
    return join("node_modules", place.startsWith("..") ? name : place);
  };
  const versions = packages.map(({ name, version }) => `${name} ${version}`);
  return {
    stamp: [`node ${process.version} ${process.arch}`, ...versions].join("\n"),
    files: [
      { source: process.execPath, target: "node" },
      ...packages.map((each) => ({ source: each.folder, target: placeOf(each) })),
    ],
  };
}

interface Package {
  name: string;
  version: string;
  folder: string;
}

/** The package and all its dependencies, as Node resolves them from a file; each folder once. */
function closureOf(name: string, from: string, found = new Map<string, Package>()): Iterable<Package> {
  const folder = folderOf(name, from);
  if (folder === null || found.has(folder)) return found.values();
  const manifest = join(folder, "package.json");
  const { version, dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  found.set(folder, { name, version, folder });
  for (const each of Object.keys(dependencies)) closureOf(each, manifest, found);
  return found.values();
}

/** `null` for a package that is not installed: type packages, which some depend on, are not needed at run time. */
function folderOf(name: string, from: string): string | null {
  // By its file: some have the name of a built-in module (`buffer`, `process`), which would not be resolved to a file.
  const places = createRequire(from).resolve.paths(`${name}/package.json`) ?? [];
  const modules = places.find((place) => existsSync(join(place, name, "package.json")));
  // If packages are symbolic links, the dependencies of one are beside its real folder.
  return modules === undefined ? null : realpathSync(join(modules, name));
}
