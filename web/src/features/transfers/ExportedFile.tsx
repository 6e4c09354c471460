/** Owns the file of an export that is there: its name, size and digest, and the way to it. */

import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMay } from "@/features/session/session";
import { bytes } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { useDownload, type Transfer } from "./transfers";

export function ExportedFile({ transfer }: { readonly transfer: Transfer }) {
  const download = useDownload();
  const may = useMay("annotation.DownloadExport");
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={500} style={{ wordBreak: "break-word" }}>
            {transfer.file_name}
          </Text>
          <Text size="sm" c="dimmed">
            {bytes(transfer.size)}
          </Text>
        </div>
        {may && (
          <Button leftSection={<IconDownload size={16} />} loading={download.isPending} onClick={() => download.mutate(transfer.id)} flex="none">
            Download
          </Button>
        )}
      </Group>
      <Text size="sm" component="div">
        SHA-256 <span className="digest">{transfer.sha256}</span>
      </Text>
      {download.isError && <Refused error={download.error} />}
    </Stack>
  );
}
