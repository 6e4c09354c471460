/** Owns a table of any length: a real table of which only the rows in view exist, between two spacers. */

import { Table } from "@mantine/core";
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ComponentProps, type CSSProperties, type ReactNode } from "react";
import classes from "./virtual-table.module.css";

export interface VirtualColumn {
  readonly id: string;
  readonly head: ReactNode;
  readonly width: number;
  readonly numeric?: boolean;
  readonly sorted?: "ascending" | "descending" | "none";
}

type RowProps = ComponentProps<"tr"> & { readonly "data-selected"?: boolean };

export type RowWindow = Virtualizer<HTMLDivElement, Element>;

interface VirtualTableProps<R> {
  readonly label: string;
  readonly columns: readonly VirtualColumn[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  /** The cells of a row, one per column. */
  readonly cells: (row: R, index: number) => ReactNode;
  readonly rowProps?: (row: R, index: number, window: RowWindow) => RowProps;
  readonly rowHeight?: number;
  readonly maxHeight: string | number;
  readonly more?: { readonly has: boolean; readonly loading: boolean; readonly load: () => unknown };
  /** Rows that take the focus themselves: then the table around them is no stop for the Tab key. */
  readonly rowsTakeFocus?: boolean;
  /** How many columns stay when the others are scrolled sideways. */
  readonly pinned?: 0 | 1 | 2;
}

const AHEAD = 40;

export function VirtualTable<R>(props: VirtualTableProps<R>) {
  const { label, columns, rows, keyOf, cells, rowProps, rowHeight = 34, maxHeight, more, rowsTakeFocus = false, pinned = 0 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const window = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const shown = window.getVirtualItems();
  const [first, last] = [shown[0], shown.at(-1)];
  const due = more?.has === true && !more.loading && (last?.index ?? 0) + AHEAD >= rows.length;
  const load = more?.load;
  useEffect(() => {
    if (due) load?.();
  }, [due, load]);
  return (
    <div
      ref={scroller} className={classes.scroller} data-pinned={pinned} style={{ maxHeight, "--second": `${columns[0]?.width ?? 0}px` } as CSSProperties}
      tabIndex={rowsTakeFocus ? undefined : 0} role="group" aria-label={label}
    >
      <Table
        aria-label={label} aria-rowcount={more?.has === true ? -1 : rows.length + 1} aria-busy={more?.loading === true} layout="fixed" stickyHeader
        verticalSpacing={0} w={columns.reduce((sum, { width }) => sum + width, 0)} miw="100%"
      >
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width }} />
          ))}
        </colgroup>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ id, head, numeric, sorted }) => (
              <Table.Th key={id} scope="col" ta={numeric === true ? "right" : "left"} aria-sort={sorted}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Spacer height={first?.start ?? 0} />
          {shown.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr
                key={keyOf(row)} data-index={index} aria-rowindex={index + 2} style={{ height: rowHeight }} {...rowProps?.(row, index, window)}
                className={classes.row}
              >
                {cells(row, index)}
              </tr>
            );
          })}
          <Spacer height={window.getTotalSize() - (last?.end ?? 0)} />
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Stands for the rows that do not exist, so that the scroll bar is true. */
function Spacer({ height }: { readonly height: number }) {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null;
}

interface PlainCellProps {
  readonly children: ReactNode;
  readonly as?: "td" | "th";
}

/** A cell for anything; a `th` names its row. */
export function PlainCell({ children, as: Cell = "td" }: PlainCellProps) {
  return (
    <Cell className={classes.plain} scope={Cell === "th" ? "row" : undefined}>
      {children}
    </Cell>
  );
}

interface VirtualCellProps {
  readonly children: ReactNode;
  readonly numeric?: boolean;
  readonly title?: string;
}

/** One line of text; what does not fit is in the title. */
export function VirtualCell({ children, numeric = false, title }: VirtualCellProps) {
  return (
    <td className={numeric ? `${classes.cell} ${classes.numeric}` : classes.cell} title={title}>
      {children}
    </td>
  );
}
