/** Owns the place where a folder is dropped, or chosen with the keyboard. */

import { Button, Group, Text } from "@mantine/core";
import { IconFolderUp } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { DropPlace } from "@/ui/DropPlace";
import { notifyProblem } from "@/ui/notify";
import { chosenImages, droppedImages, type LocalFile } from "./local-files";

interface DropZoneProps {
  readonly enabled: boolean;
  readonly onFiles: (files: readonly LocalFile[]) => void;
}

export function DropZone({ enabled, onFiles }: DropZoneProps) {
  const [empty, setEmpty] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const single = useRef<HTMLInputElement>(null);
  const take = (files: readonly LocalFile[]) => {
    setEmpty(files.length === 0);
    onFiles(files);
  };
  const drop = (dropped: DataTransfer) => {
    droppedImages(dropped).then(take, notifyProblem);
  };
  const choose = (input: HTMLInputElement) => {
    take(chosenImages(input.files ?? []));
    // The same folder can be chosen again, which resumes an upload that broke off.
    input.value = "";
  };
  return (
    <DropPlace
      icon={IconFolderUp} title={enabled ? "Drop a folder of images here" : "Name the source first"} testId="drop-zone"
      enabled={enabled} onDrop={drop}
    >
      <Text size="sm" c="dimmed">
        JPEG, PNG, WebP, TIFF, BMP. What the platform has already is not sent again.
      </Text>
      <Group gap="xs">
        <Button variant="default" disabled={!enabled} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        <Button variant="default" disabled={!enabled} onClick={() => single.current?.click()}>
          Choose files
        </Button>
      </Group>
      {empty && (
        <Text size="sm" role="alert">
          There are no images in it.
        </Text>
      )}
      <input
        ref={folder} type="file" hidden aria-hidden tabIndex={-1} data-testid="folder-input"
        onChange={(event) => choose(event.currentTarget)} {...{ webkitdirectory: "" }}
      />
      <input
        ref={single} type="file" hidden multiple accept="image/*" aria-hidden tabIndex={-1} data-testid="file-input"
        onChange={(event) => choose(event.currentTarget)}
      />
    </DropPlace>
  );
}
