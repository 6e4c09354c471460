/** Owns the page on which up to a hundred runs are compared. */

import { Alert, Badge, Button, CloseButton, Group, Paper, Select, Tabs, Text } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { nameOf, RunLink } from "@/features/runs/RunLink";
import { EmptyState } from "@/ui/EmptyState";
import { count } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { CompareCharts } from "./CompareCharts";
import { coloringOf, searchIn, TABS, type Coloring, type Comparison, type CompareSearch, type CompareTab } from "./comparison";
import { DataPanel } from "./DataPanel";
import { MetricsCompared } from "./MetricsCompared";
import { ParallelPanel } from "./ParallelPanel";
import { useComparison } from "./queries";
import { Swatch } from "./Swatch";
import { TextsCompared } from "./TextsCompared";

const TITLES: Readonly<Record<CompareTab, string>> = {
  params: "Parameters and tags", metrics: "Metrics", charts: "Charts", parallel: "Parallel axes", data: "Data", record: "Record",
};

export function ComparePage() {
  const search = useSearch({ from: "/inside/shell/runs/compare" });
  const comparison = useComparison(search.ids);
  return (
    <Page title="Compare runs" subtitle={search.ids.length < 2 ? undefined : `${count(search.ids.length, "run")} side by side.`} wide>
      {search.ids.length < 2 ? (
        <EmptyState icon={IconGitCompare} title="Choose at least two runs" action={<Button component={Link} to="/runs">To the runs</Button>}>
          Select runs in the list, then press “Compare”.
        </EmptyState>
      ) : (
        <Loaded query={comparison}>{(found) => <Content search={search} comparison={found} />}</Loaded>
      )}
    </Page>
  );
}

function Content({ search, comparison }: { readonly search: CompareSearch; readonly comparison: Comparison }) {
  const navigate = useNavigate({ from: "/runs/compare" });
  const change = (part: Partial<Record<keyof CompareSearch, unknown>>) => void navigate({ search: searchIn({ ...search, ...part }), replace: true });
  const coloring = useMemo(() => coloringOf(comparison, search.color), [comparison, search.color]);
  return (
    <>
      <RunsCompared comparison={comparison} coloring={coloring} color={search.color} onColor={(color) => change({ color })} onIds={(ids) => change({ ids })} ids={search.ids} />
      <Tabs value={search.tab ?? "params"} onChange={(tab) => change({ tab })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {TITLES[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="params">
          <TextsCompared label="Parameters and tags" comparison={comparison} rows={[...comparison.params, ...comparison.tags.map((row) => ({ ...row, key: `${row.key} (tag)` }))]} coloring={coloring} />
        </Tabs.Panel>
        <Tabs.Panel value="metrics">
          <MetricsCompared comparison={comparison} coloring={coloring} />
        </Tabs.Panel>
        <Tabs.Panel value="charts">
          <CompareCharts comparison={comparison} coloring={coloring} />
        </Tabs.Panel>
        <Tabs.Panel value="parallel">
          <ParallelPanel comparison={comparison} coloring={coloring} />
        </Tabs.Panel>
        <Tabs.Panel value="data">
          <DataPanel comparison={comparison} coloring={coloring} />
        </Tabs.Panel>
        <Tabs.Panel value="record">
          <TextsCompared label="Reproducibility records" comparison={comparison} rows={comparison.record} coloring={coloring} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface RunsComparedProps {
  readonly comparison: Comparison;
  readonly coloring: Coloring;
  readonly color: string | undefined;
  readonly onColor: (color: string | null) => void;
  readonly ids: readonly string[];
  readonly onIds: (ids: readonly string[]) => void;
}

const MOST_NAMED = 24;

function RunsCompared({ comparison, coloring, color, onColor, ids, onIds }: RunsComparedProps) {
  const { runs, params, tags } = comparison;
  const choices = [
    ...params.filter(({ differs }) => differs).map(({ key }) => ({ value: `params.${key}`, label: key })),
    ...tags.filter(({ differs }) => differs).map(({ key }) => ({ value: `tags.${key}`, label: `${key} (tag)` })),
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label="Runs compared">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Group gap={8}>
          {runs.slice(0, MOST_NAMED).map((run, index) => (
            <Group key={run.id} gap={4} wrap="nowrap">
              <Swatch color={coloring.colors[index]} />
              <RunLink run={run} />
              {runs.length > 2 && <CloseButton size="xs" aria-label={`Leave ${nameOf(run)} out`} onClick={() => onIds(ids.filter((id) => id !== run.id))} />}
            </Group>
          ))}
          {runs.length > MOST_NAMED && <Text size="sm" c="dimmed">and {runs.length - MOST_NAMED} more</Text>}
        </Group>
        <Select aria-label="Color by" placeholder="A color per run" size="xs" w={190} clearable searchable data={choices} value={color ?? null} onChange={onColor} style={{ flexShrink: 0 }} />
      </Group>
      {coloring.groups.length > 0 && (
        <Group gap="xs" mt="xs">
          {coloring.groups.map(({ value, color: shade, count: members }) => (
            <Badge key={value} variant="default" tt="none" leftSection={<Swatch color={shade} />}>
              {value}: {members}
            </Badge>
          ))}
        </Group>
      )}
      {runs.some(({ status }) => status === "RUNNING") && (
        <Alert variant="light" p="xs" mt="xs">
          Some are still running: new points appear by themselves.
        </Alert>
      )}
    </Paper>
  );
}
