/** Owns the remarks of a project: what the customer and others said about images, open ones first. */

import { Box, Group, SegmentedControl, Stack } from "@mantine/core";
import { IconMessage } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { Refused } from "@/ui/Loaded";
import { Thumbnail } from "@/ui/Thumbnail";
import { RemarkCard } from "./RemarkList";
import { useRemarks } from "./remarks";

const CHOICES = [{ value: "UNRESOLVED", label: "Open" }, { value: "RESOLVED", label: "Resolved" }, { value: "", label: "All" }];

export function RemarksPanel({ projectId }: { readonly projectId: string }) {
  const [state, setState] = useState("UNRESOLVED");
  const remarks = useRemarks(projectId, state === "UNRESOLVED" || state === "RESOLVED" ? state : null);
  return (
    <Stack>
      <Group>
        <SegmentedControl aria-label="State of the remarks" data={CHOICES} value={state} onChange={setState} />
      </Group>
      {remarks.items === undefined && remarks.error !== null && <Refused error={remarks.error} />}
      {remarks.items?.length === 0 && (
        <EmptyState icon={IconMessage} title="No remarks">
          Remarks that reviewers and the customer pin to images are listed here until they are resolved.
        </EmptyState>
      )}
      {(remarks.items ?? []).map((remark) => (
        <Group key={remark.id} align="flex-start" wrap="nowrap">
          <Box w={120} h={90} style={{ flexShrink: 0 }}>
            <Link to="/tasks/$taskId" params={{ taskId: remark.task_id }} aria-label={`Open ${remark.path}`}>
              <Thumbnail sha256={remark.image_sha256} alt="" />
            </Link>
          </Box>
          <Box flex={1} maw={620}>
            <Link to="/tasks/$taskId" params={{ taskId: remark.task_id }} className="quiet-link">
              {remark.path}
            </Link>
            <RemarkCard remark={remark} />
          </Box>
        </Group>
      ))}
    </Stack>
  );
}
