/** Owns what the export dialog says about losses before anything is exported. */

import { Alert, Group, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Refused } from "@/ui/Loaded";
import { LossTable } from "../LossTable";
import { isOver, type Transfer } from "../transfers";
import { progressWords } from "../words";

interface LossPreviewProps {
  readonly transfer: Transfer | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
  /** Whether what is lost to other tools is kept beside it for Plumbline. */
  readonly sidecar: boolean;
}

export function LossPreview(props: LossPreviewProps) {
  return (
    <section aria-label="Losses">
      <Content {...props} />
    </section>
  );
}

function Content({ transfer, error, onRetry, sidecar }: LossPreviewProps) {
  if (error !== null) return <Refused error={error} onRetry={onRetry} />;
  if (transfer === undefined || !isOver(transfer)) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm">Looking for what would be lost{transfer !== undefined && transfer.total > 0 ? ` · ${progressWords(transfer)}` : ""}</Text>
      </Group>
    );
  }
  if (transfer.state === "FAILED") {
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle />} title="This export is not possible">
        {transfer.error}
      </Alert>
    );
  }
  if (transfer.losses.length === 0) {
    return (
      <Alert color="teal" variant="light" icon={<IconCircleCheck />} title="Nothing is lost">
        Everything in this snapshot has a place in this format.
      </Alert>
    );
  }
  if (transfer.losses.every(({ kept }) => kept)) {
    return (
      <Stack gap="xs">
        <Alert color="teal" variant="light" icon={<IconCircleCheck />} title="All annotations are kept as they are">
          Other tools will not find what is listed here, and none of them looks for it. The side-car keeps it for Plumbline.
        </Alert>
        <LossTable losses={transfer.losses} />
      </Stack>
    );
  }
  return (
    <Stack gap="xs">
      <Alert color="orange" variant="light" icon={<IconAlertTriangle />} title="This format cannot say everything">
        {sidecar
          ? "Other tools will not find what is listed here. The side-car keeps it: Plumbline reads it back whole."
          : "What is listed here cannot be read back from the file. A side-car keeps it for Plumbline, where the format has one."}
      </Alert>
      <LossTable losses={transfer.losses} />
    </Stack>
  );
}
