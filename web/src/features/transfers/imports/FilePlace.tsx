/** Owns the place where a file of annotations is dropped, or chosen with the keyboard. */

import { Button, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { DropPlace } from "@/ui/DropPlace";

export function FilePlace({ onFile }: { readonly onFile: (file: File) => void }) {
  const [complaint, setComplaint] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const drop = ({ items, files }: DataTransfer) => {
    const [file] = files;
    const isFolder = [...items].some((item) => item.webkitGetAsEntry()?.isDirectory === true);
    if (file !== undefined && files.length === 1 && !isFolder) onFile(file);
    else setComplaint("Drop one file. Pack several files, or a folder, into one .zip first.");
  };
  return (
    <DropPlace icon={IconFileImport} title="Drop a file of annotations here" testId="file-place" onDrop={drop}>
      <Text size="sm" c="dimmed">
        One file, or a .zip of several, of any of the formats. Images are found by their paths; nothing is imported before you have seen
        what is in it.
      </Text>
      <Button variant="default" data-autofocus onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      {complaint !== "" && (
        <Text size="sm" role="alert">
          {complaint}
        </Text>
      )}
      <input
        ref={input} type="file" hidden aria-hidden tabIndex={-1} data-testid="import-input"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
        }}
      />
    </DropPlace>
  );
}
