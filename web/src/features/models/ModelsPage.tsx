/** Owns the list of models. */

import { Badge, Group, Table, Text } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/ui/EmptyState";
import { ago } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { useModels, type Model } from "./models";

export function ModelsPage() {
  const models = useModels();
  return (
    <Page title="Models" subtitle="Named lines of model versions; an alias such as production says which one counts.">
      <ListTable
        label="Models" list={models} columns={["Name", "Newest version", "Aliases", "By", "Created"]}
        row={(model) => <ModelRow key={model.id} model={model} />}
        empty={
          <EmptyState icon={IconBox} title="No model yet">
            A training run that finishes registers its model here, with the data it was trained on.
          </EmptyState>
        }
      />
    </Page>
  );
}

function ModelRow({ model }: { readonly model: Model }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Link className="row-link" to="/models/$modelId" params={{ modelId: model.id }}>
          {model.name}
        </Link>
        <Text size="xs" c="dimmed">
          {model.description}
        </Text>
      </Table.Td>
      <Table.Td>{model.latest_version === 0 ? "none" : model.latest_version}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {model.aliases.map(({ name, version }) => (
            <Badge key={name} variant="light" tt="none">
              {name}: {version}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>{model.creator?.name}</Table.Td>
      <Table.Td>{ago(model.create_time)}</Table.Td>
    </Table.Tr>
  );
}
