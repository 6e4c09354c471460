/** Owns the charts of a run; they follow while it is running. */

import { Group, SimpleGrid, Stack, Switch, Table, Text } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { metric, number } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { chartsOf } from "./charts";
import { MetricChart } from "./MetricChart";
import { useMetrics, type Run, type Series } from "./runs";

export function MetricsPanel({ run }: { readonly run: Run }) {
  const metrics = useMetrics(run);
  return <Loaded query={metrics}>{(series) => <Content run={run} series={series} />}</Loaded>;
}

function Content({ run, series }: { readonly run: Run; readonly series: readonly Series[] }) {
  const [logarithmic, setLogarithmic] = useState(false);
  const charts = useMemo(() => chartsOf(series), [series]);
  if (series.length === 0) {
    return (
      <EmptyState icon={IconChartLine} title="No metrics yet">
        {run.status === "RUNNING" ? "They appear here as they are logged." : "This run logged none."}
      </EmptyState>
    );
  }
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {run.status === "RUNNING" ? "New points appear by themselves. " : ""}Drag to zoom, double click to see everything.
        </Text>
        <Switch label="Logarithmic" checked={logarithmic} onChange={(event) => setLogarithmic(event.currentTarget.checked)} />
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {charts.map((chart) => (
          <MetricChart key={chart.title} chart={chart} logarithmic={logarithmic} />
        ))}
      </SimpleGrid>
      <Summary run={run} />
    </Stack>
  );
}

function Summary({ run }: { readonly run: Run }) {
  const columns = ["Metric", "Last", "Minimum", "Maximum", "At step", "Points"];
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label="Metrics in numbers" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, index) => (
              <Table.Th key={column} scope="col" ta={index === 0 ? "left" : "right"}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {run.metrics.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Td>{row.key}</Table.Td>
              {[row.last, row.min, row.max].map((value, index) => (
                <Table.Td key={index} ta="right">
                  {metric(Number(value))}
                </Table.Td>
              ))}
              <Table.Td ta="right">{number(Number(row.last_step))}</Table.Td>
              <Table.Td ta="right">{number(row.point_count)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
