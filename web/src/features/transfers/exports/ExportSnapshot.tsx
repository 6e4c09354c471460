/** Owns the dialog that exports a snapshot: first the choice and its losses, then the file. */

import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFileExport } from "@tabler/icons-react";
import { useState } from "react";
import type { Snapshot } from "@/features/projects/projects";
import { useMay } from "@/features/session/session";
import { Loaded } from "@/ui/Loaded";
import { Step } from "../Step";
import { isOver, useFormats, useStarted } from "../transfers";
import { useLeavingNotice } from "../use-leaving-notice";
import { ExportForm, type Draft } from "./ExportForm";
import { ExportOutcome } from "./ExportOutcome";

const FIRST: Draft = { format: "coco", options: {}, images: false };

export function ExportSnapshot({ snapshot }: { readonly snapshot: Snapshot }) {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("annotation.ExportSnapshot")) return null;
  const name = `${snapshot.project_name}@s${snapshot.number}`;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconFileExport size={14} />} onClick={open} aria-label={`Export ${name}`}>
        Export
      </Button>
      <Modal opened={opened} onClose={close} title={`Export ${name}`} size="xl">
        <Dialog snapshot={snapshot} onClose={close} />
      </Modal>
    </>
  );
}

function Dialog({ snapshot, onClose }: { readonly snapshot: Snapshot; readonly onClose: () => void }) {
  const [draft, setDraft] = useState(FIRST);
  const [transferId, setTransferId] = useState<string | null>(null);
  const formats = useFormats();
  const transfer = useStarted(transferId);
  const running = transferId !== null && (transfer.data === undefined || !isOver(transfer.data));
  useLeavingNotice("export", running);
  if (transferId === null) {
    return (
      <Loaded query={formats}>
        {(found) => (
          <ExportForm
            snapshot={snapshot} formats={found.filter(({ writable }) => writable)} draft={draft} onChange={setDraft} onStarted={({ id }) => setTransferId(id)}
          />
        )}
      </Loaded>
    );
  }
  return (
    <Step>
      <ExportOutcome transfer={transfer.data} error={transfer.error} />
      <Group justify="flex-end">
        {running && (
          <Text size="sm" c="dimmed" flex={1}>
            It goes on when this dialog is closed.
          </Text>
        )}
        {!running && (
          <Button variant="default" onClick={() => setTransferId(null)}>
            {transfer.data?.state === "SUCCEEDED" ? "Export in another format" : "Back to the choice"}
          </Button>
        )}
        <Button variant={running ? "default" : "subtle"} onClick={onClose}>
          Close
        </Button>
      </Group>
    </Step>
  );
}
