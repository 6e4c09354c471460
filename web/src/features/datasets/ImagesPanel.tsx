/** Owns looking through the images of the draft or of a version, with filters. */

import { Autocomplete, Group, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { Refused } from "@/ui/Loaded";
import { TileGrid } from "@/ui/TileGrid";
import { useGap, useImages, useVersions, type Dataset, type Image } from "./datasets";
import { ImagePreview } from "./ImagePreview";

const SETTLE_MS = 300;

export function ImagesPanel({ dataset }: { readonly dataset: Dataset }) {
  const [version, setVersion] = useState("0");
  const [source, setSource] = useState<string | null>(null);
  const [tag, setTag] = useState("");
  const [prefix, setPrefix] = useState("");
  const [settled] = useDebouncedValue({ tag, prefix }, SETTLE_MS);
  const versions = useVersions(dataset.id);
  const gap = useGap(dataset.id);
  const newest = versions.items?.[0];
  const images = useImages(dataset.id, {
    version: Number(version),
    ...(source === null ? {} : { source }),
    ...(settled.tag === "" ? {} : { tag: settled.tag }),
    ...(settled.prefix === "" ? {} : { path_prefix: settled.prefix }),
  });
  return (
    <Stack>
      <Group gap="sm" align="flex-end">
        <Select
          label="Version" value={version} onChange={(value) => setVersion(value ?? "0")} allowDeselect={false} w={150}
          data={[{ value: "0", label: "Draft" }, ...(versions.items ?? []).map(({ number }) => ({ value: String(number), label: `v${number}` }))]}
        />
        <Select
          label="Source" value={source} onChange={setSource} clearable placeholder="Any" w={180}
          data={(gap.data?.sources ?? []).map((entry) => entry.source)}
        />
        <Autocomplete
          label="Tag" value={tag} onChange={setTag} placeholder="Any" w={180}
          data={(newest?.composition?.tags ?? []).map((share) => share.value)}
        />
        <TextInput
          label="Path begins with" value={prefix} onChange={(event) => setPrefix(event.currentTarget.value)} placeholder="folder/" w={220}
        />
      </Group>
      {images.items === undefined && images.error !== null && <Refused error={images.error} />}
      {images.items?.length === 0 && <Nothing isDraft={version === "0"} />}
      {images.items !== undefined && images.items.length > 0 && (
        <Found images={images.items} datasetId={dataset.id} isDraft={version === "0"} more={images} />
      )}
    </Stack>
  );
}

interface FoundProps {
  readonly images: readonly Image[];
  readonly datasetId: string;
  readonly isDraft: boolean;
  readonly more: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };
}

function Found({ images, datasetId, isDraft, more }: FoundProps) {
  const [opened, setOpened] = useState<number | null>(null);
  const tiles = images.map((image) => ({
    key: image.path, sha256: image.sha256, title: image.path, detail: [image.source, ...image.tags].join(" · "),
  }));
  return (
    <>
      <TileGrid
        tiles={tiles} label="Images" onOpen={setOpened}
        more={{ has: more.hasNextPage, loading: more.isFetchingNextPage, load: more.fetchNextPage }}
      />
      <ImagePreview images={images} index={opened} onMove={setOpened} editable={isDraft ? datasetId : null} />
    </>
  );
}

function Nothing({ isDraft }: { readonly isDraft: boolean }) {
  return (
    <EmptyState icon={IconPhoto} title="No images here">
      {isDraft ? "Change the filter, or drop a folder of images on the Upload tab." : "Nothing in this version fits the filter."}
    </EmptyState>
  );
}
