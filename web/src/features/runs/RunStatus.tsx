/** Owns how the status of a run looks: in words and in color. */

import { Badge } from "@mantine/core";
import type { Run } from "./runs";

const COLORS: Readonly<Record<Run["status"], string>> = {
  STATUS_UNSPECIFIED: "gray", RUNNING: "blue", FINISHED: "teal", FAILED: "red", CANCELLED: "gray", SCHEDULED: "grape",
};

export function RunStatus({ status }: { readonly status: Run["status"] }) {
  return (
    <Badge color={COLORS[status]} variant="light" tt="none">
      {status.toLowerCase()}
    </Badge>
  );
}
