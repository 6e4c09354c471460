/** Owns a gate as a form holds it. */

import type { Gate } from "./gates";

type Condition = Gate["conditions"][number];

export interface MetricDraft {
  readonly key: string;
  readonly threshold: number;
  readonly dimension: string;
  readonly value: string;
}

export interface GateFormState {
  readonly alias: string;
  readonly isVerified: boolean;
  readonly isSeparate: boolean;
  readonly testSets: readonly string[];
  readonly metrics: readonly MetricDraft[];
  readonly approvals: number;
  readonly roles: readonly string[];
}

export const NEW_METRIC: MetricDraft = { key: "", threshold: 0.9, dimension: "all", value: "" };

export function draftOf(gate: Gate | undefined): GateFormState {
  const conditions = gate?.conditions ?? [];
  return {
    alias: gate?.alias ?? "production",
    isVerified: gate === undefined || conditions.some(({ kind }) => kind === "ALL_TRAINING_IMAGES_VERIFIED"),
    isSeparate: gate === undefined || conditions.some(({ kind }) => kind === "NO_TEST_IMAGE_IN_TRAINING"),
    testSets: conditions.find(({ kind }) => kind === "NO_TEST_IMAGE_IN_TRAINING")?.test_sets ?? [],
    metrics: conditions.filter(({ kind }) => kind === "METRIC_AT_LEAST").map(({ key, threshold, dimension, value }) => ({ key, threshold: Number(threshold), dimension: dimension === "" ? "all" : dimension, value })),
    approvals: gate?.approval_count ?? 1, roles: gate?.approver_roles ?? ["OWNER", "MANAGER", "CUSTOMER"],
  };
}

export function conditionsOf({ isVerified, isSeparate, testSets, metrics }: GateFormState): Condition[] {
  const none = { test_sets: [], dimension: "", value: "", key: "", threshold: 0 };
  return [
    ...(isVerified ? [{ ...none, kind: "ALL_TRAINING_IMAGES_VERIFIED" as const }] : []),
    ...(isSeparate ? [{ ...none, kind: "NO_TEST_IMAGE_IN_TRAINING" as const, test_sets: [...testSets] }] : []),
    ...metrics.map(({ dimension, value, ...metric }) => ({ ...none, ...metric, dimension, value: dimension === "all" ? "" : value, kind: "METRIC_AT_LEAST" as const })),
  ];
}
