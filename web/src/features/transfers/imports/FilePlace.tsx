/** Owns the place where a file of annotations is dropped, or chosen with the keyboard. */

import { Button, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";
import classes from "./file-place.module.css";

export function FilePlace({ onFile }: { readonly onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const [complaint, setComplaint] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const { items, files } = event.dataTransfer;
    const [file] = files;
    const isFolder = [...items].some((item) => item.webkitGetAsEntry()?.isDirectory === true);
    if (file !== undefined && files.length === 1 && !isFolder) onFile(file);
    else setComplaint("Drop one file. Pack several files, or a folder, into one .zip first.");
  };
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={classes.zone} data-over={over || undefined} data-testid="file-place" onDrop={drop} onDragOver={drag} onDragLeave={() => setOver(false)}>
      <IconFileImport size={36} stroke={1.3} aria-hidden />
      <Text fw={500}>Drop a file of annotations here</Text>
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
    </div>
  );
}
