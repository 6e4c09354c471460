/**
 * Owns the order of an upload: hash, ask which bytes are needed, send those, complete. Repeating it sends
 * nothing twice. Does not know HTTP or the screen: both come in as `Steps` and `onProgress`.
 */

import type { Schemas } from "@/api/client";
import type { Digests } from "./hashing";
import type { LocalFile } from "./local-files";

export type Upload = Schemas["Upload"];
export type UploadItem = Schemas["UploadItemInput"];

/** What the upload asks of the browser and of the platform. */
export interface Steps {
  readonly hash: (file: File) => Promise<Digests>;
  readonly prepare: (items: UploadItem[]) => Promise<readonly Upload[]>;
  readonly put: (url: string, file: File) => Promise<void>;
  readonly complete: (uploadIds: string[]) => Promise<readonly Upload[]>;
}

export interface Rejection {
  readonly path: string;
  readonly message: string;
}

export interface UploadProgress {
  readonly total: number;
  readonly hashed: number;
  /** Finished in whatever way. */
  readonly done: number;
  readonly sent: number;
  readonly known: number;
  readonly present: number;
  readonly rejected: readonly Rejection[];
}

const PREPARED_AT_ONCE = 200;
const COMPLETED_AT_ONCE = 50;
const CONNECTIONS = 4;

export const NOTHING_DONE: UploadProgress = { total: 0, hashed: 0, done: 0, sent: 0, known: 0, present: 0, rejected: [] };

interface Pending {
  readonly file: File;
  readonly upload: Upload;
}

/** Uploads all files and answers with what became of them. Stops between groups when the signal aborts. */
export async function transfer(
  files: readonly LocalFile[], tags: readonly string[], steps: Steps, onProgress: (progress: UploadProgress) => void, signal: AbortSignal,
): Promise<UploadProgress> {
  let progress: UploadProgress = { ...NOTHING_DONE, total: files.length };
  const report = (change: (before: UploadProgress) => Partial<UploadProgress>) => {
    progress = { ...progress, ...change(progress) };
    onProgress(progress);
  };
  for (const group of groupsOf(files, PREPARED_AT_ONCE)) {
    signal.throwIfAborted();
    const pending = await prepared(group, tags, steps, report);
    for (const part of groupsOf(pending, COMPLETED_AT_ONCE)) {
      signal.throwIfAborted();
      await inPool(part, CONNECTIONS, ({ file, upload }) => (upload.state === "NEEDED" ? steps.put(upload.put_url, file) : Promise.resolve()));
      const answers = await steps.complete(part.map(({ upload }) => upload.id));
      report((before) => counted(before, part, answers));
    }
  }
  return progress;
}

async function prepared(
  group: readonly LocalFile[], tags: readonly string[], steps: Steps,
  report: (change: (before: UploadProgress) => Partial<UploadProgress>) => void,
): Promise<Pending[]> {
  const readable: { file: File; item: UploadItem }[] = [];
  for (const { file, path } of group) {
    try {
      const digests = await steps.hash(file);
      readable.push({ file, item: { path, ...digests, size: String(file.size), tags: [...tags] } });
    } catch (error) {
      report((before) => ({ done: before.done + 1, rejected: [...before.rejected, { path, message: String(error) }] }));
    }
    report((before) => ({ hashed: before.hashed + 1 }));
  }
  if (readable.length === 0) return [];
  const uploads = await steps.prepare(readable.map(({ item }) => item));
  // The answers come in the order of the items.
  const pairs = readable.flatMap(({ file }, index) => {
    const upload = uploads[index];
    return upload === undefined ? [] : [{ file, upload }];
  });
  const settled = pairs.filter(({ upload }) => upload.state !== "NEEDED" && upload.state !== "KNOWN");
  report((before) => ({
    done: before.done + settled.length,
    present: before.present + settled.filter(({ upload }) => upload.state === "PRESENT").length,
    rejected: [...before.rejected, ...rejectionsOf(settled.map(({ upload }) => upload).filter(({ state }) => state === "REJECTED"))],
  }));
  return pairs.filter((pair) => !settled.includes(pair));
}

function counted(before: UploadProgress, part: readonly Pending[], answers: readonly Upload[]): Partial<UploadProgress> {
  const refused = answers.filter(({ state }) => state !== "COMPLETED");
  const lost = new Set(refused.map(({ id }) => id));
  const accepted = part.filter(({ upload }) => !lost.has(upload.id));
  return {
    done: before.done + part.length,
    sent: before.sent + accepted.filter(({ upload }) => upload.state === "NEEDED").length,
    known: before.known + accepted.filter(({ upload }) => upload.state === "KNOWN").length,
    rejected: [...before.rejected, ...rejectionsOf(refused)],
  };
}

function rejectionsOf(uploads: readonly Upload[]): Rejection[] {
  return uploads.map(({ path, message, reason }) => ({ path, message: message === "" ? reason : message }));
}

export function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** Does the work of all items, a few at a time; the first failure is thrown once the running ones have ended. */
export async function inPool<T>(items: readonly T[], size: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: size }, async () => {
    for (const item of queue) await work(item);
  });
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
