import { describe, expect, it } from "vitest";
import type { Loss, Transfer } from "./transfers";
import { byWeight, lostHow, lostThing, progressWords } from "./words";

const loss = (part: Partial<Loss>): Loss => ({ code: "shape", kind: "box", action: "dropped", count: 2, examples: [], sentence: "", kept: false, ...part });
const transfer = (part: Partial<Transfer>) => ({ state: "RUNNING", stage: "write", done: 0, total: 0, ...part }) as Transfer;

describe("losses in plain words", () => {
  it.each<[Partial<Loss>, string]>([
    [{ kind: "rotated_box", action: "polygon of 4 corners", count: 3 }, "3 rotated boxes become polygons of 4 corners"],
    [{ kind: "ellipse", action: "box", count: 1 }, "1 ellipse becomes a box"],
    [{ kind: "rotated_box", action: "box around it", count: 1 }, "1 rotated box becomes a box around it"],
    [{ kind: "mask", action: "mask on its smallest crop" }, "2 masks become masks on their smallest crop"],
    [{ kind: "polygon", action: "mask" }, "2 polygons become masks"],
    [{ code: "object", kind: "tag" }, "2 tags of whole images left out"],
    [{ code: "attributes", kind: "", count: 1400 }, "1400 attributes left out"],
    [{ code: "image.tags", kind: "", count: 1 }, "1 image with tags left out"],
    [{ code: "precision", kind: "point", action: "2 decimals" }, "2 coordinates of points rounded to 2 decimals"],
    [{ code: "image.tags", kind: "", kept: true, count: 1 }, "1 image with tags in the side-car only"],
    [{ code: "header.new_thing", kind: "", action: "as they are used" }, "2 header new thing as they are used"],
  ])("%j", (part, expected) => {
    const lost = loss(part);
    expect(`${lost.count} ${lostThing(lost)} ${lostHow(lost)}`).toBe(expected);
  });
});

it("names what becomes of objects before what is said of the whole", () => {
  const codes = ["header.name", "attributes", "image.tags", "label.color", "shape"];
  expect(byWeight(codes.map((code) => loss({ code }))).map(({ code }) => code)).toEqual(["shape", "attributes", "image.tags", "label.color", "header.name"]);
});

it("says how far a transfer is, also while nobody knows how much there is", () => {
  expect(progressWords(transfer({ state: "QUEUED" }))).toBe("Waiting to start");
  expect(progressWords(transfer({ stage: "read", done: 40 }))).toBe("Reading and checking: 40 images so far");
  expect(progressWords(transfer({ done: 4, total: 12 }))).toBe("Importing: 4 of 12 images");
});
