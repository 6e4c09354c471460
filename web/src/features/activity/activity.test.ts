import { describe, expect, it } from "vitest";
import { parseBlock, type PlatformEvent } from "@/api/events";
import { sentenceOf } from "./sentence";

const event = (type: string, data: Record<string, unknown> = {}): PlatformEvent => {
  return { sequence: "7", type, subject: "ds_1", time: "2026-01-02T12:00:00Z", actorname: "Ana", data };
};

describe("event stream", () => {
  it("reads a block and skips comments", () => {
    const block = `id: 7\nevent: x\ndata: ${JSON.stringify(event("x"))}`;
    expect(parseBlock(block)?.sequence).toBe("7");
    expect(parseBlock(": still here")).toBeNull();
  });
});

describe("sentences", () => {
  it("names what happened and to what", () => {
    expect(sentenceOf(event("plumb.storage.dataset.published.v1", { dataset_name: "tiles", number: 3 }))).toBe(
      "Dataset published: tiles@v3",
    );
    expect(sentenceOf(event("plumb.experiments.model_version.created.v1", { model_name: "net", number: 4 }))).toBe(
      "Model version created: net@4",
    );
    expect(sentenceOf(event("plumb.auth.member.joined.v1", { name: "Bo" }))).toBe("Member joined: Bo");
    expect(sentenceOf(event("plumb.trainer.job.queued.v1"))).toBe("Job queued: ds_1");
  });
});
