/** Owns the large view of one image: what was measured on it, who sent it, and where it is used. */

import { ActionIcon, Alert, Badge, Box, Grid, Group, Modal, Stack, TagsInput, Text, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Digest } from "@/ui/Digest";
import { bytes, metric, time } from "@/ui/format";
import { Facts } from "@/ui/Facts";
import { Loaded } from "@/ui/Loaded";
import { Picture } from "@/ui/Picture";
import { useMay } from "@/features/session/session";
import { useImage, useTagImages, type Image } from "./datasets";

interface ImagePreviewProps {
  readonly images: readonly Image[];
  /** Null when closed. */
  readonly index: number | null;
  readonly onMove: (index: number | null) => void;
  /** The dataset whose draft is shown; null where nothing can be changed. */
  readonly editable: string | null;
}

export function ImagePreview({ images, index, onMove, editable }: ImagePreviewProps) {
  const image = index === null ? undefined : images[index];
  const go = (step: number) => {
    const target = (index ?? 0) + step;
    if (image !== undefined && target >= 0 && target < images.length) onMove(target);
  };
  useHotkeys([["ArrowLeft", () => go(-1)], ["ArrowRight", () => go(1)]]);
  return (
    <Modal opened={image !== undefined} onClose={() => onMove(null)} size="90rem" title={image?.path ?? ""}>
      {image !== undefined && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Box h="72vh" pos="relative">
              <Picture key={image.sha256} sha256={image.sha256} alt={image.path} />
            </Box>
            <Group justify="center" mt="xs">
              <ActionIcon variant="default" aria-label="Previous image" disabled={index === 0} onClick={() => go(-1)}>
                <IconChevronLeft size={16} />
              </ActionIcon>
              <Text size="sm" c="dimmed">
                {(index ?? 0) + 1} of {images.length}
              </Text>
              <ActionIcon variant="default" aria-label="Next image" disabled={index === images.length - 1} onClick={() => go(1)}>
                <IconChevronRight size={16} />
              </ActionIcon>
            </Group>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Stack gap="lg">
              <About image={image} />
              <Tags image={image} editable={editable} />
              <Measured image={image} />
              <Places sha256={image.sha256} />
            </Stack>
          </Grid.Col>
        </Grid>
      )}
    </Modal>
  );
}

function About({ image }: { readonly image: Image }) {
  return (
    <Facts
      facts={[
        ["Source", image.source],
        ["Sent by", image.contributor?.name ?? ""],
        ["When", time(image.create_time)],
        ["File", `${image.media_type}, ${bytes(image.size)}`],
        ["sha256", <Digest key="digest" value={image.sha256} />],
        ...Object.entries(image.metadata ?? {}).map(([key, value]) => [key, String(value)] as const),
      ]}
    />
  );
}

function Tags({ image, editable }: { readonly image: Image; readonly editable: string | null }) {
  const tag = useTagImages(editable ?? "");
  const may = useMay("storage.TagImages");
  if (editable === null || !may) {
    return (
      <Group gap={4}>
        {image.tags.map((name) => (
          <Badge key={name} variant="light" tt="none">
            {name}
          </Badge>
        ))}
      </Group>
    );
  }
  const change = (tags: string[]) =>
    tag.mutate({
      paths: [image.path],
      add_tags: tags.filter((name) => !image.tags.includes(name)),
      remove_tags: image.tags.filter((name) => !tags.includes(name)),
    });
  return <TagsInput label="Tags" value={image.tags} onChange={change} placeholder="Add, then Enter" disabled={tag.isPending} />;
}

function Measured({ image: { quality } }: { readonly image: Image }) {
  if (quality === undefined) return null;
  const bits = quality.effective_bits < quality.bit_depth ? `, ${quality.effective_bits} in use` : "";
  return (
    <Box>
      <Title order={3} mb={6}>
        Measured
      </Title>
      <Facts
        facts={[
          ["Size", `${quality.width} × ${quality.height} pixels, ${quality.channels === 1 ? "grey" : `${quality.channels} channels`}`],
          ["Bits", `${quality.bit_depth} per sample${bits}`],
          ["Sharpness", metric(Number(quality.sharpness))],
          ["Exposure", `${metric(100 * Number(quality.exposure))} % of full scale`],
          ["Contrast", `${metric(100 * Number(quality.contrast))} % of full scale`],
        ]}
      />
    </Box>
  );
}

function Places({ sha256 }: { readonly sha256: string }) {
  const found = useImage(sha256);
  return (
    <Box>
      <Title order={3} mb={6}>
        Where it is used
      </Title>
      <Loaded query={found}>
        {({ places }) =>
          places.length === 0 ? (
            <Alert variant="light">Nowhere.</Alert>
          ) : (
            <Facts
              facts={places.map((place) => [
                place.dataset_name,
                `${place.path} (${[...(place.in_draft ? ["draft"] : []), ...place.versions.map((number) => `v${number}`)].join(", ")})`,
              ])}
            />
          )
        }
      </Loaded>
    </Box>
  );
}
