/** Owns counts as horizontal bars with their numbers: readable without color and without the bars. */

import { Text } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { number } from "./format";
import classes from "./bars.module.css";

export interface Bar {
  readonly name: string;
  readonly count: number;
  readonly color?: string;
}

interface BarsProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The count that fills the whole width; the largest when left out. */
  readonly whole?: number;
  readonly nothing?: ReactNode;
  /** Leaves the title to those who hear the page, where it already stands above. */
  readonly quiet?: boolean;
}

export function Bars({ title, bars, whole, nothing = "none", quiet = false }: BarsProps) {
  const full = Math.max(1, whole ?? Math.max(...bars.map(({ count }) => count)));
  return (
    <section aria-label={title}>
      {!quiet && (
        <Text size="sm" fw={600} mb={6}>
          {title}
        </Text>
      )}
      {bars.length === 0 && (
        <Text size="sm" c="dimmed">
          {nothing}
        </Text>
      )}
      <div className={classes.bars}>
        {bars.map(({ name, count, color }) => (
          <Fragment key={name}>
            <span className={classes.name} title={name}>
              {name}
            </span>
            <span className={classes.track} aria-hidden>
              {count > 0 && <span className={classes.fill} style={{ width: `${(100 * count) / full}%`, background: color }} />}
            </span>
            <span className={classes.count}>{number(count)}</span>
          </Fragment>
        ))}
      </div>
    </section>
  );
}
