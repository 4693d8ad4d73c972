/** Pulls one image, and notices within seconds when there is nobody to pull it from. */
import type { Engine } from "./engine.ts";

/** A pull that has shown no sign of life for so long has nobody at the other end. */
const FIRST_SIGN_MS = 8000;

export async function pull(engine: Engine, name: string, signal?: AbortSignal): Promise<void> {
  const docker = engine.container.dockerode;
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(new Error(`no answer within ${FIRST_SIGN_MS / 1000} s`)), FIRST_SIGN_MS);
  const abortSignal = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  try {
    const stream = await docker.pull(name, { abortSignal });
    clearTimeout(late);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    clearTimeout(late);
  }
}
