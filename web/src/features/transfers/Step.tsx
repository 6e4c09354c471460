/** Owns a later step of a dialog: the focus moves into it, because what had it is gone. */

import { Stack } from "@mantine/core";
import type { ReactNode } from "react";

const takeFocus = (element: HTMLElement | null) => element?.focus();

export function Step({ children }: { readonly children: ReactNode }) {
  return (
    <Stack ref={takeFocus} tabIndex={-1} style={{ outline: "none" }}>
      {children}
    </Stack>
  );
}
