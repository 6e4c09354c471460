/** Owns bringing a folder of images into the draft: where it comes from first, then the folder. */

import { Alert, Autocomplete, Button, Group, Progress, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { count, number } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { useGap } from "../datasets";
import { DropZone } from "./DropZone";
import type { LocalFile } from "./local-files";
import type { Rejection, UploadProgress } from "./transfer";
import { useUpload } from "./upload";

export function UploadPanel({ datasetId }: { readonly datasetId: string }) {
  const [source, setSource] = useState("");
  const [note, setNote] = useState("");
  const [tags, setTags] = useState<string[]>([]);
  const gap = useGap(datasetId);
  const { state, start, stop, reset } = useUpload(datasetId);
  const named = source.trim() !== "";
  const begin = (files: readonly LocalFile[]) => {
    if (files.length > 0) void start({ files, source: source.trim(), note, tags });
  };
  return (
    <Stack maw={760}>
      <Group grow align="flex-start">
        <Autocomplete
          label="Source" description="Where these images come from, such as a site or a lab" required value={source} onChange={setSource}
          data={(gap.data?.sources ?? []).map((entry) => entry.source)} disabled={state.phase === "running"}
        />
        <TextInput
          label="Note" description="What this contribution is" value={note} onChange={(event) => setNote(event.currentTarget.value)}
          disabled={state.phase === "running"}
        />
      </Group>
      <TagsInput
        label="Tags for every image" description="Optional; Enter adds one" value={tags} onChange={setTags} disabled={state.phase === "running"}
      />
      {state.phase === "idle" && <DropZone enabled={named} onFiles={begin} />}
      {state.phase !== "idle" && <Going progress={state.progress} running={state.phase === "running"} />}
      {state.phase === "failed" && (
        <>
          <Refused error={state.error} />
          <Text size="sm">What has arrived stays. Drop the same folder again to send the rest.</Text>
        </>
      )}
      {state.phase === "running" && (
        <Button variant="default" onClick={stop}>
          Stop
        </Button>
      )}
      {(state.phase === "done" || state.phase === "failed") && <Button onClick={reset}>Upload another folder</Button>}
      {state.progress.rejected.length > 0 && <Rejections rejected={state.progress.rejected} />}
    </Stack>
  );
}

function Going({ progress, running }: { readonly progress: UploadProgress; readonly running: boolean }) {
  const { total, hashed, done, sent, known, present, rejected } = progress;
  const share = (value: number) => (100 * value) / Math.max(1, total);
  return (
    <Stack gap={6} role="status" aria-live="polite">
      <Progress.Root size="lg" transitionDuration={200}>
        <Progress.Section value={share(done)} aria-label="Uploaded" animated={running} />
        <Progress.Section value={share(Math.max(0, hashed - done))} color="gray" aria-label="Read" />
      </Progress.Root>
      <Text size="sm">
        {running ? `${number(done)} of ${count(total, "image")}` : `Finished: ${count(total, "image")}`} · {number(sent)} sent ·{" "}
        {number(known + present)} here already · {number(rejected.length)} rejected
      </Text>
    </Stack>
  );
}

function Rejections({ rejected }: { readonly rejected: readonly Rejection[] }) {
  return (
    <Alert color="orange" variant="light" title={`${count(rejected.length, "file")} not accepted`}>
      <Stack gap={2} component="ul" pl="md" m={0} mah={260} style={{ overflowY: "auto" }}>
        {rejected.map(({ path, message }) => (
          <Text key={path} size="sm" component="li">
            {path}: {message}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}
