import { describe, expect, it } from "vitest";
import { consoleFiles, consoleText } from "./console-text";
import { pictureAt, pictureSeries, stepsOfPictures } from "./pictures";
import { recordSections } from "./record-rows";

describe("pictures of steps", () => {
  const series = pictureSeries([
    "images/val/mask/10.png", "images/val/mask/2.png", "images/val/mask/2.5.png", "images/readme.txt", "model.onnx",
    "images/dog#left+step+3+timestamp+1700000000000+abc.png", "images/dog#left+step+3+timestamp+1700000000000+abc+compressed.webp",
    "images/dog#left+step+3+timestamp+1800000000000+abd.png",
  ]);

  it("are known by the names of both libraries", () => {
    expect(series.map(({ key, pictures }) => [key, pictures.map(({ step }) => step)])).toEqual([["dog/left", [3]], ["val/mask", [2, 2.5, 10]]]);
    expect(series[0]?.pictures[0]?.path).toContain("1800000000000");
  });

  it("are the newest that were there at a step", () => {
    const [, mask] = series;
    expect(stepsOfPictures(series)).toEqual([2, 2.5, 3, 10]);
    expect(mask && [pictureAt(mask, 1), pictureAt(mask, 9)?.step, pictureAt(mask, 10)?.step]).toEqual([undefined, 2.5, 10]);
  });
});

describe("console output", () => {
  it("reads without colors, and a progress bar as it ended", () => {
    expect(consoleText("\u001b[31mred\u001b[0m\r\n 10%\r 50%\r100%\nend\n")).toBe("red\n100%\nend\n");
  });

  it("is the whole file once there is one, its parts in order until then", () => {
    const files = ["model.onnx", "console/a-000002.log", "console/a-000001.log"].map((path) => ({ path }));
    expect(consoleFiles(files).map(({ path }) => path)).toEqual(["console/a-000001.log", "console/a-000002.log"]);
    expect(consoleFiles([...files, { path: "console.log" }]).map(({ path }) => path)).toEqual(["console.log"]);
  });
});

describe("a record", () => {
  it("reads as sections of names and values, long texts apart", () => {
    const sections = recordSections({
      seed: 7, code: { commit: "abc", is_dirty: true, diff: "- a\n+ b", untracked: [{ path: "x.py", sha256: "12" }] }, empty: {}, threads: { torch: 2 },
    });
    expect(sections).toEqual([
      { title: "General", rows: [{ name: "seed", text: "7" }, { name: "empty", text: "none" }], texts: [] },
      {
        title: "code", texts: [{ name: "diff", text: "- a\n+ b" }],
        rows: [{ name: "commit", text: "abc" }, { name: "is dirty", text: "yes" }, { name: "untracked › 0 › path", text: "x.py" }, { name: "untracked › 0 › sha256", text: "12" }],
      },
      { title: "threads", rows: [{ name: "torch", text: "2" }], texts: [] },
    ]);
  });
});
