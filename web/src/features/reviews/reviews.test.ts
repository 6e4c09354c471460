import { describe, expect, it, vi } from "vitest";
import type { Task } from "@/features/tasks/tasks";

vi.mock("@/features/tasks/tasks", () => ({ useTasks: () => undefined }));
const { afterJudged } = await import("./reviews");

const tasks = ["a", "b", "c"].map((id) => ({ id }) as Task);

describe("queue", () => {
  it("goes on to the next task, at the end to the first that is left", () => {
    expect(afterJudged(tasks, "a")).toBe("b");
    expect(afterJudged(tasks, "c")).toBe("a");
    expect(afterJudged(tasks, "not in it")).toBe("a");
    expect(afterJudged(tasks.slice(0, 1), "a")).toBeUndefined();
  });
});
