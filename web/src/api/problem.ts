/** Owns how a refused request is understood: RFC 9457 problem documents as errors. */

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** A request that the platform refused or that never reached it. Its message can be shown as it is. */
export class Problem extends Error {
  readonly status: number;
  /** UPPER_SNAKE, stable; NETWORK when there was no answer at all. */
  readonly reason: string;
  readonly title: string;
  readonly fields: readonly FieldProblem[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly traceId: string | null;

  constructor(status: number, body: Record<string, unknown>) {
    super(text(body.detail) ?? text(body.title) ?? `The platform answered with status ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.reason = text(body.reason) ?? "UNKNOWN";
    this.title = text(body.title) ?? "That did not work";
    this.fields = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [];
    this.metadata = (body.metadata ?? {}) as Record<string, unknown>;
    this.traceId = text(body.trace_id);
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  const body: unknown = isJson ? await response.json().catch(() => null) : null;
  return new Problem(response.status, typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {});
}

export function unreachable(): Problem {
  return new Problem(0, {
    reason: "NETWORK",
    title: "No connection",
    detail: "Plumbline cannot be reached. Check the connection; the last change will be tried again.",
  });
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
