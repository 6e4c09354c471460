/** Owns the dialog that starts a training, an evaluation or a prediction. */

import { Accordion, Autocomplete, Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useDatasets } from "@/features/datasets/datasets";
import { VersionSelect } from "@/features/datasets/VersionSelect";
import { useModels } from "@/features/models/models";
import { useProjects, useSnapshots } from "@/features/projects/projects";
import { useMay } from "@/features/session/session";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { useRecipes, useSubmitJob, type JobSpec } from "./jobs";
import { SettingFields, type Config } from "./SettingFields";
import { settingsOf } from "./settings";

const KINDS = [
  { value: "TRAIN", label: "Train" },
  { value: "EVALUATE", label: "Evaluate" },
  { value: "PREDICT", label: "Predict" },
] as const;
type Kind = (typeof KINDS)[number]["value"];

const EMPTY = { experiment: "", run_name: "", register_as: "", model_version: "production" };

export function StartJob() {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("trainer.SubmitJob")) return null;
  return (
    <>
      <Button leftSection={<IconPlayerPlay size={16} />} onClick={open}>
        New job
      </Button>
      <Modal opened={opened} onClose={close} title="New job" size="lg">
        <JobForm onDone={close} />
      </Modal>
    </>
  );
}

function JobForm({ onDone }: { readonly onDone: () => void }) {
  const [kind, setKind] = useState<Kind>("TRAIN");
  const [chosen, setChosen] = useState<Chosen>({ dataset: null, version: null, project: null, snapshot: null, model: null, recipe: null });
  const [words, setWords] = useState(EMPTY);
  const [config, setConfig] = useState<Config>({});
  const submit = useSubmitJob();
  const field = (key: keyof typeof words) => ({
    value: words[key],
    onChange: (event: FormEvent<HTMLInputElement>) => setWords({ ...words, [key]: event.currentTarget.value }),
  });
  const choose = (change: Partial<Chosen>) => setChosen({ ...chosen, ...change });
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit.mutate(specOf(kind, chosen, words, config), {
      onSuccess: () => {
        notifyDone("The job waits for a worker.");
        onDone();
      },
    });
  };
  return (
    <form onSubmit={send}>
      <Stack>
        <SegmentedControl aria-label="What to compute" data={[...KINDS]} value={kind} onChange={setKind} fullWidth />
        <DataFields chosen={chosen} choose={choose} />
        {kind === "TRAIN" ? (
          <RecipeFields recipe={chosen.recipe} choose={choose} config={config} setConfig={setConfig} />
        ) : (
          <ModelFields model={chosen.model} choose={choose} version={field("model_version")} />
        )}
        <Group grow align="flex-start">
          <TextInput label="Experiment" required description="A new name makes a new one" {...field("experiment")} />
          <TextInput label="Name of the run" description="Chosen when empty" {...field("run_name")} />
        </Group>
        {kind === "TRAIN" && <ModelName value={words.register_as} onChange={(register_as) => setWords({ ...words, register_as })} />}
        {submit.isError && <Refused error={submit.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={submit.isPending}>
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Chosen {
  readonly dataset: string | null;
  readonly version: string | null;
  readonly project: string | null;
  readonly snapshot: string | null;
  readonly model: string | null;
  readonly recipe: string | null;
}
type Choose = (change: Partial<Chosen>) => void;

function DataFields({ chosen, choose }: { readonly chosen: Chosen; readonly choose: Choose }) {
  const datasets = useDatasets();
  const projects = useProjects();
  return (
    <>
      <Group grow align="flex-start">
        <Select
          label="Dataset" required searchable value={chosen.dataset} onChange={(dataset) => choose({ dataset, version: null })}
          nothingFoundMessage="Publish a version of a dataset first"
          data={(datasets.items ?? []).filter((one) => one.latest_version > 0).map(({ id, name }) => ({ value: id, label: name }))}
        />
        {chosen.dataset !== null && <VersionSelect datasetId={chosen.dataset} value={chosen.version} onChange={(version) => choose({ version })} />}
      </Group>
      <Group grow align="flex-start">
        <Select
          label="Project" required searchable value={chosen.project} onChange={(project) => choose({ project, snapshot: null })}
          data={(projects.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        {chosen.project !== null && <SnapshotSelect projectId={chosen.project} value={chosen.snapshot} onChange={(snapshot) => choose({ snapshot })} />}
      </Group>
    </>
  );
}

interface SnapshotSelectProps {
  readonly projectId: string;
  readonly value: string | null;
  readonly onChange: (snapshot: string | null) => void;
}

function SnapshotSelect({ projectId, value, onChange }: SnapshotSelectProps) {
  const snapshots = useSnapshots(projectId);
  const data = (snapshots.items ?? []).map(({ number, image_count }) => ({ value: String(number), label: `s${number}, ${count(image_count, "image")}` }));
  return <Select label="Snapshot" placeholder="The newest" clearable value={value} onChange={onChange} data={data} />;
}

interface RecipeFieldsProps {
  readonly recipe: string | null;
  readonly choose: Choose;
  readonly config: Config;
  readonly setConfig: (config: Config) => void;
}

function RecipeFields({ recipe, choose, config, setConfig }: RecipeFieldsProps) {
  const recipes = useRecipes();
  const known = recipes.data?.find(({ name }) => name === recipe);
  const change = (name: string | null) => {
    choose({ recipe: name });
    setConfig({});
  };
  return (
    <>
      <Select label="Recipe" required value={recipe} onChange={change} data={(recipes.data ?? []).map(({ name }) => name)} description={known?.description} />
      {known !== undefined && (
        <Accordion variant="contained">
          <Accordion.Item value="settings">
            <Accordion.Control>Settings</Accordion.Control>
            <Accordion.Panel>
              <SettingFields settings={settingsOf(known.config_schema)} config={config} onChange={setConfig} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}

interface ModelFieldsProps {
  readonly model: string | null;
  readonly choose: Choose;
  readonly version: { readonly value: string; readonly onChange: (event: FormEvent<HTMLInputElement>) => void };
}

function ModelFields({ model, choose, version }: ModelFieldsProps) {
  const models = useModels();
  return (
    <Group grow align="flex-start">
      <Select
        label="Model" required searchable value={model} onChange={(chosen) => choose({ model: chosen })}
        nothingFoundMessage="Train a model first" data={(models.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TextInput label="Version" required description="A number or an alias" {...version} />
    </Group>
  );
}

function ModelName({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const models = useModels();
  return (
    <Autocomplete
      label="Register as" description="The model that gets a new version when the training succeeds; empty registers none"
      value={value} onChange={onChange} data={(models.items ?? []).map(({ name }) => name)}
    />
  );
}

function specOf(kind: Kind, chosen: Chosen, words: typeof EMPTY, config: Config): JobSpec {
  const { experiment, run_name, register_as, model_version } = words;
  const common = {
    kind, experiment, run_name,
    dataset_id: chosen.dataset ?? "", version: Number(chosen.version ?? 0),
    project_id: chosen.project ?? "", snapshot: Number(chosen.snapshot ?? 0),
  };
  if (kind === "TRAIN") return { ...common, recipe: chosen.recipe ?? "", config, register_as };
  return { ...common, model_id: chosen.model ?? "", model_version };
}
