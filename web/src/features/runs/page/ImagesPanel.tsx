/** Owns the pictures that a run logged per step, and the slider over its steps. */

import { Center, Group, Loader, Paper, Slider, Stack, Text, TextInput } from "@mantine/core";
import { IconPhoto, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { ChartGrid } from "@/features/charts/ChartGrid";
import { matches, sectionsOf } from "@/features/charts/sections";
import { useMay } from "@/features/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { count } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import type { Run } from "../runs";
import { useFilesBelow, useSignedUrl, type Artifact } from "./artifacts";
import classes from "./page.module.css";
import { pictureAt, pictureSeries, stepsOfPictures, type PictureSeries } from "./pictures";

export function ImagesPanel({ run }: { readonly run: Run }) {
  const files = useFilesBelow(run, "images");
  return <Loaded query={files}>{(found) => <Content run={run} files={found} />}</Loaded>;
}

function Content({ run, files }: { readonly run: Run; readonly files: readonly Artifact[] }) {
  const may = useMay("experiments.SignArtifact");
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<number | null>(null);
  const byPath = useMemo(() => new Map(files.map((file) => [file.path, file])), [files]);
  const series = useMemo(() => pictureSeries(files.map(({ path }) => path)), [files]);
  const sections = useMemo(
    () => sectionsOf(series.filter(({ key }) => matches(key, typed.trim())).map((one) => ({ title: one.key, keys: [one.key], series: one }))),
    [series, typed],
  );
  if (series.length === 0) {
    return (
      <EmptyState icon={IconPhoto} title="No pictures" command='run.log_image("val/mask", image, step=10)'>
        {run.status === "RUNNING" ? "They appear here as they are logged." : "This run logged none. The Python library and MLflow’s log_image keep them per key and step."}
      </EmptyState>
    );
  }
  if (!may) return <Text>Your role may not open the files of runs.</Text>;
  const steps = stepsOfPictures(series);
  const place = chosen === null ? steps.length - 1 : Math.min(chosen, steps.length - 1);
  const step = steps[place] ?? 0;
  return (
    <Stack>
      <Group gap="lg">
        <TextInput
          aria-label="Find pictures" placeholder="Find pictures" w={240} leftSection={<IconSearch size={15} />} value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group gap="sm" flex={1} wrap="nowrap" miw={260}>
          <Text size="sm" w={110}>
            Step {step}
          </Text>
          <Slider
            flex={1} min={0} max={Math.max(1, steps.length - 1)} disabled={steps.length < 2} value={place} label={null}
            onChange={(next) => setChosen(next === steps.length - 1 ? null : next)}
            thumbLabel={`Step ${step}`}
          />
        </Group>
        <Text size="sm" c="dimmed">
          {count(series.length, "key")}, {count(steps.length, "step")}
        </Text>
      </Group>
      <ChartGrid sections={sections} noun="Pictures" unit="key" keyOf={({ title }) => title}>
        {({ series: one }) => <PictureCard series={one} step={step} files={byPath} />}
      </ChartGrid>
    </Stack>
  );
}

interface PictureCardProps {
  readonly series: PictureSeries;
  readonly step: number;
  readonly files: ReadonlyMap<string, Artifact>;
}

function PictureCard({ series, step, files }: PictureCardProps) {
  const picture = pictureAt(series, step);
  const file = picture === undefined ? undefined : files.get(picture.path);
  return (
    <Paper withBorder p="sm" className={classes.picture}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="sm" fw={600} truncate title={series.key}>
          {series.key}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {picture === undefined ? "" : `step ${picture.step}`}
        </Text>
      </Group>
      {file === undefined ? <Text size="sm" c="dimmed">None up to this step.</Text> : <SignedPicture file={file} alt={`${series.key} at step ${picture?.step ?? step}`} />}
    </Paper>
  );
}

function SignedPicture({ file, alt }: { readonly file: Artifact; readonly alt: string }) {
  const url = useSignedUrl(file);
  if (url.data !== undefined) return <img src={url.data} alt={alt} className={classes.shown} />;
  if (url.isError) return <Text size="sm">{url.error.message}</Text>;
  return (
    <Center h={200}>
      <Loader size="sm" aria-hidden />
    </Center>
  );
}
