/** Certificates of a private authority, like a company's own. */
import { generate } from "selfsigned";

export interface Certified {
  /** In PEM form: the certificate that clients must trust. */
  authority: string;
  /** In PEM form: the certificate of the server on loopback, and its key. */
  certificate: string;
  key: string;
}

export async function certified(): Promise<Certified> {
  const options = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
  const named = (value: string) => [{ name: "commonName", value }];
  const authority = await generate(named("An authority for tests"), {
    ...options,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const server = await generate(named("other-server"), {
    ...options,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}
