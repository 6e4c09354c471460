/** Owns a place where files are dropped. Does not know what they are for. */

import { Text } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import { useState, type DragEvent, type ReactNode } from "react";
import classes from "./drop-place.module.css";

interface DropPlaceProps {
  readonly icon: Icon;
  readonly title: string;
  readonly testId: string;
  readonly enabled?: boolean;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** What may be dropped, and how the same is done with the keyboard. */
  readonly children: ReactNode;
}

export function DropPlace({ icon: Sign, title, testId, enabled = true, onDrop, children }: DropPlaceProps) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (enabled) onDrop(event.dataTransfer);
  };
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(enabled);
  };
  return (
    <div
      className={classes.zone} data-over={over || undefined} data-disabled={!enabled || undefined} data-testid={testId}
      onDrop={drop} onDragOver={drag} onDragLeave={() => setOver(false)}
    >
      <Sign size={36} stroke={1.3} aria-hidden />
      <Text fw={500}>{title}</Text>
      {children}
    </div>
  );
}
