/**
 * What the harness itself brings into the build of an image, beside the image's folder in `docker/`: the bridge runs on the
 * harness's own Node with the MQTT client that the harness uses, so that its build needs no network; and the database with an
 * encrypted data directory begins as the other one does.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { DrillFailure } from "../../model/program/failure.ts";

export interface Brought {
  /** For the tag: by version where the files themselves are large. */
  stamp: string;
  /** Files and folders, and where each stands in the context. */
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
      why: `it runs on the Node of this machine, which is one for ${process.platform}`,
      todo: "drill devices on Linux",
    });
  const packages = [...closureOf(CLIENT, import.meta.filename)];
  const modules = dirname(packages[0]?.folder ?? "");
  // Beside or below the client as here; what is found further up stands beside it.
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

/** The package and all that it depends on, as Node finds them from a file; each folder once. */
function closureOf(name: string, from: string, found = new Map<string, Package>()): Iterable<Package> {
  const folder = folderOf(name, from);
  if (folder === null || found.has(folder)) return found.values();
  const manifest = join(folder, "package.json");
  const { version, dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  found.set(folder, { name, version, folder });
  for (const each of Object.keys(dependencies)) closureOf(each, manifest, found);
  return found.values();
}

/** `null` for what is not there: of types, which some depend on, nobody needs any to run. */
function folderOf(name: string, from: string): string | null {
  // By its file: some are called like modules of Node's own (`buffer`, `process`), which are looked for nowhere.
  const places = createRequire(from).resolve.paths(`${name}/package.json`) ?? [];
  const modules = places.find((place) => existsSync(join(place, name, "package.json")));
  // Where packages are links, what one needs stands beside the real one.
  return modules === undefined ? null : realpathSync(join(modules, name));
}
