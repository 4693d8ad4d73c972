/** Imports images of this machine's engine into the node, under the names that pods use. */
import type { Engine } from "../../harness/systems/lab/engine.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import type { ForPods } from "./images.ts";
import type { NodeContainer } from "./node-container.ts";

/** The engine's ids of imported images: the node has other ids. */
const ID_LABEL = "org.fhirdrill.id";

/** Images that the node already has are skipped. */
export async function importImages(engine: Engine, node: NodeContainer, images: ForPods[]): Promise<void> {
  const ctr = (argv: string[], input?: NodeJS.ReadableStream) =>
    node.run(["ctr", "--namespace", "k8s.io", "images", ...argv], input);
  for (const { image, published } of images) {
    const { Id } = await dockerOf(engine).getImage(image).inspect();
    const [from, to] = [fullName(image), fullName(published)];
    const before = new RegExp(`${ID_LABEL}=(sha256:\\w+)`).exec(await ctr(["list", `name==${to}`]))?.[1];
    if (before === Id) continue;
    await ctr(["import", "-"], await dockerOf(engine).getImage(image).get());
    await ctr(["tag", "--force", from, to]);
    await ctr(["label", to, `${ID_LABEL}=${Id}`]);
    // Removes images that have lost their name; each image also has its id as a name.
    await ctr(["remove", from, ...(before === undefined ? [] : [before])]);
  }
}

/** As containerd writes it: with the registry. */
function fullName(name: string): string {
  return name.split("/")[0]?.includes(".") ? name : `docker.io/${name}`;
}
