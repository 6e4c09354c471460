/** Owns the files of a run. */

import { Button, Table } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useMay } from "@/features/session/session";
import { Digest } from "@/ui/Digest";
import { EmptyState } from "@/ui/EmptyState";
import { bytes, time } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { useArtifacts, useDownloadArtifact } from "./artifacts";

export function ArtifactsPanel({ runId }: { readonly runId: string }) {
  const artifacts = useArtifacts(runId);
  const download = useDownloadArtifact(runId);
  const may = useMay("experiments.SignArtifact");
  return (
    <ListTable
      label="Files" list={artifacts} columns={["File", "Size", "sha256", "When", ""]}
      empty={
        <EmptyState icon={IconFile} title="No files">
          Models, checkpoints and configurations that the run keeps are listed here.
        </EmptyState>
      }
      row={(artifact) => (
        <Table.Tr key={artifact.path}>
          <Table.Td>{artifact.path}</Table.Td>
          <Table.Td>{bytes(artifact.size)}</Table.Td>
          <Table.Td>
            <Digest value={artifact.sha256} />
          </Table.Td>
          <Table.Td>{time(artifact.create_time)}</Table.Td>
          <Table.Td ta="right">
            {may && (
              <Button size="compact-xs" variant="subtle" aria-label={`Download ${artifact.path}`} onClick={() => download.mutate(artifact.path)}>
                Download
              </Button>
            )}
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
