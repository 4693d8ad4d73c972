/**
 * Client certificates at the databases: each database has a server certificate, and admits the FHIR servers only with client
 * certificates. The vault issues all of them; no database ever calls it.
 */
import { z } from "zod";
import { HAPI_ROLE, type Postgres } from "../postgres.ts";
import type { AccessSettings } from "./client-certificates.ts";
import { LONG, type VaultServer } from "./server.ts";

const AUTHORITY_LASTS = "47h";
const SERVER_LASTS = "46h";
const KEYS = { key_type: "ec", key_bits: 256 };
/** The key format that both the JDBC driver and PostgreSQL read. */
const FORMAT = { private_key_format: "pkcs8" };

const AuthoritySchema = z.object({ certificate: z.string() });
const IssuedSchema = z.object({ certificate: z.string(), private_key: z.string() });

export interface Issuer {
  /** The clients' token for the vault. */
  token: string;
  /** The CA certificate. */
  authority: string;
  issueTo: (server: string) => Promise<z.infer<typeof IssuedSchema>>;
}

/** Sets up the vault's CA, for the FHIR servers' role and for databases. */
export async function issuer(server: VaultServer, { certificateSeconds }: AccessSettings): Promise<Issuer> {
  const { write } = server;
  await write("sys/mounts/pki", { type: "pki", config: { max_lease_ttl: LONG } });
  const authority = { common_name: "fhirdrill", ttl: AUTHORITY_LASTS, ...KEYS };
  const { certificate } = AuthoritySchema.parse(await write("pki/root/generate/internal", authority));
  await write("pki/roles/hapi", {
    ...{ allowed_domains: HAPI_ROLE, allow_bare_domains: true, ...KEYS },
    ...{ client_flag: true, server_flag: false, no_store: true, max_ttl: `${certificateSeconds}s` },
  });
  await write("pki/roles/servers", {
    ...{ allow_any_name: true, enforce_hostnames: false, ...KEYS },
    ...{ client_flag: false, server_flag: true, max_ttl: SERVER_LASTS },
  });
  const token = await server.admit('path "pki/issue/hapi" { capabilities = ["update"] }');
  return {
    token,
    authority: certificate,
    issueTo: async (name) =>
      IssuedSchema.parse(await write("pki/issue/servers", { common_name: name, ttl: SERVER_LASTS, ...FORMAT })),
  };
}

/** For the top of pg_hba.conf: the first line that matches decides. */
const RULES = [`hostssl all ${HAPI_ROLE} all cert`, `host all ${HAPI_ROLE} all reject`];

const INSTALL = `set -e
for file in server.crt server.key root.crt; do
  install --owner=postgres --group=postgres --mode=600 "/tmp/$file" "$PGDATA/$file"
  rm "/tmp/$file"
done
{ printf '%s\\n' ${RULES.map((rule) => `'${rule}'`).join(" ")}; cat "$PGDATA/pg_hba.conf"; } > /tmp/pg_hba.conf
cat /tmp/pg_hba.conf > "$PGDATA/pg_hba.conf"`;

/** When it resolves, FHIR servers need a certificate to log in. */
export async function requireCertificates({ container, query, side }: Postgres, { issueTo, authority }: Issuer) {
  const { certificate, private_key } = await issueTo(`pg-${side}`);
  await container.copyContentToContainer([
    { content: `${certificate}\n`, target: "/tmp/server.crt" },
    { content: `${private_key}\n`, target: "/tmp/server.key" },
    { content: `${authority}\n`, target: "/tmp/root.crt" },
  ]);
  const { exitCode, output } = await container.exec(["sh", "-c", INSTALL]);
  if (exitCode !== 0) throw new Error(`cannot install the certificates of pg-${side}: ${output.trim()}`);
  await query("alter system set ssl_ca_file = 'root.crt'");
  await query("alter system set ssl = on");
  await query("select pg_reload_conf()");
}
