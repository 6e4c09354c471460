/** Owns the list of datasets. */

import { Table, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/ui/EmptyState";
import { ago, count, number } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { CreateDataset } from "./CreateDataset";
import { useDatasets, type Dataset } from "./datasets";

export function DatasetsPage() {
  const datasets = useDatasets();
  return (
    <Page title="Datasets" subtitle="Images by path: one draft that many people fill, and numbered versions that never change." actions={<CreateDataset />}>
      <ListTable
        label="Datasets" list={datasets} columns={["Name", "Newest version", "Images in the draft", "Not yet published", "Changed"]}
        row={(dataset) => <DatasetRow key={dataset.id} dataset={dataset} />}
        empty={
          <EmptyState icon={IconPhoto} title="No dataset yet" command="plumb datasets push tiles ./images --source 'site A'">
            Create one, then drop a folder of images into it. Every upload keeps who sent it and where it came from.
          </EmptyState>
        }
      />
    </Page>
  );
}

function DatasetRow({ dataset }: { readonly dataset: Dataset }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Link className="row-link" to="/datasets/$datasetId" params={{ datasetId: dataset.id }}>
          {dataset.name}
        </Link>
        <Text size="xs" c="dimmed">
          {dataset.description}
        </Text>
      </Table.Td>
      <Table.Td>{dataset.latest_version === 0 ? "none" : `v${dataset.latest_version}`}</Table.Td>
      <Table.Td>{number(dataset.draft_image_count)}</Table.Td>
      <Table.Td>{dataset.draft_change_count === 0 ? "nothing" : count(dataset.draft_change_count, "change")}</Table.Td>
      <Table.Td>{ago(dataset.update_time)}</Table.Td>
    </Table.Tr>
  );
}
