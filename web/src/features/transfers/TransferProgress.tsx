/** Owns how far a transfer is: a bar, and the words that are read out as it goes on. */

import { Progress, Stack, Text } from "@mantine/core";
import type { Transfer } from "./transfers";
import { progressWords } from "./words";

export function TransferProgress({ transfer }: { readonly transfer: Transfer | undefined }) {
  if (transfer === undefined) return <ProgressLine words="Waiting to start" />;
  const { done, total } = transfer;
  return <ProgressLine words={progressWords(transfer)} {...(total > 0 ? { share: done / total } : {})} />;
}

interface ProgressLineProps {
  readonly words: string;
  /** From 0 to 1; left out while nobody knows. */
  readonly share?: number;
}

export function ProgressLine({ words, share }: ProgressLineProps) {
  return (
    <Stack gap={6}>
      <Progress value={100 * (share ?? 1)} animated={share === undefined} striped={share === undefined} aria-label={words} transitionDuration={200} />
      <Text size="sm" role="status" aria-live="polite">
        {words}
      </Text>
    </Stack>
  );
}
