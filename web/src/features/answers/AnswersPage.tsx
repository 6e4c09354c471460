/** Owns the seven answers on one page: what is asked about, and each answer with its evidence. */

import { Autocomplete, Group, Paper, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconListCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { api, unwrap } from "@/api/client";
import { useDatasets } from "@/features/datasets/datasets";
import { useModels } from "@/features/models/models";
import { useProjects } from "@/features/projects/projects";
import { EmptyState } from "@/ui/EmptyState";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { AnswerCard } from "./AnswerCard";
import { subjectIn, type Subject } from "./subject";

const SETTLE_MS = 400;

export function AnswersPage() {
  const subject = useSearch({ from: "/inside/shell/answers" });
  const navigate = useNavigate({ from: "/answers" });
  const change = (part: Subject) => void navigate({ search: subjectIn({ ...subject, ...part }), replace: true });
  return (
    <Page title="Seven answers" subtitle="What a team and its customer must always be able to say, each with its evidence.">
      <Asked subject={subject} onChange={change} />
      <Given subject={subject} />
    </Page>
  );
}

function Asked({ subject, onChange }: { readonly subject: Subject; readonly onChange: (part: Subject) => void }) {
  const models = useModels();
  const projects = useProjects();
  const datasets = useDatasets();
  const select = (key: "model" | "project" | "dataset", label: string, names: readonly string[] | undefined, hint: string) => (
    <Select
      label={label} placeholder={hint} clearable searchable w={190} data={[...(names ?? [])]} value={subject[key] ?? null}
      onChange={(value) => onChange({ [key]: value ?? "" })}
    />
  );
  const aliases = models.items?.find(({ name }) => name === subject.model)?.aliases ?? [];
  return (
    <Paper withBorder p="md">
      <Group gap="sm" align="flex-end">
        {select("model", "Model", models.items?.map(({ name }) => name), "None")}
        <Autocomplete
          label="Alias or version" placeholder="production" w={150} value={subject.alias ?? ""} onChange={(alias) => onChange({ alias })}
          data={aliases.map(({ name }) => name)}
        />
        {select("project", "Project", projects.items?.map(({ name }) => name), "The model's")}
        {select("dataset", "Dataset", datasets.items?.map(({ name }) => name), "The model's")}
        <TextInput
          label="Source" placeholder="site A" w={130} value={subject.source ?? ""} onChange={(event) => onChange({ source: event.currentTarget.value })}
        />
        <TextInput label="Tag" placeholder="lab" w={110} value={subject.tag ?? ""} onChange={(event) => onChange({ tag: event.currentTarget.value })} />
      </Group>
    </Paper>
  );
}

function Given({ subject }: { readonly subject: Subject }) {
  const [settled] = useDebouncedValue(subject, SETTLE_MS);
  const named = [settled.model, settled.project, settled.dataset].some((name) => name !== undefined);
  const answers = useQuery({
    queryKey: ["answers", settled],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/answers", { params: { query: settled }, signal })),
    enabled: named,
    placeholderData: keepPreviousData,
  });
  if (!named) {
    return (
      <EmptyState icon={IconListCheck} title="Choose a model, a project or a dataset">
        The answers follow a model in production back to its training, its annotations and its images.
      </EmptyState>
    );
  }
  return (
    <Loaded query={answers}>
      {({ answers: found }) => (
        <Stack>
          {found.map((answer) => (
            <AnswerCard key={answer.id} answer={answer} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}
