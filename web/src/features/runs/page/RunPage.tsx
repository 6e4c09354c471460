/** Owns the page of one run: what went in, how it goes or went, what came out. */

import { Alert, Group, Tabs } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { time } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { nameOf } from "../RunLink";
import { useRun, type Run } from "../runs";
import { RunStatus } from "../RunStatus";
import { isRunTab, RUN_TABS, type RunTab } from "../tabs";
import { ArtifactsPanel } from "./ArtifactsPanel";
import { ChartsPanel } from "./ChartsPanel";
import { ConsolePanel } from "./ConsolePanel";
import { EvaluationPanel } from "./EvaluationPanel";
import { ImagesPanel } from "./ImagesPanel";
import { Overview } from "./Overview";
import { RunActions } from "./RunActions";

const TITLES: Readonly<Record<RunTab, string>> = {
  overview: "Overview", metrics: "Metrics", system: "System", images: "Images", console: "Console", evaluation: "Evaluation", files: "Files",
};
const SYSTEM = "system/";

export function RunPage() {
  const { runId } = useParams({ from: "/inside/shell/runs/$runId" });
  const run = useRun(runId);
  return <Loaded query={run}>{(found) => <Content key={found.id} run={found} />}</Loaded>;
}

function Content({ run }: { readonly run: Run }) {
  const search = useSearch({ from: "/inside/shell/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const tab = search.tab ?? startOf(run);
  const open = (next: string | null) => void navigate({ search: isRunTab(next) ? { tab: next } : {}, replace: true });
  const subtitle = (
    <Group gap="xs">
      <RunStatus status={run.status} />
      {run.kind === "KIND_UNSPECIFIED" ? "run" : run.kind.toLowerCase()} in {run.experiment_name} · {run.creator?.name}, {time(run.start_time)}
      {run.end_time !== undefined && ` to ${time(run.end_time)}`}
    </Group>
  );
  return (
    <Page title={nameOf(run)} subtitle={subtitle} actions={<RunActions run={run} />} wide>
      {run.delete_time !== undefined && (
        <Alert color="orange" variant="light" title="It is deleted">
          It takes no more writes and is not in the list. It can be restored.
        </Alert>
      )}
      {run.error !== "" && (
        <Alert color="red" variant="light" title="It failed">
          {run.error}
        </Alert>
      )}
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          {RUN_TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {TITLES[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <TabContent run={run} tab={tab} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function TabContent({ run, tab }: { readonly run: Run; readonly tab: RunTab }) {
  const { metrics } = run;
  const system = useMemo(() => metrics.filter(({ key }) => key.startsWith(SYSTEM)), [metrics]);
  const own = useMemo(() => metrics.filter(({ key }) => !key.startsWith(SYSTEM)), [metrics]);
  switch (tab) {
    case "overview": return <Overview run={run} />;
    case "metrics": return <ChartsPanel run={run} metrics={own} nothing="This run logged none." />;
    case "system": return <ChartsPanel run={run} metrics={system} nothing="The Python library records processor, memory and GPU while a run is open; this run has none of it." />;
    case "images": return <ImagesPanel run={run} />;
    case "console": return <ConsolePanel run={run} />;
    case "evaluation": return <EvaluationPanel runId={run.id} />;
    case "files": return <ArtifactsPanel runId={run.id} />;
  }
}

function startOf({ kind, metrics, status }: Run): RunTab {
  if (kind === "EVALUATION") return "evaluation";
  return metrics.length > 0 || status === "RUNNING" ? "metrics" : "overview";
}
