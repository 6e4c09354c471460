/** Owns the page of one dataset: its images, versions and gap, and where to upload and publish. */

import { Tabs } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { count } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { useDataset, type Dataset } from "./datasets";
import { GapPanel } from "./GapPanel";
import { ImagesPanel } from "./ImagesPanel";
import { Publish } from "./Publish";
import { UploadPanel } from "./upload/UploadPanel";
import { VersionsPanel } from "./VersionsPanel";

const ROUTE = "/inside/shell/datasets/$datasetId";
const TABS = ["images", "upload", "versions", "gap"] as const;
export type DatasetTab = (typeof TABS)[number];

export function isTab(value: unknown): value is DatasetTab {
  return TABS.some((tab) => tab === value);
}

export function DatasetPage() {
  const { datasetId } = useParams({ from: ROUTE });
  const dataset = useDataset(datasetId);
  return <Loaded query={dataset}>{(found) => <Content dataset={found} />}</Loaded>;
}

function Content({ dataset }: { readonly dataset: Dataset }) {
  const { tab = "images" } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/datasets/$datasetId" });
  const mayUpload = useMay("storage.CreateBatch");
  const show = (value: string | null) => void navigate({ search: isTab(value) ? { tab: value } : {} });
  return (
    <Page title={dataset.name} subtitle={<Subtitle dataset={dataset} />} actions={<Publish dataset={dataset} />}>
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="images">Images</Tabs.Tab>
          {mayUpload && <Tabs.Tab value="upload">Upload</Tabs.Tab>}
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="gap">Gap</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="images">
          <ImagesPanel dataset={dataset} />
        </Tabs.Panel>
        <Tabs.Panel value="upload">
          <UploadPanel datasetId={dataset.id} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsPanel dataset={dataset} />
        </Tabs.Panel>
        <Tabs.Panel value="gap">
          <GapPanel datasetId={dataset.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Subtitle({ dataset }: { readonly dataset: Dataset }) {
  const newest = dataset.latest_version === 0 ? "nothing published yet" : `newest version v${dataset.latest_version}`;
  const draft = `${count(dataset.draft_image_count, "image")} in the draft`;
  const changes = dataset.draft_change_count === 0 ? "" : `, ${count(dataset.draft_change_count, "change")} not published`;
  return (
    <>
      {dataset.description !== "" && <div>{dataset.description}</div>}
      {newest} · {draft}
      {changes}
    </>
  );
}
