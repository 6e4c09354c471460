/** Owns the dialog that imports annotations: the file, what is in it, what became of it. */

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "@/features/session/session";
import { bytes } from "@/ui/format";
import { Loaded, Refused } from "@/ui/Loaded";
import { Step } from "../Step";
import { isOver, useFormats, useStarted } from "../transfers";
import { ProgressLine } from "../TransferProgress";
import { useLeavingNotice } from "../use-leaving-notice";
import { CheckStep } from "./CheckStep";
import { FilePlace } from "./FilePlace";
import { ImportOutcome } from "./ImportOutcome";
import { useFileUpload, type UploadState } from "./imports";

export function ImportAnnotations({ projectId }: { readonly projectId: string }) {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("annotation.ImportAnnotations")) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={open}>
        Import annotations
      </Button>
      <Modal opened={opened} onClose={close} title="Import annotations" size="xl" closeOnClickOutside={false}>
        <Dialog projectId={projectId} onClose={close} />
      </Modal>
    </>
  );
}

function Dialog({ projectId, onClose }: { readonly projectId: string; readonly onClose: () => void }) {
  const [transferId, setTransferId] = useState<string | null>(null);
  const formats = useFormats();
  const upload = useFileUpload(projectId);
  const { uploadId } = upload.state;
  if (transferId !== null) return <Started transferId={transferId} onClose={onClose} />;
  if (uploadId === null) return <UploadStep state={upload.state} onFile={(file) => void upload.start(file)} onStop={upload.reset} />;
  return (
    <Step>
      <Text size="sm">
        {upload.state.file?.name}, {bytes(upload.state.file?.size)}
      </Text>
      <Loaded query={formats}>
        {(found) => (
          <CheckStep projectId={projectId} uploadId={uploadId} formats={found} onStarted={({ id }) => setTransferId(id)} onOther={upload.reset} />
        )}
      </Loaded>
    </Step>
  );
}

interface UploadStepProps {
  readonly state: UploadState;
  readonly onFile: (file: File) => void;
  readonly onStop: () => void;
}

function UploadStep({ state: { file, sent, error }, onFile, onStop }: UploadStepProps) {
  if (file === null || error !== null) {
    return (
      <Stack>
        {error !== null && <Refused error={error} />}
        <FilePlace onFile={onFile} />
      </Stack>
    );
  }
  return (
    <Stack>
      <ProgressLine words={`Sending ${file.name}: ${bytes(sent)} of ${bytes(file.size)}`} share={sent / Math.max(1, file.size)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onStop}>
          Stop
        </Button>
      </Group>
    </Stack>
  );
}

function Started({ transferId, onClose }: { readonly transferId: string; readonly onClose: () => void }) {
  const transfer = useStarted(transferId);
  const running = transfer.data === undefined || !isOver(transfer.data);
  useLeavingNotice("import", running);
  return (
    <Step>
      <ImportOutcome transfer={transfer.data} error={transfer.error} />
      <Group justify="flex-end">
        {running && (
          <Text size="sm" c="dimmed" flex={1}>
            It goes on when this dialog is closed.
          </Text>
        )}
        <Button variant={running ? "default" : "filled"} onClick={onClose}>
          Close
        </Button>
      </Group>
    </Step>
  );
}
