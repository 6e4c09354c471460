/** Owns the numbers of an import in words. */

import { count } from "@/ui/format";
import type { ImportReport } from "../transfers";

/** What fits the project, before it is imported. */
export function foundWords({ image_count, annotation_count, answer_count }: ImportReport): string {
  if (image_count === 0) return "Nothing in it fits the images of this project.";
  const answers = answer_count > 0 ? ` and ${count(answer_count, "answer")}` : "";
  return `Fits this project: ${count(annotation_count, "annotation")}${answers} on ${count(image_count, "image")}.`;
}

/** What was imported. */
export function importedWords(report: ImportReport): string {
  const { image_count, annotation_count, answer_count, changed_count, error_count } = report;
  const answers = answer_count > 0 ? `, ${count(answer_count, "answer")}` : "";
  const same = image_count - changed_count;
  const rest = same > 0 ? ` ${count(same, "image")} had all of it already.` : "";
  const left = error_count > 0 ? ` Left out: ${count(error_count, "problem")}.` : "";
  return `${count(annotation_count, "annotation")}${answers} on ${count(image_count, "image")}: ${count(changed_count, "image")} got a new revision.${rest}${left}`;
}
