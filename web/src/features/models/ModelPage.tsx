/** Owns the page of one model: its versions, what guards its aliases, where a version comes from, and who moved which alias. */

import { Badge, Button, Group, Select, Stack, Table, Text, Title } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { bytes, time } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { AliasHistory } from "./AliasHistory";
import { GatePanel } from "./GatePanel";
import { LineagePanel } from "./LineagePanel";
import { MoveAlias } from "./MoveAlias";
import { VersionAnswers } from "./VersionAnswers";
import { useModel, useModelVersions, type Model, type ModelVersion } from "./models";

export function ModelPage() {
  const { modelId } = useParams({ from: "/inside/shell/models/$modelId" });
  const model = useModel(modelId);
  return <Loaded query={model}>{(found) => <Content key={found.id} model={found} />}</Loaded>;
}

function Content({ model }: { readonly model: Model }) {
  const versions = useModelVersions(model.id);
  const search = useSearch({ from: "/inside/shell/models/$modelId" });
  const navigate = useNavigate({ from: "/models/$modelId" });
  const start = model.aliases.find(({ name }) => name === "production")?.version ?? model.latest_version;
  const version = String(search.version ?? start);
  return (
    <Page
      title={model.name} subtitle={model.description}
      actions={
        <>
          <MoveAlias model={model} />
          <Button component={Link} to={`/answers?model=${encodeURIComponent(model.name)}`} leftSection={<IconListCheck size={16} />}>
            Seven answers
          </Button>
        </>
      }
    >
      <Panel title="Versions">
        <ListTable
          label="Versions" list={versions} columns={["Version", "Aliases", "From run", "File", "Note", "By"]}
          row={(item) => <VersionRow key={item.number} version={item} />} empty={<NoVersion />}
        />
      </Panel>
      {model.latest_version > 0 && (
        <>
          <Group gap="xs">
            <Title order={2}>About</Title>
            <Select
              aria-label="Version" size="xs" w={220} value={version} allowDeselect={false}
              onChange={(value) => void navigate({ search: { version: Number(value ?? version) }, replace: true })}
              data={(versions.items ?? []).map(({ number, aliases }) => ({
                value: String(number), label: aliases.length === 0 ? `Version ${number}` : `Version ${number} (${aliases.join(", ")})`,
              }))}
            />
          </Group>
          <GatePanel model={model} version={version} />
          <Panel title="Where it comes from">
            <LineagePanel modelId={model.id} version={version} />
          </Panel>
          <VersionAnswers model={model.name} version={version} />
        </>
      )}
      {model.aliases.map(({ name }) => (
        <AliasHistory key={name} modelId={model.id} alias={name} />
      ))}
    </Page>
  );
}

function NoVersion() {
  return (
    <Text size="sm">
      No version yet: a training that finishes registers one, and so does the Python library with a file of a run.
    </Text>
  );
}

function VersionRow({ version }: { readonly version: ModelVersion }) {
  return (
    <Table.Tr>
      <Table.Td>
        {version.model_name}@{version.number}
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {version.aliases.map((alias) => (
            <Badge key={alias} variant="light" tt="none">
              {alias}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        {version.run_id !== "" && (
          <Link className="quiet-link" to="/runs/$runId" params={{ runId: version.run_id }}>
            Run
          </Link>
        )}
      </Table.Td>
      <Table.Td>{version.artifact === undefined ? version.source : `${version.artifact.path} (${bytes(version.artifact.size)})`}</Table.Td>
      <Table.Td>{version.note}</Table.Td>
      <Table.Td>
        <Stack gap={0}>
          {version.creator?.name}
          <Text size="xs" c="dimmed">
            {time(version.create_time)}
          </Text>
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}
