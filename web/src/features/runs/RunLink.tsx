/** Owns the way to a run by its name. */

import { Link } from "@tanstack/react-router";
import type { Run } from "./runs";

export function nameOf({ name, id }: Pick<Run, "name" | "id">): string {
  return name === "" ? id : name;
}

export function RunLink({ run }: { readonly run: Pick<Run, "name" | "id"> }) {
  return (
    <Link className="quiet-link" to="/runs/$runId" params={{ runId: run.id }}>
      {nameOf(run)}
    </Link>
  );
}
