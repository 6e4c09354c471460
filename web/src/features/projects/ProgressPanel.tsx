/** Owns how far a project is: states, verification by the customer, image sets, labels. */

import { Anchor, Group, SimpleGrid, Text } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Bars } from "@/ui/Bars";
import { EmptyState } from "@/ui/EmptyState";
import { count } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Panel } from "@/ui/Panel";
import { useProgress, type Progress, type Project } from "./projects";

export function ProgressPanel({ project }: { readonly project: Project }) {
  const progress = useProgress(project.id);
  return (
    <Loaded query={progress}>
      {(found) =>
        found.task_count === 0 ? (
          <EmptyState icon={IconPhotoPlus} title="No images yet">
            Add the images of a published dataset version; every image becomes one task.
          </EmptyState>
        ) : (
          <Content project={project} progress={found} />
        )
      }
    </Loaded>
  );
}

function Content({ project, progress }: { readonly project: Project; readonly progress: Progress }) {
  const { task_count: total, verifications: verified } = progress;
  const colors = new Map(project.labels.map(({ name, color }) => [name, color]));
  return (
    <>
      <Group gap="lg" mb="md">
        <Text size="sm">
          {count(progress.accepted_count, "image")} of {total} accepted
        </Text>
        <Text size="sm">{count(progress.annotation_count, "object")} marked</Text>
        <Anchor component={Link} size="sm" to={`/projects/${project.id}?tab=remarks`}>
          {count(progress.open_remark_count, "open remark")}
        </Anchor>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title="Work">
          <Bars
            quiet title="Images by state" whole={total}
            bars={[
              { name: "open", count: progress.open_count, color: "var(--mantine-color-gray-5)" },
              { name: "annotating", count: progress.annotating_count, color: "var(--mantine-color-blue-5)" },
              { name: "in review", count: progress.in_review_count, color: "var(--mantine-color-grape-5)" },
              { name: "rejected", count: progress.rejected_count, color: "var(--mantine-color-red-6)" },
              { name: "accepted", count: progress.accepted_count, color: "var(--mantine-color-teal-6)" },
            ]}
          />
        </Panel>
        <Panel title="Verification by the customer">
          <Bars
            quiet title="Images by verdict" whole={total}
            bars={[
              { name: "verified", count: verified?.verified_count ?? 0, color: "var(--mantine-color-teal-6)" },
              { name: "refused", count: verified?.rejected_count ?? 0, color: "var(--mantine-color-red-6)" },
              { name: "edited since", count: verified?.stale_count ?? 0, color: "var(--mantine-color-orange-6)" },
              { name: "not verified", count: verified?.unverified_count ?? 0, color: "var(--mantine-color-gray-5)" },
            ]}
          />
        </Panel>
        <Panel title="Image sets">
          <Bars quiet title="Images" whole={total} bars={progress.sets.map(({ image_set, task_count }) => ({ name: image_set, count: task_count }))} />
          <Text size="xs" c="dimmed" mt="xs">
            {progress.sets.map(({ image_set, accepted_count, verified_count }) => `${image_set}: ${accepted_count} accepted, ${verified_count} verified`).join(" · ")}
          </Text>
        </Panel>
        <Panel title="Labels">
          <Bars
            quiet title="Objects" nothing="Nothing is marked yet."
            bars={progress.labels.map(({ label, annotation_count, image_count }) => ({
              name: `${label} (${count(image_count, "image")})`, count: annotation_count, color: colors.get(label) ?? "gray",
            }))}
          />
        </Panel>
      </SimpleGrid>
    </>
  );
}
