/**
 * Owns reading the platform's event stream. Uses fetch and not EventSource, which can neither renew a
 * session nor hear events whose type it was not told beforehand.
 */

import { platformFetch } from "./http";

/** A CloudEvent with the workspace's gapless number. */
export interface PlatformEvent {
  readonly sequence: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly actorname: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const RECONNECT_MS = 3_000;

/** Calls `onEvent` for every event after a sequence number, in order, until the signal aborts. */
export async function followEvents(after: number, onEvent: (event: PlatformEvent) => void, signal: AbortSignal): Promise<void> {
  let sequence = after;
  while (!signal.aborted) {
    try {
      const response = await platformFetch(`/api/v1/events:stream?after=${sequence}`, { signal });
      for await (const event of eventsOf(response)) {
        sequence = Number(event.sequence);
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
    }
    // The stream ended or broke: the sequence number lets it go on where it stopped.
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

async function* eventsOf(response: Response): AsyncGenerator<PlatformEvent> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== null) yield event;
    }
  }
}

/** The event of one block of a `text/event-stream`, or null for a comment that keeps the line open. */
export function parseBlock(block: string): PlatformEvent | null {
  const data = block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
  return data === "" ? null : (JSON.parse(data) as PlatformEvent);
}
