/** Owns what became of an import: how far it is, what it brought, or why it brought nothing. */

import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck } from "@tabler/icons-react";
import { Refused } from "@/ui/Loaded";
import { isOver, type Transfer } from "../transfers";
import { TransferProgress } from "../TransferProgress";
import { ProblemTable } from "./ProblemTable";
import { importedWords } from "./report-words";

interface ImportOutcomeProps {
  readonly transfer: Transfer | undefined;
  readonly error: Error | null;
}

export function ImportOutcome({ transfer, error }: ImportOutcomeProps) {
  if (error !== null) return <Refused error={error} />;
  if (transfer === undefined || !isOver(transfer)) return <TransferProgress transfer={transfer} />;
  const { report } = transfer;
  if (transfer.state === "SUCCEEDED" && report !== undefined) {
    return (
      <Stack>
        <Alert color="teal" variant="light" icon={<IconCircleCheck />} title="The annotations are in the project" role="status">
          {importedWords(report)}
        </Alert>
        <ProblemTable report={report} />
      </Stack>
    );
  }
  const refused = transfer.state === "REFUSED";
  return (
    <Stack>
      <Alert color={refused ? "orange" : "red"} variant="light" icon={<IconAlertCircle />} title={refused ? "Nothing was imported" : "The import failed"}>
        <Text size="sm">{transfer.error}</Text>
      </Alert>
      {report !== undefined && <ProblemTable report={report} />}
    </Stack>
  );
}
