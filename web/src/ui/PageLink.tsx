/** Owns the way to a page whose address the platform gave. */

import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function PageLink({ path, children }: { readonly path: string; readonly children: ReactNode }) {
  return (
    <Text span size="sm">
      <Link className="quiet-link" to={path}>
        {children}
      </Link>
    </Text>
  );
}
