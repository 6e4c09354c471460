import { expect, it } from "vitest";
import { subjectIn } from "./subject";

it("keeps only known parts that say something, as text", () => {
  expect(subjectIn({ model: "net", alias: 4, tag: "", evil: "x" })).toEqual({ model: "net", alias: "4" });
});
