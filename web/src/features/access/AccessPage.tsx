/** Owns the access report: who has seen and who has changed what; the customer reads the same page. */

import { Code, SegmentedControl, Table } from "@mantine/core";
import { IconShieldSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, unwrap, type Schemas } from "@/api/client";
import { EmptyState } from "@/ui/EmptyState";
import { number, time } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";

type Entry = Schemas["AccessEntry"];
const KINDS = [
  { value: "ACCESS", label: "Seen and downloaded" },
  { value: "CHANGE", label: "Changed" },
  { value: "", label: "Everything" },
];

export function AccessPage() {
  const [kind, setKind] = useState("ACCESS");
  const report = useQuery({
    queryKey: ["access", kind],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/accessReport", { params: { query: { kind } }, signal })),
  });
  return (
    <Page
      title="Access" subtitle="Who has seen, downloaded or changed confidential images. Customers can read this page too."
      actions={<SegmentedControl aria-label="Kind of access" data={KINDS} value={kind} onChange={setKind} />}
    >
      <Loaded query={report}>
        {({ entries }) =>
          entries.length === 0 ? (
            <EmptyState icon={IconShieldSearch} title="Nothing to report">
              Views and downloads of images are listed here with the person and the moment.
            </EmptyState>
          ) : (
            <EntryTable entries={entries} />
          )
        }
      </Loaded>
    </Page>
  );
}

function EntryTable({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label="Access report">
        <Table.Thead>
          <Table.Tr>
            {["When", "Who", "What", "Things", "Of"].map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{time(entry.time)}</Table.Td>
              <Table.Td>{entry.actor}</Table.Td>
              <Table.Td>{entry.action.split(".").slice(1).join(" ").replaceAll("_", " ")}</Table.Td>
              <Table.Td>{number(entry.count)}</Table.Td>
              <Table.Td>
                <Code>{entry.resource}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
