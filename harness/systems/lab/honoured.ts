/**
 * Checks that an image honours its settings. A setting whose name the image does not read is lost silently: the server
 * starts anyway, and the drill would test another system than intended. So each is proved once per image, on a
 * disposable server.
 */
import { DrillFailure } from "../../model/program/failure.ts";
import { POSTGRES_SETTINGS, type Postgres } from "./postgres.ts";
import { PROOFS, type Servers } from "./proofs.ts";

/** Checks those settings that can be lost silently. Throws a `DrillFailure` that names all lost ones. */
export async function requireHonoured(
  image: string,
  servers: Servers,
  settings: Record<string, string>,
): Promise<void> {
  const lost: { setting: string; seen: string }[] = [];
  for (const [setting, proof] of Object.entries(PROOFS)) {
    const value = settings[setting];
    const seen = value === undefined ? null : await proof(servers, value);
    if (seen !== null) lost.push({ setting, seen });
  }
  refuse(image, "hapi", lost);
}

/** Checks PostgreSQL's settings: an image with an entry point of its own may drop the server's arguments. */
export async function requireSettings(image: string, postgres: Postgres): Promise<void> {
  const rows = await postgres.query<{ setting: string; value: string }>(
    "select name as setting, current_setting(name) as value from unnest($1::text[]) as name",
    [Object.keys(POSTGRES_SETTINGS)],
  );
  const lost = Object.entries(POSTGRES_SETTINGS).flatMap(([setting, wanted]) => {
    const value = rows.find((row) => row.setting === setting)?.value;
    return value === wanted ? [] : [{ setting, seen: `${setting} is ${value}, not ${wanted}` }];
  });
  refuse(image, "postgres", lost);
}

function refuse(image: string, part: string, lost: { setting: string; seen: string }[]): void {
  if (lost.length === 0) return;
  throw new DrillFailure({
    what: `the image ${image} does not honour ${lost.map(({ setting }) => setting).join(", ")}`,
    why: lost.map(({ seen }) => seen).join("; "),
    todo: `use another image for ${part}; docs/images.md lists the settings that it must read`,
  });
}
