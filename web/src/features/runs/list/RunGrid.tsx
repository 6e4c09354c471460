/** Owns the table of runs: sorting, choosing, unfolding, and moving through it with the keyboard. */

import { Checkbox, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { VirtualTable, type RowWindow, type VirtualColumn } from "@/ui/VirtualTable";
import { ColumnHead } from "./ColumnHead";
import { widthOf } from "./columns";
import type { NestedRow } from "./nesting";
import { RunCells } from "./RunCells";
import { nameOf } from "../RunLink";

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

export interface GridColumns {
  readonly ids: readonly string[];
  readonly sort: string | undefined;
  readonly onSort: (sort: string | undefined) => void;
  readonly onChoose: (ids: readonly string[]) => void;
  readonly onGroup: (id: string) => void;
}

interface RunGridProps {
  readonly label: string;
  readonly rows: readonly NestedRow[];
  readonly columns: GridColumns;
  readonly selection: Selection;
  readonly onFold: (id: string) => void;
  readonly more: { readonly has: boolean; readonly loading: boolean; readonly load: () => unknown };
  readonly maxHeight: string | number;
}

export function RunGrid({ label, rows, columns, selection, onFold, more, maxHeight }: RunGridProps) {
  const navigate = useNavigate();
  const [active, setActive] = useState(0);
  const due = useRef<number | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  // A row far away exists only after the table has scrolled to it: then it takes the focus.
  useLayoutEffect(() => {
    const row = due.current === null ? null : root.current?.querySelector<HTMLElement>(`tr[data-index="${due.current}"]`);
    if (row == null) return;
    due.current = null;
    row.focus({ preventScroll: true });
  });
  const choose = (index: number, many: boolean) => {
    const [from, to] = many ? [Math.min(anchor.current, index), Math.max(anchor.current, index)] : [index, index];
    const ids = rows.slice(from, to + 1).map(({ run }) => run.id);
    const adds = !selection.ids.has(rows[index]?.run.id ?? "");
    anchor.current = index;
    selection.onChange(new Set(adds ? [...selection.ids, ...ids] : [...selection.ids].filter((id) => !ids.includes(id))));
  };
  const move = (index: number, window: RowWindow) => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    due.current = target;
    setActive(target);
    window.scrollToIndex(target);
    root.current?.querySelector<HTMLElement>(`tr[data-index="${target}"]`)?.focus({ preventScroll: true });
  };
  const press = (event: KeyboardEvent, row: NestedRow, index: number, window: RowWindow) => {
    if (event.target !== event.currentTarget) return;
    const target = placeOf(event.key, index, rows.length);
    if (target !== null) move(target, window);
    else if (event.key === " ") choose(index, event.shiftKey);
    else if (event.key === "Enter") void navigate({ to: "/runs/$runId", params: { runId: row.run.id } });
    else if ((event.key === "ArrowRight" && row.childCount > 0 && !row.isOpen) || (event.key === "ArrowLeft" && row.isOpen)) onFold(row.run.id);
    else return;
    event.preventDefault();
  };
  const all = rows.length > 0 && rows.every(({ run }) => selection.ids.has(run.id));
  const heads: VirtualColumn[] = [
    {
      id: "choose", width: 40,
      head: (
        <Checkbox
          size="xs" aria-label="Select all loaded runs" checked={all} indeterminate={!all && rows.some(({ run }) => selection.ids.has(run.id))}
          onChange={() => selection.onChange(new Set(all ? [] : rows.map(({ run }) => run.id)))}
        />
      ),
    },
    ...["name", ...columns.ids].map((id): VirtualColumn => ({
      id, width: widthOf(id), head: <ColumnHead id={id} columns={columns} />, numeric: id.startsWith("metrics."),
      sorted: columns.sort === id ? "ascending" : columns.sort === `-${id}` ? "descending" : "none",
    })),
  ];
  return (
    <div ref={root}>
      <VirtualTable
        label={label} columns={heads} rows={rows} keyOf={({ run }) => run.id} maxHeight={maxHeight} more={more} rowsTakeFocus pinned={2}
        rowProps={(row, index, window) => ({
          tabIndex: index === Math.min(active, rows.length - 1) ? 0 : -1, "data-selected": selection.ids.has(row.run.id),
          onFocus: () => setActive(index), onKeyDown: (event) => press(event, row, index, window),
        })}
        cells={(row, index) => (
          <RunCells
            row={row} index={index} columns={columns.ids} isChosen={selection.ids.has(row.run.id)} onFold={onFold} onChoose={choose}
          />
        )}
      />
      <Text className="only-heard" role="status">
        {selection.ids.size === 0 ? "" : `${selection.ids.size} selected, the last of them in row ${nameOf(rows[anchor.current]?.run ?? { name: "", id: "" })}`}
      </Text>
    </div>
  );
}

function placeOf(key: string, index: number, count: number): number | null {
  const places: Readonly<Record<string, number>> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: count - 1, PageDown: index + 15, PageUp: index - 15 };
  return places[key] ?? null;
}
