/** Owns a grid of thumbnails of any length: only the rows in view exist, more are loaded as they come near. */

import { Box, Group, Loader, Text, UnstyledButton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Thumbnail } from "./Thumbnail";
import classes from "./tile-grid.module.css";

export interface Tile {
  readonly key: string;
  readonly sha256: string;
  readonly title: string;
  readonly detail?: ReactNode;
}

interface TileGridProps {
  readonly tiles: readonly Tile[];
  readonly label: string;
  readonly onOpen: (index: number) => void;
  readonly more?: { readonly has: boolean; readonly loading: boolean; readonly load: () => unknown };
}

const TILE_WIDTH = 176;
const TILE_HEIGHT = 178;
const GAP = 10;

export function TileGrid({ tiles, label, onOpen, more }: TileGridProps) {
  const root = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize();
  const ref = useMergedRef(root, sized);
  const [top, setTop] = useState(0);
  const columns = Math.max(1, Math.floor((width + GAP) / (TILE_WIDTH + GAP)));
  const rows = useWindowVirtualizer({
    count: Math.ceil(tiles.length / columns), estimateSize: () => TILE_HEIGHT + GAP, overscan: 3, scrollMargin: top,
  });
  useLayoutEffect(() => {
    if (root.current !== null) setTop(Math.round(root.current.getBoundingClientRect().top + window.scrollY));
  }, [width, tiles.length]);
  const shown = rows.getVirtualItems();
  const lastShown = (shown.at(-1)?.index ?? 0) * columns;
  const due = more?.has === true && !more.loading && lastShown + 4 * columns >= tiles.length;
  const load = more?.load;
  useEffect(() => {
    if (due) load?.();
  }, [due, load]);

  return (
    <div>
      <div
        ref={ref} role="list" aria-label={label} onKeyDown={(event) => walk(event, columns)}
        style={{ height: rows.getTotalSize(), position: "relative" }}
      >
        {shown.map(({ index: row, start }) => (
          <div key={row} className={classes.row} role="presentation" style={{ transform: `translateY(${start - top}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
            {tiles.slice(row * columns, (row + 1) * columns).map((tile, column) => (
              <div key={tile.key} role="listitem">
                <TileButton tile={tile} index={row * columns + column} onOpen={onOpen} />
              </div>
            ))}
          </div>
        ))}
      </div>
      {more?.loading === true && (
        <Group justify="center" p="md" role="status" aria-label="Loading more">
          <Loader size="sm" />
        </Group>
      )}
    </div>
  );
}

function TileButton({ tile, index, onOpen }: { readonly tile: Tile; readonly index: number; readonly onOpen: (index: number) => void }) {
  return (
    <UnstyledButton className={classes.tile} data-index={index} onClick={() => onOpen(index)}>
      <Box h={128}>
        <Thumbnail sha256={tile.sha256} alt="" />
      </Box>
      <Box px={8} py={5}>
        <Text size="xs" truncate title={tile.title}>
          {tile.title}
        </Text>
        <Text size="xs" c="dimmed" component="div" truncate>
          {tile.detail}
        </Text>
      </Box>
    </UnstyledButton>
  );
}

/** Arrow keys move between tiles; Tab still leaves the grid one tile at a time. */
function walk(event: KeyboardEvent<HTMLElement>, columns: number): void {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement)) return;
  const from = Number(event.target.dataset.index);
  const target = event.currentTarget.querySelector<HTMLElement>(`[data-index="${from + step}"]`);
  if (target === null) return;
  event.preventDefault();
  target.focus();
}
