/** Owns what left a project and what came into it: newest first, with its file or its report. */

import { Anchor, Badge, Button, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowsExchange } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { ago, time } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { ExportOutcome } from "./exports/ExportOutcome";
import { ImportOutcome } from "./imports/ImportOutcome";
import { isOver, useFormats, useTransfer, useTransfers, type Format, type Transfer } from "./transfers";
import { TransferProgress } from "./TransferProgress";
import { formatTitle, STATES } from "./words";

export function TransfersPanel({ projectId }: { readonly projectId: string }) {
  const transfers = useTransfers(projectId);
  const formats = useFormats();
  return (
    <ListTable
      label="Imports and exports" list={transfers} columns={["What", "Format", "State", "By", "When", ""]}
      row={(transfer) => <TransferRow key={transfer.id} transfer={transfer} formats={formats.data} />} empty={<Nothing projectId={projectId} />}
    />
  );
}

function Nothing({ projectId }: { readonly projectId: string }) {
  const mayImport = useMay("annotation.ImportAnnotations");
  return (
    <EmptyState icon={IconArrowsExchange} title="Nothing was imported or exported yet">
      To export, choose a snapshot under{" "}
      <Anchor component={Link} to={`/projects/${projectId}?tab=snapshots`} size="sm" className="quiet-link">
        Snapshots
      </Anchor>
      .{mayImport && " To bring in annotations of another tool, choose “Import annotations” above."}
    </EmptyState>
  );
}

interface TransferRowProps {
  readonly transfer: Transfer;
  readonly formats: readonly Format[] | undefined;
}

function TransferRow({ transfer, formats }: TransferRowProps) {
  const { kind, state, format, creator, create_time } = transfer;
  return (
    <Table.Tr>
      <Table.Td miw={170}>
        <Text size="sm" fw={500}>
          {kind === "EXPORT" ? `Export of s${transfer.snapshot_number}` : "Import"}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {transfer.file_name}
          {transfer.include_images && ", with images"}
        </Text>
      </Table.Td>
      <Table.Td>{formatTitle(formats, format)}</Table.Td>
      <Table.Td miw={170}>
        {isOver(transfer) ? (
          <Badge color={STATES[state].color} variant="light" tt="none">
            {STATES[state].text}
          </Badge>
        ) : (
          <TransferProgress transfer={transfer} />
        )}
      </Table.Td>
      <Table.Td>{creator?.name}</Table.Td>
      <Table.Td title={time(create_time)}>{ago(create_time)}</Table.Td>
      <Table.Td ta="right">
        <Details transfer={transfer} />
      </Table.Td>
    </Table.Tr>
  );
}

function Details({ transfer }: { readonly transfer: Transfer }) {
  const [opened, { open, close }] = useDisclosure();
  const isExport = transfer.kind === "EXPORT";
  const words = isExport && transfer.state === "SUCCEEDED" ? "File and losses" : "Report";
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`${words} of ${transfer.file_name}`}>
        {words}
      </Button>
      <Modal opened={opened} onClose={close} title={isExport ? `Export of s${transfer.snapshot_number}` : `Import of ${transfer.file_name}`} size="xl">
        <Report transferId={transfer.id} />
      </Modal>
    </>
  );
}

function Report({ transferId }: { readonly transferId: string }) {
  const transfer = useTransfer(transferId);
  return (
    <Stack>
      {transfer.data?.kind === "IMPORT" ? (
        <ImportOutcome transfer={transfer.data} error={transfer.error} />
      ) : (
        <ExportOutcome transfer={transfer.data} error={transfer.error} />
      )}
    </Stack>
  );
}
