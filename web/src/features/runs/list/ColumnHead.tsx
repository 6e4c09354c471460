/** Owns the head of a column: a click sorts, its menu moves, hides and groups. */

import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconDots, IconEyeOff, IconStack2 } from "@tabler/icons-react";
import { fieldOf, keyedOf, labelOf } from "./columns";
import type { GridColumns } from "./RunGrid";
import classes from "./list.module.css";

export function ColumnHead({ id, columns }: { readonly id: string; readonly columns: GridColumns }) {
  const { ids, sort, onSort, onChoose, onGroup } = columns;
  const label = labelOf(id);
  const sortable = fieldOf(id) !== undefined;
  const Arrow = sort === id ? IconArrowUp : sort === `-${id}` ? IconArrowDown : null;
  // What one wants to see of numbers is the best first, which is mostly the largest; the third click is back to newest first.
  const next = sort === `-${id}` ? id : sort === id ? undefined : `-${id}`;
  const place = ids.indexOf(id);
  const moved = (to: number) => onChoose(ids.toSpliced(place, 1).toSpliced(to, 0, id));
  const family = keyedOf(id)?.family;
  return (
    <div className={classes.head} data-numeric={family === "metrics"}>
      {sortable ? (
        <UnstyledButton className={classes.sort} fz="sm" title={`Sort by ${label}`} onClick={() => onSort(next)}>
          <span>{label}</span>
          {Arrow !== null && <Arrow size={14} aria-hidden />}
        </UnstyledButton>
      ) : (
        <span className={classes.sort}>
          <span>{label}</span>
        </span>
      )}
      {place >= 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon size="xs" variant="subtle" color="gray" aria-label={`Column ${label}`}>
              <IconDots size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {sortable && (
              <>
                <Menu.Item leftSection={<IconArrowUp size={15} />} onClick={() => onSort(id)}>
                  Smallest first
                </Menu.Item>
                <Menu.Item leftSection={<IconArrowDown size={15} />} onClick={() => onSort(`-${id}`)}>
                  Largest first
                </Menu.Item>
              </>
            )}
            <Menu.Item leftSection={<IconArrowLeft size={15} />} disabled={place === 0} onClick={() => moved(place - 1)}>
              Move left
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowRight size={15} />} disabled={place === ids.length - 1} onClick={() => moved(place + 1)}>
              Move right
            </Menu.Item>
            {(family === "params" || family === "tags") && (
              <Menu.Item leftSection={<IconStack2 size={15} />} onClick={() => onGroup(id)}>
                Group by it
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconEyeOff size={15} />} disabled={ids.length === 1} onClick={() => onChoose(ids.filter((one) => one !== id))}>
              Hide
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
