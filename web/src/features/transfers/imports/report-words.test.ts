import { expect, it } from "vitest";
import type { ImportReport } from "../transfers";
import { foundWords, importedWords } from "./report-words";

const report = (part: Partial<ImportReport>): ImportReport => ({
  guess: "", image_count: 3, annotation_count: 7, answer_count: 0, error_count: 0, note_count: 0, problems: [], changed_count: 0, ...part,
});

it("says what fits before it is imported", () => {
  expect(foundWords(report({}))).toBe("Fits this project: 7 annotations on 3 images.");
  expect(foundWords(report({ answer_count: 1 }))).toBe("Fits this project: 7 annotations and 1 answer on 3 images.");
  expect(foundWords(report({ image_count: 0 }))).toBe("Nothing in it fits the images of this project.");
});

it("says what was imported, and what was there already", () => {
  expect(importedWords(report({ changed_count: 3, error_count: 2 }))).toBe("7 annotations on 3 images: 3 images got a new revision. Left out: 2 problems.");
  expect(importedWords(report({ changed_count: 1 }))).toBe("7 annotations on 3 images: 1 image got a new revision. 2 images had all of it already.");
});
