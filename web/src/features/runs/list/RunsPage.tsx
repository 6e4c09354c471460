/** Owns the page of all runs: what is asked for stands in its address. */

import { Button, Group, Stack, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconFlask, IconRefresh } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Problem } from "@/api/problem";
import { EmptyState } from "@/ui/EmptyState";
import { count, number } from "@/ui/format";
import { Page } from "@/ui/Page";
import { isColumn, keyedColumns, startColumns } from "./columns";
import { FilterBox } from "./FilterBox";
import { GroupList } from "./GroupList";
import { QuickFilters } from "./QuickFilters";
import type { GridColumns, Selection } from "./RunGrid";
import { RunList } from "./RunList";
import { useRunPages } from "./run-pages";
import { SelectionBar } from "./SelectionBar";
import { useLiveRuns } from "./use-live-runs";
import { viewIn, type RunsView } from "./view";

const GRID_HEIGHT = "calc(100dvh - 262px)";
const FEW = 600;
const FIRST = 100;

export function RunsPage() {
  const view = useSearch({ from: "/inside/shell/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const change = (part: Partial<Record<keyof RunsView, unknown>>) => {
    if ("deleted" in part) setIds(new Set());
    void navigate({ search: viewIn({ ...view, ...part }), replace: true });
  };
  const selection: Selection = { ids, onChange: setIds };
  const pages = useRunPages(view);
  const live = useLiveRuns((pages.data?.runs.length ?? 0) <= FEW);
  const { columns, possible, choose } = useColumns(view, pages.data, change);
  const loaded = (pages.data?.runs.length ?? 0) + (pages.data?.children.length ?? 0);
  const mistaken = pages.error instanceof Problem && pages.error.reason === "FILTER_INVALID";
  return (
    <Page title="Runs" subtitle="What was trained, evaluated and inferred, from which data, with which result." wide>
      <Stack gap="sm">
        <FilterBox filter={view.filter ?? ""} onFilter={(filter) => change({ filter })} columns={possible} error={mistaken ? pages.error : null} />
        <Group justify="space-between" mih={30}>
          {ids.size > 0 ? (
            <SelectionBar selection={selection} deleted={view.deleted === true} />
          ) : (
            <QuickFilters view={view} onChange={change} columns={columns.ids} possible={possible} onColumns={choose} />
          )}
          <Group gap="xs">
            {live.created > 0 && (
              <Button size="xs" variant="light" leftSection={<IconRefresh size={15} />} onClick={live.show}>
                {count(live.created, "new run")}
              </Button>
            )}
            <Text size="sm" c="dimmed" role="status">
              {pages.data === undefined ? "" : `${number(loaded)}${pages.hasNextPage ? "+" : ""} ${loaded === 1 ? "run" : "runs"}`}
            </Text>
          </Group>
        </Group>
        {!mistaken && (view.group === undefined ? (
          <RunList label="Runs" pages={pages} columns={columns} selection={selection} maxHeight={GRID_HEIGHT} nothing={<Nothing view={view} onClear={() => change({ filter: "", kind: "", status: "", experiment: "" })} />} />
        ) : (
          <GroupList view={view} columns={columns} selection={selection} />
        ))}
      </Stack>
    </Page>
  );
}

/** The columns that the address names, else those of last time, else those that fit the runs. */
function useColumns(view: RunsView, data: ReturnType<typeof useRunPages>["data"], change: (part: Partial<Record<keyof RunsView, unknown>>) => void) {
  const [remembered, remember, forget] = useLocalStorage<readonly string[] | null>({ key: "plumbline.run-columns", defaultValue: null, getInitialValueInEffect: false });
  const runs = useMemo(() => [...(data?.runs ?? []), ...(data?.children ?? [])], [data]);
  // The first runs decide: columns must not change while one scrolls.
  const start = useMemo(() => startColumns(runs.slice(0, FIRST)), [runs]);
  const possible = useMemo(() => keyedColumns(runs), [runs]);
  const chosen = (view.columns ?? remembered ?? start).filter(isColumn);
  const choose = (ids: readonly string[] | undefined) => {
    if (ids === undefined) forget();
    else remember(ids);
    change({ columns: ids });
  };
  const columns: GridColumns = {
    ids: chosen.length > 0 ? chosen : start, sort: view.sort, onSort: (sort) => change({ sort }), onChoose: choose, onGroup: (group) => change({ group }),
  };
  return { columns, possible, choose };
}

function Nothing({ view, onClear }: { readonly view: RunsView; readonly onClear: () => void }) {
  const { filter, kind, status, experiment, deleted } = view;
  if (filter !== undefined || kind !== undefined || status !== undefined || experiment !== undefined) {
    return (
      <EmptyState icon={IconFlask} title="No run matches" action={<Button variant="default" onClick={onClear}>Show all runs</Button>}>
        Nothing fits what is asked for above{deleted === true ? " among the deleted runs" : ""}.
      </EmptyState>
    );
  }
  if (deleted === true) {
    return (
      <EmptyState icon={IconFlask} title="Nothing is deleted">
        Runs that are deleted wait here to be restored.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconFlask} title="No run yet" command='with plumbline.start_run("tile-defects") as run: ...'>
      Start a training job, log from your own code with the Python library, or point an MLflow client here.
    </EmptyState>
  );
}
