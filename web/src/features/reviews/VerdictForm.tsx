/** Owns giving a verdict on exactly the revision that is shown. */

import { Alert, Button, Group, Kbd, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { Problem } from "@/api/problem";
import { useMay } from "@/features/session/session";
import { useJudge, type Task, type Verdict } from "@/features/tasks/tasks";
import { notifyDone } from "@/ui/notify";
import type { JudgeKind } from "./reviews";

interface PendingVerdict {
  readonly comment: string;
  readonly setComment: (comment: string) => void;
  readonly give: (verdict: Verdict) => void;
  readonly pending: boolean;
  readonly allowed: boolean;
}

export function useVerdict(kind: JudgeKind, task: Task, onJudged: () => void, onStale: () => void): PendingVerdict {
  const [comment, setComment] = useState("");
  const judge = useJudge(kind);
  const may = useMay(kind === "review" ? "annotation.ReviewTask" : "annotation.VerifyTask");
  const allowed = may && task.revision > 0 && (kind === "verify" || task.state === "IN_REVIEW");
  const give = (verdict: Verdict) => {
    if (!allowed || judge.isPending) return;
    judge.mutate({ task, verdict, comment }, {
      onSuccess: () => {
        notifyDone(`${task.path}: ${verdict === "ACCEPT" ? "accepted" : "rejected"}.`);
        onJudged();
      },
      onError: (error) => {
        // The notice says who saved meanwhile; what they saved has to be seen before it can be judged.
        if (error instanceof Problem && error.status === 412) onStale();
      },
    });
  };
  return { comment, setComment, give, pending: judge.isPending, allowed };
}

interface VerdictFormProps {
  readonly kind: JudgeKind;
  readonly verdict: PendingVerdict;
  readonly task: Task;
}

export function VerdictForm({ kind, verdict, task }: VerdictFormProps) {
  const { comment, setComment, give, pending, allowed } = verdict;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h3">
        {kind === "review" ? "Is it annotated right?" : "Do you agree with what is marked?"}
      </Title>
      {!allowed && (
        <Alert variant="light" p="xs">
          {task.revision === 0 ? "Nothing was marked yet." : `This image is not waiting for ${kind === "review" ? "review" : "your verdict"}.`}
        </Alert>
      )}
      <Textarea
        label="Comment" autosize minRows={2} value={comment} onChange={(event) => setComment(event.currentTarget.value)} disabled={!allowed}
      />
      <Group grow gap="xs">
        <Button variant="default" leftSection={<IconX size={16} />} onClick={() => give("REJECT")} disabled={!allowed || pending}>
          Reject
        </Button>
        <Button color="teal.9" leftSection={<IconCheck size={16} />} onClick={() => give("ACCEPT")} disabled={!allowed} loading={pending}>
          Accept
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        <Kbd size="xs">A</Kbd> accept, <Kbd size="xs">R</Kbd> reject, <Kbd size="xs">F</Kbd> / <Kbd size="xs">D</Kbd> next and previous
      </Text>
    </Stack>
  );
}
