/** Owns what a run printed: its end, followed while it is running. */

import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconTerminal2 } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useMay } from "@/features/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { bytes } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import type { Run } from "../runs";
import { useDownloadArtifact, useFilesBelow, useTail, type Artifact } from "./artifacts";
import { consoleFiles, consoleText } from "./console-text";
import classes from "./page.module.css";

const MOST_BYTES = 1_000_000;

export function ConsolePanel({ run }: { readonly run: Run }) {
  const whole = useFilesBelow(run, "console.log");
  const parts = useFilesBelow(run, "console");
  const may = useMay("experiments.SignArtifact");
  if (!may) return <Text>Your role may not open the files of runs.</Text>;
  return (
    <Loaded query={whole}>
      {(found) => (
        <Loaded query={parts}>
          {(others) => {
            const files = consoleFiles([...found, ...others]);
            return files.length === 0 ? <Nothing isRunning={run.status === "RUNNING"} /> : <Output run={run} files={files} />;
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function Nothing({ isRunning }: { readonly isRunning: boolean }) {
  return (
    <EmptyState icon={IconTerminal2} title="No console output">
      {isRunning ? "What the run prints appears here within a minute." : "The Python library keeps what a run prints as console.log; this run has no such file."}
    </EmptyState>
  );
}

function Output({ run, files }: { readonly run: Run; readonly files: readonly Artifact[] }) {
  const tail = useTail(files, MOST_BYTES);
  const download = useDownloadArtifact(run.id);
  const [follows, setFollows] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  const text = tail.data?.text;
  useEffect(() => {
    if (follows && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [text, follows]);
  const size = files.reduce((sum, file) => sum + Number(file.size), 0);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {bytes(size)}
          {tail.data?.isCut === true && `, the last ${bytes(MOST_BYTES)} are shown`}
          {run.status === "RUNNING" && ", new output appears by itself"}
        </Text>
        <Group gap="md">
          <Switch label="Keep the end in view" checked={follows} onChange={(event) => setFollows(event.currentTarget.checked)} />
          {files.length === 1 && (
            <Button size="xs" variant="default" onClick={() => download.mutate(files[0]?.path ?? "")}>
              Download
            </Button>
          )}
        </Group>
      </Group>
      <Loaded query={tail}>
        {({ text: raw }) => (
          <pre ref={box} className={classes.console} tabIndex={0} aria-label="Console output" role="region">
            {consoleText(raw)}
          </pre>
        )}
      </Loaded>
    </Stack>
  );
}
