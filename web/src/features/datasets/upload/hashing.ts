/** Owns asking the hashing worker, and its end. */

export interface Digests {
  readonly sha256: string;
  readonly md5: string;
}

export interface HashQuestion {
  readonly id: number;
  readonly file: File;
}

export type HashAnswer =
  | { readonly id: number; readonly digests: Digests }
  | { readonly id: number; readonly error: string };

export class Hasher {
  readonly #worker = new Worker(new URL("./hashing.worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, { resolve: (digests: Digests) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<HashAnswer>) => this.#answer(data));
    this.#worker.addEventListener("error", () => this.#fail("The hashing worker did not start. Reload the page."));
  }

  hash = (file: File): Promise<Digests> =>
    new Promise((resolve, reject) => {
      this.#asked += 1;
      this.#waiting.set(this.#asked, { resolve, reject });
      this.#worker.postMessage({ id: this.#asked, file } satisfies HashQuestion);
    });

  close(): void {
    this.#worker.terminate();
  }

  #answer(answer: HashAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("digests" in answer) waiting?.resolve(answer.digests);
    else waiting?.reject(new Error(`The file cannot be read: ${answer.error}`));
  }

  #fail(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(message));
    this.#waiting.clear();
  }
}
