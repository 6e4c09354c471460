/** Owns the strip of images that wait for a verdict. */

import { Text, UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Task } from "@/features/tasks/tasks";
import { Thumbnail } from "@/ui/Thumbnail";
import { count } from "@/ui/format";
import classes from "./queue-strip.module.css";

interface QueueStripProps {
  readonly tasks: readonly Task[];
  readonly currentId: string;
  readonly onGo: (taskId: string) => void;
}

export function QueueStrip({ tasks, currentId, onGo }: QueueStripProps) {
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which must not become the effect's clean-up.
    void current.current?.scrollIntoView({ block: "nearest" });
  }, [currentId]);
  return (
    <div className={classes.strip}>
      <Text size="xs" c="dimmed" ta="center">
        {count(tasks.length, "image")}
      </Text>
      {tasks.map((task) => (
        <UnstyledButton
          key={task.id} ref={task.id === currentId ? current : null} className={classes.item} title={task.path} aria-label={task.path}
          aria-current={task.id === currentId ? "true" : undefined} onClick={() => onGo(task.id)}
        >
          <Thumbnail sha256={task.image_sha256} alt="" />
        </UnstyledButton>
      ))}
    </div>
  );
}
