/** For tests: the FHIR server in memory, asked over HTTP on this machine. */
import { createServer } from "node:http";
import { listen } from "./loopback-server.ts";
import type { MemoryFhir } from "./memory-fhir.ts";

export async function fhirOverHttp(fhir: MemoryFhir): Promise<{ base: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const path = (request.url ?? "").replace(/^\/fhir\/?/, "");
    const { method = "GET", headers } = request;
    const sent = { method, headers: headers as Record<string, string>, ...(body === "" ? {} : { body }) };
    const answer = await fhir.ask(path, sent);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  const address = await listen(server);
  return { base: `http://${address}/fhir`, close: () => void server.close() };
}
