import { describe, expect, it } from "vitest";
import { ago, bytes, count, metric, shortDigest, span } from "./format";

describe("format", () => {
  it("counts in words", () => {
    expect(count(1, "image")).toBe("1 image");
    expect(count(12345, "image")).toBe("12,345 images");
    expect(count(undefined, "batch", "batches")).toBe("0 batches");
  });

  it("writes sizes that come as text", () => {
    expect(bytes("1536")).toBe("1.5 KiB");
    expect(bytes(12)).toBe("12 B");
  });

  it("writes small and large metrics by exponent", () => {
    expect(metric(0.98765)).toBe("0.9877");
    expect(metric(0.0000123)).toBe("1.230e-5");
    expect(metric(0)).toBe("0");
  });

  it("tells how long ago", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(ago("2026-01-02T11:57:00Z", now)).toBe("3 minutes ago");
    expect(ago("2026-01-01T12:00:00Z", now)).toBe("yesterday");
  });

  it("tells how long something took, or takes", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(span("2026-01-02T11:58:30Z", undefined, now)).toBe("1 min 30 s");
    expect(span("2026-01-02T08:00:00Z", "2026-01-02T10:05:00Z", now)).toBe("2 h 5 min");
    expect(span("2026-01-02T12:00:01Z", undefined, now)).toBe("0 s");
  });

  it("shortens digests", () => {
    expect(shortDigest("sha256:0123456789abcdef")).toBe("0123456789ab");
  });
});
