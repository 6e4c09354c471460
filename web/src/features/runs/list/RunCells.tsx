/** Owns what the cells of one run show. */

import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { ago, metric, span, time } from "@/ui/format";
import { PlainCell, VirtualCell } from "@/ui/VirtualTable";
import { nameOf } from "../RunLink";
import { RunStatus } from "../RunStatus";
import { keyedOf, type RunRow } from "./columns";
import type { NestedRow } from "./nesting";
import classes from "./list.module.css";

const INDENT = 18;

interface RunCellsProps {
  readonly row: NestedRow;
  readonly index: number;
  readonly columns: readonly string[];
  readonly isChosen: boolean;
  /** Chooses the row, or all rows from the last chosen one to it. */
  readonly onChoose: (index: number, many: boolean) => void;
  readonly onFold: (id: string) => void;
}

/** Kept while the table scrolls: only rows that come into view are drawn, and of plain elements, because it is many. */
export const RunCells = memo(function RunCells({ row, index, columns, isChosen, onChoose, onFold }: RunCellsProps) {
  const { run, depth, childCount, isOpen } = row;
  const name = nameOf(run);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <PlainCell>
        <input
          type="checkbox" className={classes.choice} aria-label={`Select ${name}`} checked={isChosen} tabIndex={-1}
          onChange={({ nativeEvent }) => onChoose(index, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
        />
      </PlainCell>
      <PlainCell as="th">
        <div className={classes.name} style={{ paddingLeft: depth * INDENT }}>
          {childCount > 0 && (
            <ActionIcon
              size="xs" variant="subtle" color="gray" tabIndex={-1} aria-expanded={isOpen} onClick={() => onFold(run.id)}
              aria-label={`${childCount} below ${name}`}
            >
              <Chevron size={14} />
            </ActionIcon>
          )}
          <Link className="row-link" to="/runs/$runId" params={{ runId: run.id }} tabIndex={-1} title={name}>
            {name}
          </Link>
        </div>
      </PlainCell>
      {columns.map((id) => (
        <Cell key={id} run={run} id={id} />
      ))}
    </>
  );
});

function Cell({ run, id }: { readonly run: RunRow; readonly id: string }) {
  const keyed = keyedOf(id);
  if (keyed?.family === "metrics") return <VirtualCell numeric>{metric(run.metrics.get(keyed.key))}</VirtualCell>;
  if (id === "status") {
    return (
      <PlainCell>
        <RunStatus status={run.status} />
      </PlainCell>
    );
  }
  const text = keyed === null ? textOf(run, id) : (run[keyed.family].get(keyed.key) ?? "").toString();
  return <VirtualCell title={id === "start" ? time(run.start_time) : text}>{text}</VirtualCell>;
}

function textOf(run: RunRow, id: string): string {
  switch (id) {
    case "kind": return run.kind === "KIND_UNSPECIFIED" ? "" : run.kind.toLowerCase();
    case "experiment": return run.experiment;
    case "data": return run.data;
    case "creator": return run.creator;
    case "start": return ago(run.start_time);
    case "duration": return span(run.start_time, run.end_time);
    case "note": return run.note;
    default: return "";
  }
}
