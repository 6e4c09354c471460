/** Owns the page of one model: its versions, who moved which alias, and where a version comes from. */

import { Badge, Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { bytes, time } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { AliasHistory } from "./AliasHistory";
import { LineagePanel } from "./LineagePanel";
import { MoveAlias } from "./MoveAlias";
import { useModel, useModelVersions, type Model, type ModelVersion } from "./models";

export function ModelPage() {
  const { modelId } = useParams({ from: "/inside/shell/models/$modelId" });
  const model = useModel(modelId);
  return <Loaded query={model}>{(found) => <Content key={found.id} model={found} />}</Loaded>;
}

function Content({ model }: { readonly model: Model }) {
  const versions = useModelVersions(model.id);
  const start = model.aliases.find(({ name }) => name === "production")?.version ?? model.latest_version;
  const [version, setVersion] = useState(String(start));
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
          row={(item) => <VersionRow key={item.number} version={item} />} empty={<Text size="sm">No version yet.</Text>}
        />
      </Panel>
      {model.latest_version > 0 && (
        <Panel
          title="Where it comes from"
          actions={
            <Select
              aria-label="Version" size="xs" w={170} value={version} onChange={(value) => setVersion(value ?? version)} allowDeselect={false}
              data={(versions.items ?? []).map(({ number, aliases }) => ({
                value: String(number), label: aliases.length === 0 ? `Version ${number}` : `Version ${number} (${aliases.join(", ")})`,
              }))}
            />
          }
        >
          <LineagePanel modelId={model.id} version={version} />
        </Panel>
      )}
      {model.aliases.map(({ name }) => (
        <AliasHistory key={name} modelId={model.id} alias={name} />
      ))}
    </Page>
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
        <Link className="quiet-link" to="/runs/$runId" params={{ runId: version.run_id }}>
          Run
        </Link>
      </Table.Td>
      <Table.Td>
        {version.artifact?.path} ({bytes(version.artifact?.size)})
      </Table.Td>
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
