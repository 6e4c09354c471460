/** Owns hashing a file away from the page's thread: sha256 and md5 in one pass. */

import { createMD5, createSHA256 } from "hash-wasm";
import type { HashAnswer, HashQuestion } from "./hashing";

const CHUNK = 4 * 1024 * 1024;

self.addEventListener("message", ({ data }: MessageEvent<HashQuestion>) => {
  void digestsOf(data.file)
    .then((digests): HashAnswer => ({ id: data.id, digests }))
    .catch((error: unknown): HashAnswer => ({ id: data.id, error: error instanceof Error ? error.message : "unreadable" }))
    .then((answer) => self.postMessage(answer));
});

async function digestsOf(file: File) {
  const [sha256, md5] = await Promise.all([createSHA256(), createMD5()]);
  for (let at = 0; at < file.size; at += CHUNK) {
    const chunk = new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer());
    sha256.update(chunk);
    md5.update(chunk);
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}
