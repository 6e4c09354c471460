/** Owns the dot in the color of a run; the name beside it says the same. */

import { ColorSwatch } from "@mantine/core";

export function Swatch({ color = "gray" }: { readonly color?: string | undefined }) {
  return <ColorSwatch color={color} size={11} withShadow={false} aria-hidden />;
}
