/** Owns the parts of the page of a run, as they stand in its address. */

export const RUN_TABS = ["overview", "metrics", "system", "images", "console", "evaluation", "files"] as const;
export type RunTab = (typeof RUN_TABS)[number];

export function isRunTab(tab: unknown): tab is RunTab {
  return RUN_TABS.some((one) => one === tab);
}
