/** Owns the colors of lines and of groups: apart from each other and from both backgrounds by at least 3 to 1. */

const COLORS = ["#1c7ed6", "#d9480f", "#2b8a3e", "#9c36b5", "#c92a2a", "#0b7285", "#996300", "#5f3dc4", "#a61e4d", "#5c6b00"] as const;

export function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? COLORS[0];
}
