/** Owns sending one file to the object store with news of how far it is, which `fetch` cannot tell. */

import { unreachable } from "@/api/problem";

/** Throws when the store refuses or cannot be reached, and when the signal aborts. */
export function putFile(url: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`The object store refused ${file.name} with status ${request.status}. Choose the file again.`));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) request.abort();
    // The address carries its own permission: no cookie goes along.
    else request.send(file);
  });
}
