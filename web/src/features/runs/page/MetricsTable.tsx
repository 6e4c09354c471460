/** Owns the metrics of a run in numbers, however many. */

import { metric, number } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { VirtualCell, VirtualTable, type VirtualColumn } from "@/ui/VirtualTable";
import type { Run } from "../runs";

const COLUMNS: readonly VirtualColumn[] = [
  { id: "key", head: "Metric", width: 320 },
  ...["Last", "Minimum", "Maximum", "At step", "Points"].map((head) => ({ id: head, head, width: 120, numeric: true })),
];

export function MetricsTable({ metrics }: { readonly metrics: Run["metrics"] }) {
  return (
    <Panel title="In numbers">
      <VirtualTable
        label="Metrics in numbers" columns={COLUMNS} rows={metrics} keyOf={({ key }) => key} maxHeight={420}
        cells={({ key, last, min, max, last_step, point_count }) => (
          <>
            <VirtualCell title={key}>{key}</VirtualCell>
            {[last, min, max].map((value, index) => (
              <VirtualCell key={index} numeric>
                {metric(Number(value))}
              </VirtualCell>
            ))}
            <VirtualCell numeric>{metric(Number(last_step))}</VirtualCell>
            <VirtualCell numeric>{number(point_count)}</VirtualCell>
          </>
        )}
      />
    </Panel>
  );
}
