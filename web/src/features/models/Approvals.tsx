/** Owns what members said about a version that is to carry an alias, and the form to say so. */

import { Badge, Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useId, useState } from "react";
import { useMay } from "@/features/session/session";
import { time } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { useApprove, type Approval, type Gate, type Verdict } from "./gates";

interface ApprovalsProps {
  readonly modelId: string;
  readonly version: string;
  readonly gate: Gate;
  readonly approvals: readonly Approval[];
}

export function Approvals({ modelId, version, gate, approvals }: ApprovalsProps) {
  const may = useMay("experiments.ApproveModelVersion");
  const id = useId();
  if (gate.approval_count === 0 && approvals.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <Title order={4} size="sm" id={id} mb={6}>
        What members say about version {version}
      </Title>
      <Stack gap={6}>
        {approvals.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody has said anything yet. Approvals of these roles count: {gate.approver_roles.map((role) => role.toLowerCase()).join(", ")}.
          </Text>
        )}
        {approvals.map((approval) => (
          <Group key={approval.id} gap="xs">
            <Badge variant="light" tt="none" color={approval.verdict === "APPROVE" ? "teal" : "red"}>
              {approval.verdict === "APPROVE" ? "approves" : "rejects"}
            </Badge>
            <Text size="sm">
              {approval.actor?.name} ({approval.role.toLowerCase()})
              {!gate.approver_roles.includes(approval.role) && ", does not count"}
              {approval.comment !== "" && `: ${approval.comment}`}
            </Text>
            <Text size="xs" c="dimmed">
              {time(approval.create_time)}
            </Text>
          </Group>
        ))}
        {may && gate.approval_count > 0 && <ApprovalForm modelId={modelId} version={version} alias={gate.alias} />}
      </Stack>
    </section>
  );
}

function ApprovalForm({ modelId, version, alias }: { readonly modelId: string; readonly version: string; readonly alias: string }) {
  const [comment, setComment] = useState("");
  const approve = useApprove(modelId, version, alias);
  const say = (verdict: Verdict) =>
    approve.mutate({ verdict, comment: comment.trim() }, {
      onSuccess: () => {
        setComment("");
        notifyDone(verdict === "APPROVE" ? `You approve version ${version} as ${alias}.` : `You reject version ${version} as ${alias}.`);
      },
    });
  return (
    <Stack gap="xs" maw={560} mt={4}>
      <Textarea
        label={`Your word on version ${version} as ${alias}`} description="Kept for good; a rejection needs a reason" autosize minRows={1} value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {approve.isError && <Refused error={approve.error} />}
      <Group gap="xs">
        <Button size="xs" color="teal.9" loading={approve.isPending} onClick={() => say("APPROVE")}>
          Approve
        </Button>
        <Button size="xs" variant="default" disabled={comment.trim() === "" || approve.isPending} onClick={() => say("REJECT")}>
          Reject
        </Button>
      </Group>
    </Stack>
  );
}
