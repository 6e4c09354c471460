import { expect, it } from "vitest";
import { conditionsOf, draftOf } from "./gate-draft";
import type { Gate } from "./gates";

it("keeps everything of a gate that a person does not change", () => {
  const gate = {
    model_id: "mdl_1", alias: "production", approval_count: 2, approver_roles: ["CUSTOMER"],
    conditions: [
      { kind: "NO_TEST_IMAGE_IN_TRAINING", test_sets: ["test", "golden"], dimension: "", value: "", key: "", threshold: 0 },
      { kind: "METRIC_AT_LEAST", test_sets: [], dimension: "source", value: "site A", key: "f1", threshold: 0.9 },
    ],
  } as unknown as Gate;
  const draft = draftOf(gate);
  expect(draft).toMatchObject({ isVerified: false, isSeparate: true, approvals: 2, roles: ["CUSTOMER"] });
  expect(conditionsOf(draft)).toEqual(gate.conditions);
});

it("asks for both facts about the images when nothing is said", () => {
  expect(conditionsOf(draftOf(undefined)).map(({ kind }) => kind)).toEqual(["ALL_TRAINING_IMAGES_VERIFIED", "NO_TEST_IMAGE_IN_TRAINING"]);
});

it("names no slice for a metric of everything", () => {
  const [condition] = conditionsOf({ ...draftOf(undefined), isVerified: false, isSeparate: false, metrics: [{ key: "f1", threshold: 0.8, dimension: "all", value: "left over" }] });
  expect(condition).toMatchObject({ kind: "METRIC_AT_LEAST", dimension: "all", value: "" });
});
