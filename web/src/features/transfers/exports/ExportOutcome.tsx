/** Owns what became of an export: how far it is, its file, or why there is none. */

import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck } from "@tabler/icons-react";
import { Refused } from "@/ui/Loaded";
import { ExportedFile } from "../ExportedFile";
import { LossTable } from "../LossTable";
import { isOver, type Transfer } from "../transfers";
import { TransferProgress } from "../TransferProgress";

interface ExportOutcomeProps {
  readonly transfer: Transfer | undefined;
  readonly error: Error | null;
}

export function ExportOutcome({ transfer, error }: ExportOutcomeProps) {
  if (error !== null) return <Refused error={error} />;
  if (transfer === undefined || !isOver(transfer)) return <TransferProgress transfer={transfer} />;
  if (transfer.state === "SUCCEEDED") {
    return (
      <Stack>
        <Alert color="teal" variant="light" icon={<IconCircleCheck />} title="The file is ready" role="status">
          {transfer.losses.length === 0 ? "Nothing was lost." : "What its format cannot say is listed below."}
        </Alert>
        <ExportedFile transfer={transfer} />
        {transfer.losses.length > 0 && <LossTable losses={transfer.losses} />}
      </Stack>
    );
  }
  const refused = transfer.state === "REFUSED";
  return (
    <Stack>
      <Alert
        color={refused ? "orange" : "red"} variant="light" icon={<IconAlertCircle />}
        title={refused ? "Nothing was exported, because something would be lost" : "The export failed"}
      >
        <Text size="sm">{refused ? "Allow what is listed below to be lost, or choose another format." : transfer.error}</Text>
      </Alert>
      {refused && <LossTable losses={transfer.losses} />}
    </Stack>
  );
}
