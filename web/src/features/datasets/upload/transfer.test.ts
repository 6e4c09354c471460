import { describe, expect, it } from "vitest";
import { imagesOf, type LocalFile } from "./local-files";
import { inPool, transfer, type Steps, type Upload, type UploadItem } from "./transfer";

function local(path: string): LocalFile {
  return { path, file: new File([path], path.split("/").at(-1) ?? path) };
}

function upload(path: string, state: Upload["state"], message = ""): Upload {
  return { id: `up_${path}`, path, state, put_url: `https://store/${path}`, reason: "", message };
}

/** A platform that decides by the file name: known*, present*, bad* and broken*; everything else is needed. */
function platform() {
  const calls = { put: [] as string[], prepared: [] as number[], completed: [] as number[] };
  const steps: Steps = {
    hash: async (file) => {
      if (file.name.startsWith("broken")) throw new Error("gone");
      return { sha256: file.name, md5: file.name };
    },
    prepare: async (items: UploadItem[]) => {
      calls.prepared.push(items.length);
      return items.map(({ path }) => {
        if (path.startsWith("known")) return upload(path, "KNOWN");
        if (path.startsWith("present")) return upload(path, "PRESENT");
        return path.startsWith("bad") ? upload(path, "REJECTED", "not allowed") : upload(path, "NEEDED");
      });
    },
    put: async (url) => void calls.put.push(url),
    complete: async (ids) => {
      calls.completed.push(ids.length);
      return ids.map((id) => upload(id.slice(3), id.includes("text") ? "REJECTED" : "COMPLETED", id.includes("text") ? "not an image" : ""));
    },
  };
  return { calls, steps };
}

const run = (files: LocalFile[], steps: Steps) => transfer(files, ["lab"], steps, () => undefined, new AbortController().signal);

describe("transfer", () => {
  it("sends only needed bytes and says what became of every file", async () => {
    const { calls, steps } = platform();
    const result = await run(["a.png", "known.png", "present.png", "bad.png", "text.png", "broken.png"].map(local), steps);
    expect(calls.put).toEqual(["https://store/a.png", "https://store/text.png"]);
    expect(result).toMatchObject({ total: 6, hashed: 6, done: 6, sent: 1, known: 1, present: 1 });
    expect(result.rejected.map(({ path, message }) => [path, message])).toEqual([
      ["broken.png", "Error: gone"], ["bad.png", "not allowed"], ["text.png", "not an image"],
    ]);
  });

  it("asks in groups of at most 200 and completes in groups of at most 50", async () => {
    const { calls, steps } = platform();
    await run(Array.from({ length: 230 }, (_, index) => local(`${index}.png`)), steps);
    expect(calls.prepared).toEqual([200, 30]);
    expect(calls.completed).toEqual([50, 50, 50, 50, 30]);
  });

  it("stops between groups when it is told to", async () => {
    const { calls, steps } = platform();
    const stop = new AbortController();
    const files = Array.from({ length: 120 }, (_, index) => local(`${index}.png`));
    const end = transfer(files, [], steps, ({ done }) => done >= 50 && stop.abort(), stop.signal);
    await expect(end).rejects.toThrow();
    expect(calls.completed).toEqual([50]);
  });
});

describe("pool", () => {
  it("never runs more than its size at once and throws the first failure at the end", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const work = async (item: number) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (item === 1) throw new Error("one");
      done.push(item);
    };
    await expect(inPool([0, 1, 2, 3, 4, 5, 6], 3, work)).rejects.toThrow("one");
    expect(most).toBe(3);
    expect(done).toEqual([0, 2, 3, 4, 5, 6]);
  });
});

describe("local files", () => {
  it("keeps images, drops hidden ones and the folder that holds all", () => {
    const paths = imagesOf(["site/b/2.TIF", "site/a.jpg", "site/notes.txt", "site/.cache/x.png"].map(local)).map(({ path }) => path);
    expect(paths).toEqual(["a.jpg", "b/2.TIF"]);
  });

  it("keeps the folder names when several were dropped", () => {
    expect(imagesOf(["one/a.png", "two/a.png"].map(local)).map(({ path }) => path)).toEqual(["one/a.png", "two/a.png"]);
  });
});
